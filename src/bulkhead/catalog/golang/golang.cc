#include "bulkhead/catalog/golang/golang.h"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/catalog/golang/module_files.h"
#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::golang {
namespace {

constexpr std::string_view kMod = "go.mod";

struct ModuleFacts final : Facts {
  std::vector<Requirement> requirements;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + requirements.capacity() * sizeof(Requirement);
    for (const Requirement& r : requirements) {
      bytes += r.path.capacity() + r.version.capacity() + r.replaced_by.capacity();
    }
    return bytes;
  }
};

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Does the go command itself pass over this folder ("testdata", "_x"), or is it the cache of
/// modules, each of whose go.mod asks for other versions than are used together?
bool is_passed_over(std::string_view folder) {
  bool is_cache = false;
  std::string_view before;
  for (const std::string_view part : split(folder, '/')) {
    if (part == "testdata" || part.starts_with('_')) return true;
    is_cache = is_cache || (before == "pkg" && part == "mod");
    if (is_cache && part.contains('@')) return true;
    before = part;
  }
  return false;
}

class ModuleReader final : public FileReader {
 public:
  ModuleReader(const FileInfo& file, const ReadContext& context)
      : context_(context),
        is_mod_(name_of(file.path) == kMod),
        text_(context.run.limits.memory_file_bytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    is_whole_ = is_whole_ && text_.append(chunk);
    return {};
  }

  Result<FactsPtr> end() override {
    if (!is_whole_) {
      context_.notes.add(
          NoteLevel::info,
          Error{Code::limit_exceeded,
                fmt::format("{}: longer than --max-memory-file-bytes", is_mod_ ? kMod : "go.sum")});
      return nullptr;
    }
    auto facts = std::make_shared<ModuleFacts>();
    facts->requirements = is_mod_ ? read_go_mod(text_.text(), context_.notes)
                                  : read_go_sum(text_.text(), context_.notes);
    facts->requirements.shrink_to_fit();
    return facts;
  }

 private:
  const ReadContext& context_;
  bool is_mod_;
  bool is_whole_ = true;
  BoundedText text_;
};

/// Keeps nothing of a file in a folder that is passed over.
class NoReader final : public FileReader {
 public:
  Result<void> data(ByteView /*chunk*/) override { return {}; }
  Result<FactsPtr> end() override { return nullptr; }
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (is_passed_over(folder_of(file.path))) return std::make_unique<NoReader>();
  return std::make_unique<ModuleReader>(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  std::set<std::string_view> with_mod;
  for (const JoinFile& file : files) {
    if (name_of(file.path) == kMod) with_mod.insert(folder_of(file.path));
  }
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const ModuleFacts*>(file.facts);
    if (facts == nullptr) continue;
    if (name_of(file.path) != kMod && with_mod.contains(folder_of(file.path))) continue;
    for (const Requirement& requirement : facts->requirements) {
      Package package;
      package.type = PackageType::golang;
      package.name = requirement.path;
      package.version = requirement.version;
      package.origin = Origin::declared;
      if (!requirement.replaced_by.empty()) {
        package.confidence = Confidence::possible;
        package.evidence = "replaced by " + requirement.replaced_by;
      }
      add_library(std::move(package), file, "", out);
    }
  }
}

}  // namespace bulkhead::catalog::golang
