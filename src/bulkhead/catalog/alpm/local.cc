#include "bulkhead/catalog/alpm/local.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/text_reader.h"

namespace bulkhead::catalog::alpm {
namespace {

constexpr std::string_view kFiles = "FILES";
constexpr std::size_t kMaxLicences = 64;  // real packages name at most a dozen

/// Walks over the values of all blocks: visit(block, value, offset), where `block` is "NAME" of
/// "%NAME%". A line before the first block has an empty one. Where a blank line is missing, the
/// next block begins all the same, but for a list of files, which may have such names.
template <class Visit>
void for_each_value(std::string_view text, Visit visit) {
  std::string_view block;
  bool is_between = true;  // the next line begins a block
  for (std::string_view rest = text; !rest.empty();) {
    const auto offset = static_cast<std::uint64_t>(rest.data() - text.data());
    std::string_view line = take_line(rest);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_header = line.size() > 2 && line.starts_with('%') && line.ends_with('%');
    if (line.empty()) {
      is_between = true;
    } else if (is_header && (is_between || block != kFiles)) {
      block = line.substr(1, line.size() - 2);
      is_between = false;
    } else {
      visit(is_between ? std::string_view() : block, line, offset);
    }
  }
}

class DescReader final : public TextReader {
 public:
  DescReader(const FileInfo& file, const ReadContext& context)
      : TextReader("pacman desc", {context.run.limits.memory_file_bytes, "max-memory-file-bytes"},
                   file, context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    auto facts = std::make_unique<DescFacts>();
    facts->owned_path_bytes = limits().owned_path_bytes;
    const std::pair<std::string_view, std::string*> kWanted[] = {
        {"NAME", &facts->name},
        {"VERSION", &facts->version},
        {"BASE", &facts->base},
        {"ARCH", &facts->architecture},
    };
    std::uint64_t stray = 0, first_stray = 0;
    for_each_value(text, [&](std::string_view block, std::string_view line, std::uint64_t at) {
      const std::string_view value = trim(line);
      if (block.empty() && stray++ == 0) first_stray = at;
      if (block == "LICENSE" && facts->licences.size() < kMaxLicences) {
        facts->licences.emplace_back(value);
      }
      for (const auto& [name, slot] : kWanted) {
        if (name != block) continue;
        if (slot->empty()) {
          *slot = value;
        } else {
          note(NoteLevel::info, Code::malformed,
               fmt::format("{} is there twice; the first one counts", name), at);
        }
      }
    });
    if (stray > 0) {
      note(NoteLevel::info, Code::malformed, fmt::format("{} lines are of no block", stray),
           first_stray);
    }
    if (!is_word(facts->name) || !is_word(facts->version)) {
      note(NoteLevel::incomplete, Code::malformed,
           is_word(facts->name) ? fmt::format("{} has no valid VERSION", facts->name)
                                : "a package without a valid NAME");
      return nullptr;
    }
    if (!is_word(facts->base) || facts->base == facts->name) facts->base.clear();
    if (!is_word(facts->architecture)) facts->architecture.clear();
    return facts;
  }
};

}  // namespace

std::uint64_t DescFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + name.capacity() + version.capacity() + base.capacity() +
                        architecture.capacity() + licences.capacity() * sizeof(std::string);
  for (const std::string& licence : licences) bytes += licence.capacity();
  return bytes;
}

PathList parse_files(std::string_view text, std::uint64_t& bad_lines) {
  PathList files;
  for_each_value(text, [&](std::string_view block, std::string_view path, std::uint64_t) {
    if (block != kFiles || path.ends_with('/')) return;
    if (path.starts_with('/') || path.contains('\0')) {
      ++bad_lines;
    } else {
      files.add(path);
    }
  });
  files.packed.shrink_to_fit();
  return files;
}

std::unique_ptr<FileReader> open_desc(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<DescReader>(file, context);
}

}  // namespace bulkhead::catalog::alpm
