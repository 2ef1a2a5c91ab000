#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "bulkhead/catalog/sbom/readers.h"

namespace bulkhead::catalog::sbom {
namespace {

using format::JsonValue;

constexpr std::string_view kVersions[] = {"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"};

void read_licences(JsonValue list, Component& component) {
  list.for_each_element([&](JsonValue item) {
    const JsonValue license = item["license"];
    for (const JsonValue text : {item["expression"], license["id"], license["name"]}) {
      if (text.text_or("").empty()) continue;
      component.licences.emplace_back(text.text_or(""));
      return;
    }
  });
}

Component component_of(JsonValue item) {
  Component component;
  component.ref = item["bom-ref"].text_or("");
  component.type = item["type"].text_or("");
  component.group = item["group"].text_or("");
  component.name = item["name"].text_or("");
  component.version = item["version"].text_or("");
  component.purl = item["purl"].text_or("");
  component.vendor = item["publisher"].text_or("");
  if (component.vendor.empty()) component.vendor = item["supplier"]["name"].text_or("");
  read_licences(item["licenses"], component);
  item["evidence"]["occurrences"].for_each_element([&](JsonValue occurrence) {
    const std::string_view path = occurrence["location"].text_or("");
    if (!path.empty()) component.paths.emplace_back(path);
  });
  item["properties"].for_each_element([&](JsonValue property) {
    component.properties.emplace_back(property["name"].text_or(""), property["value"].text_or(""));
  });
  return component;
}

/// A component and those in it; how deep they nest, the JSON parser bounds.
void add_components(JsonValue list, ListBuilder& into) {
  list.for_each_element([&](JsonValue item) {
    into.add(component_of(item));
    add_components(item["components"], into);
  });
}

}  // namespace

Result<void> read_cyclonedx(JsonValue root, ListBuilder& into) {
  const std::string_view version = root["specVersion"].text_or("");
  if (std::ranges::find(kVersions, version) == std::end(kVersions)) {
    return fail(Code::unsupported,
                fmt::format("sbom: CycloneDX '{}': only 1.2 to 1.7 are read", version));
  }
  const JsonValue target = root["metadata"]["component"];
  const Component component = component_of(target);
  into.set_target(component);
  // A list may be about a library or a package itself: that is one of them then.
  if (!component.purl.empty() && component.type != "container") into.add(component);
  add_components(target["components"], into);
  add_components(root["components"], into);
  return {};
}

}  // namespace bulkhead::catalog::sbom
