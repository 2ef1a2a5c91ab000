#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/catalog/npm/spec.h"
#include "bulkhead/format/yaml.h"

namespace bulkhead::catalog::npm {
namespace {

std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return text;
  return text.substr(1, text.size() - 2);
}

/// The first of `"@a/b@^1.0.0", "@a/b@^1.2.0":`, or `c@^1, c@^2:`.
std::string_view first_pattern(std::string_view line) {
  if (line.starts_with('"')) return line.substr(1, line.find('"', 1) - 1);
  return line.substr(0, line.find_first_of(",:", line.find('@', 1)));
}

/// The unquoted patterns of a line end at ":" but may have one inside: "a@npm:b@^1.0.0" is quoted
/// by yarn, since it has a ":".
std::optional<Spec> spec_of(std::string_view line) {
  const std::optional<Spec> spec = take_apart(first_pattern(line));
  constexpr std::string_view kAlias = "npm:";
  if (!spec || !spec->rest.starts_with(kAlias)) return spec;
  const std::string_view real = spec->rest.substr(kAlias.size());
  const std::optional<Spec> inner = take_apart(real);
  return inner ? inner : Spec{real, ""};  // "a@npm:b": any version of it
}

/// Yarn 1: an entry begins at a line's start, its fields are indented by two, what it depends on
/// by four.
Result<void> parse_classic(std::string_view text, LibraryList& out) {
  std::optional<Spec> entry;  // whose version has yet to come
  bool has_seen_entry = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::string_view body = trim(line);
    if (body.empty() || body.starts_with('#')) continue;
    constexpr std::string_view kVersion = "  version ";
    if (!line.starts_with(' ')) {
      if (entry) out.refuse();
      entry = spec_of(body);
      if (!entry || !body.ends_with(':')) {
        // Anything else than an entry: a conflict marker, or a text that is no lock file.
        if (!has_seen_entry) return fail(Code::malformed, "neither yarn 1's form nor YAML");
        entry.reset();
        out.refuse();
      }
      has_seen_entry = true;
    } else if (entry && line.starts_with(kVersion)) {
      if (!is_local(entry->rest)) {
        out.add(entry->name, without_quotes(trim(line.substr(kVersion.size()))));
      }
      entry.reset();
    }
  }
  if (entry) out.refuse();
  return {};
}

/// Yarn 2 and later: a mapping of entries with `version` and `resolution`, "a@npm:1.0.0".
Result<void> parse_berry(std::string_view text, LibraryList& out) {
  BH_TRY(const format::YamlNode root, format::parse_yaml(text));
  for (const auto& [key, entry] : root.members) {
    if (key.text == "__metadata") continue;
    const format::YamlNode* const resolution = entry.find("resolution");
    const format::YamlNode* const version = entry.find("version");
    const auto spec = take_apart(resolution == nullptr ? std::string_view() : resolution->text);
    if (!spec || version == nullptr) {
      out.refuse();
    } else if (!is_local(spec->rest)) {
      out.add(spec->name, version->text);
    }
  }
  return {};
}

}  // namespace

Result<void> parse_yarn_lock(std::string_view text, LibraryList& out) {
  const bool is_berry = text.starts_with("__metadata:") || text.contains("\n__metadata:");
  return is_berry ? parse_berry(text, out) : parse_classic(text, out);
}

}  // namespace bulkhead::catalog::npm
