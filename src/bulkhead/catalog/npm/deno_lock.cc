#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/catalog/npm/spec.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::npm {
namespace {

using format::JsonValue;

/// Members "chalk@5.0.0" and "a@1.0.0_peer@2.0.0".
void add_npm(JsonValue packages, LibraryList& out) {
  packages.for_each_member([&](std::string_view key, JsonValue) {
    const std::optional<Spec> spec = take_apart(key);
    if (!spec) return out.refuse();
    out.add(spec->name, spec->rest.substr(0, spec->rest.find('_')));
  });
}

/// Members "@std/path@1.0.0".
void add_jsr(JsonValue packages, LibraryList& out) {
  packages.for_each_member([&](std::string_view key, JsonValue) {
    const std::optional<Spec> spec = take_apart(key);
    const std::size_t slash = key.find('/');
    if (!spec || !key.starts_with('@') || slash >= spec->name.size()) return out.refuse();
    std::string name = "@jsr/";
    name.append(key.substr(1, slash - 1)).append("__").append(spec->name.substr(slash + 1));
    out.add(name, spec->rest);
  });
}

}  // namespace

Result<void> parse_deno_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  add_npm(root["npm"]["packages"], out);  // version 2
  add_npm(root["packages"]["npm"], out);  // 3
  add_jsr(root["packages"]["jsr"], out);
  if (!root["npm"]["packages"].is_object()) add_npm(root["npm"], out);  // 4 and 5
  add_jsr(root["jsr"], out);
  return {};
}

}  // namespace bulkhead::catalog::npm
