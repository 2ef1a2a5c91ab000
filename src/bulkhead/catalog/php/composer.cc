#include <string>
#include <string_view>

#include "bulkhead/catalog/php/records.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::php {
namespace {

using format::JsonValue;

/// A list of licences is a choice; one that has an "or" of its own stands in parentheses already.
std::string licenses_of(JsonValue package) {
  if (package["license"].is_string()) return std::string(package["license"].text_or(""));
  std::string all;
  package["license"].for_each_element([&](JsonValue license) {
    if (!all.empty()) all += " OR ";
    all += license.text_or("");
  });
  return all;
}

void add_package(JsonValue package, LibraryList& out) {
  out.add(package["name"].text_or(""), package["version"].text_or(""), licenses_of(package));
}

}  // namespace

Result<void> parse_installed(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  const JsonValue packages = root.is_array() ? root : root["packages"];
  if (!packages.is_array()) return fail(Code::malformed, "no list of packages");
  packages.for_each_element([&](JsonValue package) { add_package(package, out); });
  return {};
}

Result<void> parse_composer_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root["packages"].is_array()) return fail(Code::malformed, "no list of packages");
  for (const std::string_view list : {"packages", "packages-dev"}) {
    root[list].for_each_element([&](JsonValue package) {
      if (package["dist"]["type"].text_or("") != "path") add_package(package, out);
    });
  }
  return {};
}

}  // namespace bulkhead::catalog::php
