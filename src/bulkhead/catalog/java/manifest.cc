#include "bulkhead/catalog/java/manifest.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead::catalog::java {
namespace {

// More than any title or version has; what is longer is not kept.
constexpr std::size_t kMostValueBytes = 512;

struct Row {
  std::string_view name;  // in lower case
  std::string Manifest::* field;
};

constexpr Row kRows[] = {
    {"automatic-module-name", &Manifest::module_name},
    {"bundle-license", &Manifest::bundle_license},
    {"bundle-symbolicname", &Manifest::symbolic_name},
    {"bundle-version", &Manifest::bundle_version},
    {"group-id", &Manifest::group_id},
    {"implementation-title", &Manifest::implementation_title},
    {"implementation-vendor-id", &Manifest::implementation_vendor_id},
    {"implementation-version", &Manifest::implementation_version},
    {"plugin-version", &Manifest::plugin_version},
    {"short-name", &Manifest::short_name},
    {"specification-title", &Manifest::specification_title},
    {"specification-version", &Manifest::specification_version},
};

/// The text up to a line's end, which "\r" alone may be, too.
std::string_view take_manifest_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with("\r\n")) {
    rest.remove_prefix(2);
  } else if (!rest.empty()) {
    rest.remove_prefix(1);
  }
  return line;
}

/// Directives and attributes stand behind a ";", further licences behind a ",".
std::string_view first_clause(std::string_view value) {
  return trim(value.substr(0, value.find_first_of(";,")));
}

void keep(std::string_view name, std::string_view value, Manifest& out) {
  const auto row = std::ranges::find(kRows, to_lower(trim(name)), &Row::name);
  if (row == std::end(kRows)) return;
  value = trim(value);
  if (row->field == &Manifest::symbolic_name || row->field == &Manifest::bundle_license) {
    value = first_clause(value);
  }
  if (value.size() > kMostValueBytes || value.contains("${") || value.starts_with('%')) return;
  out.*(row->field) = value;
}

}  // namespace

Manifest parse_manifest(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Manifest manifest;
  std::string line;  // with those that go on with it
  const auto settle = [&] {
    const std::size_t colon = line.find(':');
    if (colon != line.npos) {
      keep(std::string_view(line).substr(0, colon), std::string_view(line).substr(colon + 1),
           manifest);
    }
    line.clear();
  };
  bool has_begun = false;
  while (!text.empty()) {
    const std::string_view next = take_manifest_line(text);
    if (next.empty()) {
      if (has_begun) break;  // the sections of single files follow
      continue;
    }
    has_begun = true;
    if (next.front() == ' ') {
      line += next.substr(1);
      continue;
    }
    settle();
    line = next;
  }
  settle();
  return manifest;
}

}  // namespace bulkhead::catalog::java
