#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/catalog/npm/spec.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::npm {
namespace {

using format::JsonValue;

/// Where the string that begins at `at` ends: behind its closing quote, or the text's end.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// Where the comment that begins at `at` ends; `at` itself where none does.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t end = at;
  if (rest.starts_with("//")) end = text.find('\n', at);
  if (rest.starts_with("/*")) {
    end = text.find("*/", at + 2);
    if (end != std::string_view::npos) end += 2;
  }
  return std::min(end, text.size());
}

/// JSON of what may have comments and commas before "}" and "]".
std::string to_json(std::string_view text) {
  std::string json;
  json.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const std::size_t end = end_of_string(text, at);
      json.append(text.substr(at, end - at));
      at = end;
      continue;
    }
    if (const std::size_t end = end_of_comment(text, at); end != at) {
      at = end;
      continue;
    }
    const char c = text[at++];
    if (std::string_view(" \t\r\n").contains(c)) continue;
    if ((c == '}' || c == ']') && json.ends_with(',')) json.pop_back();
    json.push_back(c);
  }
  return json;
}

}  // namespace

Result<void> parse_bun_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(to_json(text)));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  root["packages"].for_each_member([&](std::string_view, JsonValue package) {
    // ["name@version", registry, {...}, integrity]; what the key says is where it is installed.
    std::string_view first;
    package.for_each_element([&](JsonValue element) {
      if (first.empty()) first = element.text_or("-");
    });
    const std::optional<Spec> spec = take_apart(first);
    if (!spec) return out.refuse();
    if (is_local(spec->rest)) return;
    out.add(spec->name,
            is_place(spec->rest) ? version_of_place(spec->name, spec->rest) : spec->rest);
  });
  return {};
}

}  // namespace bulkhead::catalog::npm
