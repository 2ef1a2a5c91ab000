#include "bulkhead/catalog/python/requirements.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/text_reader.h"

namespace bulkhead::catalog::python {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

/// Without its comment, which begins the line or follows a blank ("#" alone stands in URLs).
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || is_blank(line[at - 1])) return line.substr(0, at);
  }
  return line;
}

/// Takes a name off the front of a requirement, as PEP 508 has it.
std::string_view take_name(std::string_view& rest) {
  const auto is_in_name = [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  const auto end = std::ranges::find_if_not(rest, is_in_name);
  const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  if (name.empty() || !is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) return {};
  rest.remove_prefix(name.size());
  return name;
}

/// The version of one clause, "== 1.0" or "=== 1.0", where it names one alone.
std::optional<std::string_view> pin_of(std::string_view clause) {
  clause = trim(clause);
  if (!clause.starts_with("==")) return {};
  clause = clause.substr(0, clause.find('#'));  // a comment without a blank in front
  const std::string_view version = trim(clause.substr(clause.starts_with("===") ? 3 : 2));
  const bool is_version =
      !version.empty() && is_alphanumeric(version.front()) &&
      std::ranges::all_of(version, [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '+' || c == '!' || c == '-' || c == '_';
      });
  if (!is_version) return {};  // "1.*", "${VERSION}", "{{ version }}"
  return version;
}

/// A logical line: comments are gone, continuations joined.
void take_requirement(std::string_view line, Libraries& into) {
  line = trim(line);
  if (line.empty()) return;
  if (line.front() == '-') {
    if (line.starts_with("-e") || line.starts_with("--editable")) into.add_unpinned();
    return;
  }
  std::string_view rest = line;
  const std::string_view name = take_name(rest);
  rest = trim(rest);
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    rest = end == std::string_view::npos ? std::string_view() : trim(rest.substr(end + 1));
  }
  rest = rest.substr(0, rest.find(';'));
  for (const std::string_view option : {" --", "\t--"}) rest = rest.substr(0, rest.find(option));
  rest = trim(rest);
  if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
  std::optional<std::string_view> version;
  for (const std::string_view clause : split(rest, ',')) {
    if (!version) version = pin_of(clause);
  }
  if (name.empty() || !version) {
    into.add_unpinned();
  } else {
    into.add(name, *version);
  }
}

/// UTF-16 with its mark as UTF-8, the rest as it is. What pip reads goes by such marks, too. Only
/// ASCII can stand in a pinned requirement, so any other character may become "?".
std::string without_mark(std::string text) {
  constexpr std::string_view kUtf8 = "\xef\xbb\xbf";
  if (text.starts_with(kUtf8)) return text.substr(kUtf8.size());
  const bool is_little = text.starts_with("\xff\xfe");
  if (!is_little && !text.starts_with("\xfe\xff")) return text;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t at = 2; at + 1 < text.size(); at += 2) {
    const char low = text[is_little ? at : at + 1];
    const char high = text[is_little ? at + 1 : at];
    out.push_back(high == '\0' && static_cast<unsigned char>(low) < 0x80 ? low : '?');
  }
  return out;
}

class RequirementsReader final : public TextReader {
 public:
  RequirementsReader(std::string_view format, Origin origin, const FileInfo& file,
                     const ReadContext& context)
      : TextReader(format, {context.run.limits.memory_file_bytes, "max-memory-file-bytes"}, file,
                   context),
        format_(format),
        origin_(origin),
        context_(context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    Libraries libraries(limits().packages);
    parse_requirements(without_mark(std::move(text)), libraries);
    return facts_of(std::move(libraries), origin_, format_, context_);
  }

  std::string_view format_;
  Origin origin_;
  const ReadContext& context_;
};

}  // namespace

void parse_requirements(std::string_view text, Libraries& into) {
  std::string logical;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_comment = trim(line).starts_with('#');
    const bool is_continued = line.ends_with('\\') && !is_comment;
    if (is_continued) line.remove_suffix(1);
    logical.append(line);
    if (is_continued && !text.empty()) continue;
    take_requirement(without_comment(logical), into);
    logical.clear();
  }
}

std::unique_ptr<FileReader> open_requirements(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<RequirementsReader>("requirements", Origin::declared, file, context);
}

std::unique_ptr<FileReader> open_vendored(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<RequirementsReader>("vendored libraries", Origin::embedded, file,
                                              context);
}

}  // namespace bulkhead::catalog::python
