#include "bulkhead/catalog/file_list.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/bounded_text.h"

namespace bulkhead::catalog {
namespace {

constexpr std::size_t kMd5Digits = 32;

/// Does `path` lie in the folder `folder`?
bool is_inside(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

std::string_view parent_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

/// Does `mode` ("040755", then perhaps a tab and more) say that it is a directory?
bool is_folder_mode(std::string_view mode) {
  constexpr std::uint32_t kTypeBits = 0170000, kFolder = 0040000;
  std::uint32_t bits = 0;
  std::from_chars(mode.data(), mode.data() + mode.size(), bits, 8);
  return (bits & kTypeBits) == kFolder;
}

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
  ListReader(std::string_view format, ParseFileList parse, const FileInfo& file,
             const ReadContext& context)
      : format_(format),
        parse_(parse),
        context_(context),
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
    context_.notes.add(NoteLevel::info, {code, fmt::format("{}: {}", format_, what)});
  }

  std::string_view format_;
  ParseFileList parse_;
  const ReadContext& context_;
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

PathList parse_opkg_list(std::string_view text, std::uint64_t& bad_lines) {
  std::string paths;  // without modes and folders that are told by their mode
  paths.reserve(text.size());
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t tab = line.find('\t');
    const std::string_view path = line.substr(0, tab);
    if (tab != std::string_view::npos && is_folder_mode(line.substr(tab + 1))) continue;
    paths.append(path).push_back('\n');
  }
  return parse_file_list(paths, bad_lines);
}

std::unique_ptr<FileReader> open_file_list(std::string_view format, ParseFileList parse,
                                           const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ListReader>(format, parse, file, context);
}

const PathList* find_file_list(std::span<const JoinFile> files, const std::string& path) {
  const auto file = std::ranges::lower_bound(files, path, {}, &JoinFile::path);
  if (file == files.end() || file->path != path) return nullptr;
  const auto* const facts = dynamic_cast<const FileListFacts*>(file->facts);
  return facts == nullptr ? nullptr : &facts->files;
}

}  // namespace bulkhead::catalog
