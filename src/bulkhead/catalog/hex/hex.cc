#include "bulkhead/catalog/hex/hex.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_file.h"

namespace bulkhead::catalog::hex {
namespace {

/// The words of a term up to the end of the line or the first list: strings without their quotes,
/// atoms without their colon. Hex's names, versions and commits need no escapes.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty() && words.size() < 8) {
    if (line.front() == '"') {
      const std::size_t end = line.find('"', 1);
      if (end == std::string_view::npos) return words;
      words.push_back(line.substr(1, end - 1));
      line.remove_prefix(end + 1);
      continue;
    }
    constexpr std::string_view kSeparators = " \t{}<>:,%\"";
    const std::size_t end = std::min(line.find_first_of(kSeparators), line.size());
    if (line.front() == '[') return words;
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(end > 0 ? end : 1);
  }
  return words;
}

/// An entry a line: "app": {:hex, :package, "1.0.0", ...}, and {:git, "https://...", "commit",
/// ...}.
Result<void> parse_mix(std::string_view text, LibraryList& out) {
  if (!trim(text).starts_with("%{")) return fail(Code::malformed, "no map");
  while (!text.empty()) {
    const std::string_view line = trim(take_line(text));
    if (!line.starts_with('"')) continue;
    const std::vector<std::string_view> words = words_of(line);
    const std::string_view kind = words.size() > 1 ? words[1] : std::string_view();
    if (kind == "path") continue;
    if (kind == "hex" && words.size() >= 4) {
      out.add(words[2], words[3]);
    } else if (kind == "git" && words.size() >= 4) {
      out.add(words[0], words[3]);
    } else {
      out.refuse();
    }
  }
  return {};
}

/// {<<"app">>,{pkg,<<"package">>,<<"1.0.0">>},0}, and {git,"https://...", {ref,"commit"}} which may
/// stand in the next line; up to the hashes.
Result<void> parse_rebar(std::string_view text, LibraryList& out) {
  const std::string_view body = trim(text);
  if (!body.starts_with('{') && !body.starts_with('[')) return fail(Code::malformed, "no term");
  std::string_view app;
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    while (line.starts_with('[') || line.starts_with('{')) {
      // "{"1.2.0"," and "[{<<": what opens the file and its list.
      line.remove_prefix(1);
    }
    if (line.contains("pkg_hash")) break;
    const std::vector<std::string_view> words = words_of(line);
    std::size_t at = 0;
    if (line.starts_with("<<") && !words.empty()) app = words[at++];
    if (at + 2 < words.size() && words[at] == "pkg") out.add(words[at + 1], words[at + 2]);
    if (at + 3 < words.size() && words[at] == "git") out.add(app, words[at + 3]);
    if (at == 0 && words.size() >= 2 && words[0] == "ref") out.add(app, words[1]);
  }
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"mix.lock", "mix.lock", PackageType::hex, Origin::declared, &Limits::lock_file_bytes,
     "max-lock-file-bytes", parse_mix},
    {"rebar.lock", "rebar.lock", PackageType::hex, Origin::declared, &Limits::lock_file_bytes,
     "max-lock-file-bytes", parse_rebar},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::hex
