#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/catalog/npm/spec.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::npm {
namespace {

using format::JsonValue;

/// Versions 2 and 3: "packages" has a member a folder, as in "node_modules/a/node_modules/@b/c".
void add_packages(JsonValue packages, LibraryList& out) {
  packages.for_each_member([&](std::string_view folder, JsonValue package) {
    constexpr std::string_view kModules = "node_modules/";
    const std::size_t modules = folder.rfind(kModules);
    // The project itself ("") and its workspaces lie in no node_modules; there are links to them.
    if (modules == std::string_view::npos || package["link"].boolean().value_or(false)) return;
    if (is_local(package["resolved"].text_or(""))) return;
    const std::string_view name = folder.substr(modules + kModules.size());
    out.add(package["name"].text_or(name), package["version"].text_or(""),
            package["license"].text_or(""));
  });
}

void add_dependency(std::string_view name, std::string_view version, LibraryList& out) {
  constexpr std::string_view kAlias = "npm:";
  if (version.starts_with(kAlias)) {
    const auto real = take_apart(version.substr(kAlias.size()));
    return real ? out.add(real->name, real->rest) : out.refuse();
  }
  if (is_local(version)) return;
  out.add(name, is_place(version) ? version_of_place(name, version) : version);
}

/// Version 1 and what came before it: "dependencies" nested as node_modules is.
void add_dependencies(JsonValue dependencies, LibraryList& out) {
  std::vector<JsonValue> open = {dependencies};
  while (!open.empty()) {
    const JsonValue next = open.back();
    open.pop_back();
    next.for_each_member([&](std::string_view name, JsonValue dependency) {
      add_dependency(name, dependency["version"].text_or(""), out);
      if (dependency["dependencies"].exists()) open.push_back(dependency["dependencies"]);
    });
  }
}

}  // namespace

Result<void> parse_package_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  // Version 2 says all twice, the second time for npm 6.
  const JsonValue packages = root["packages"];
  if (packages.is_object()) {
    add_packages(packages, out);
  } else {
    add_dependencies(root["dependencies"], out);
  }
  return {};
}

}  // namespace bulkhead::catalog::npm
