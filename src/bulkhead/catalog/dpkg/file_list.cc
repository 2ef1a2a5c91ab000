#include "bulkhead/catalog/dpkg/file_list.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/bounded_text.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::size_t kMd5Digits = 32;

/// Does `path` lie in the folder `folder`?
bool is_inside(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

std::string_view parent_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

/// The next line of `rest` that is an absolute path below the root, without its slash; empty at
/// the end.
std::string_view take_path(std::string_view& rest, std::uint64_t& bad_lines) {
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty() || line == "/." || line == "/") continue;
    if (line[0] == '/' && line[1] != '/' && !line.contains('\0')) return line.substr(1);
    ++bad_lines;
  }
  return {};
}

/// Folders that are seen to be such only after something else stood between them and an entry in
/// them; sorted, each once.
std::vector<std::string_view> find_late_folders(std::string_view text) {
  std::vector<std::string_view> late;
  std::uint64_t ignored = 0;
  std::string_view previous;
  for (std::string_view rest = text;;) {
    const std::string_view path = take_path(rest, ignored);
    if (path.empty()) break;
    const std::string_view parent = parent_of(path);
    if (parent.size() < path.size() && parent != previous && !is_inside(previous, parent) &&
        (late.empty() || late.back() != parent)) {
      late.push_back(parent);
    }
    previous = path;
  }
  std::ranges::sort(late);
  const auto repeated = std::ranges::unique(late);
  late.erase(repeated.begin(), repeated.end());
  return late;
}

class ListReader final : public FileReader {
 public:
  using Parse = PathList (*)(std::string_view text, std::uint64_t& bad_lines);

  ListReader(const FileInfo& file, const ReadContext& context, Parse parse)
      : context_(context),
        parse_(parse),
        text_(context.run.limits.owned_path_bytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    // Too long a list is no gap: the package itself is known from the status file.
    is_too_long_ = is_too_long_ || !text_.append(chunk);
    return {};
  }

  Result<FactsPtr> end() override {
    std::uint64_t bad_lines = 0;
    auto facts = std::make_unique<FileListFacts>();
    if (is_too_long_) {
      note(Code::limit_exceeded, fmt::format("longer than {} bytes (--max-owned-path-bytes)",
                                             context_.run.limits.owned_path_bytes));
    }
    facts->files = parse_(text_.text(), bad_lines);
    if (bad_lines > 0) note(Code::malformed, fmt::format("{} lines name no file", bad_lines));
    return facts;
  }

 private:
  void note(Code code, std::string_view what) {
    context_.notes.add(NoteLevel::info, {code, fmt::format("dpkg file list: {}", what)});
  }

  const ReadContext& context_;
  Parse parse_;
  BoundedText text_;
  bool is_too_long_ = false;
};

}  // namespace

PathList parse_file_list(std::string_view text, std::uint64_t& bad_lines) {
  const std::vector<std::string_view> late = find_late_folders(text);
  PathList files;
  files.packed.reserve(text.size());
  std::string_view rest = text;
  std::string_view path = take_path(rest, bad_lines);
  while (!path.empty()) {
    const std::string_view following = take_path(rest, bad_lines);
    if (!is_inside(following, path) && !std::ranges::binary_search(late, path)) files.add(path);
    path = following;
  }
  files.packed.shrink_to_fit();
  return files;
}

PathList parse_md5sums(std::string_view text, std::uint64_t& bad_lines) {
  PathList files;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    const std::size_t digits = line.find_first_not_of("0123456789abcdef");
    const std::string_view path = line.substr(std::min(line.size(), kMd5Digits + 2));
    if (digits == kMd5Digits && line.substr(kMd5Digits, 2) == "  " && !path.empty() &&
        path[0] != '/' && !path.contains('\0')) {
      files.add(path);
    } else {
      ++bad_lines;
    }
  }
  files.packed.shrink_to_fit();
  return files;
}

std::unique_ptr<FileReader> open_file_list(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ListReader>(file, context, parse_file_list);
}

std::unique_ptr<FileReader> open_md5sums(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ListReader>(file, context, parse_md5sums);
}

}  // namespace bulkhead::catalog::dpkg
