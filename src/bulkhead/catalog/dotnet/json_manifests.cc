#include <string_view>
#include <unordered_map>

#include "bulkhead/catalog/dotnet/manifests.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::dotnet {
namespace {

using format::JsonValue;

/// How the targets have a library.
struct Uses {
  bool has_compile_only = false;
  bool has_other = false;
};

/// By "Name/1.0". The views are the document's.
std::unordered_map<std::string_view, Uses> uses_of(JsonValue targets) {
  std::unordered_map<std::string_view, Uses> uses;
  targets.for_each_member([&](std::string_view, JsonValue target) {
    target.for_each_member([&](std::string_view key, JsonValue library) {
      Uses& use = uses[key];
      const bool is_compile_only = library["compileOnly"].boolean().value_or(false);
      (is_compile_only ? use.has_compile_only : use.has_other) = true;
    });
  });
  return uses;
}

void add_library(std::string_view key, std::string_view type, LibraryList& out) {
  constexpr std::string_view kRuntimePack = "runtimepack.";
  if (type == "runtimepack" && key.starts_with(kRuntimePack)) {
    key.remove_prefix(kRuntimePack.size());
  }
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return out.refuse();
  out.add(key.substr(0, slash), key.substr(slash + 1));
}

}  // namespace

Result<void> parse_deps(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  const auto uses = uses_of(root["targets"]);
  root["libraries"].for_each_member([&](std::string_view key, JsonValue library) {
    const std::string_view type = library["type"].text_or("");
    if (type != "package" && type != "runtimepack") return;
    const auto use = uses.find(key);
    if (use != uses.end() && use->second.has_compile_only && !use->second.has_other) return;
    add_library(key, type, out);
  });
  return {};
}

Result<void> parse_packages_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  root["dependencies"].for_each_member([&](std::string_view, JsonValue framework) {
    framework.for_each_member([&](std::string_view name, JsonValue package) {
      if (package["type"].text_or("") == "Project") return;
      out.add(name, package["resolved"].text_or(""));
    });
  });
  return {};
}

}  // namespace bulkhead::catalog::dotnet
