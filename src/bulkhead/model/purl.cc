#include "bulkhead/model/purl.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

// Types whose namespace and name the specification wants in lower case.
constexpr std::string_view kLowerCaseTypes[] = {"alpm", "apk", "bitnami", "deb"};

/// Letters, digits, ".", "-", "_" and "~" stay as they are, and so does ":".
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_~:").contains(c);
}

void append_encoded(std::string& purl, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_plain(c)) {
      purl.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      purl.push_back('%');
      purl.push_back(kDigits[byte >> 4]);
      purl.push_back(kDigits[byte & 15]);
    }
  }
}

std::string_view without_outer_slashes(std::string_view text) {
  const std::size_t first = text.find_first_not_of('/');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of('/') - first + 1);
}

}  // namespace

std::string make_purl(std::string_view type, std::string_view name_space, std::string_view name,
                      std::string_view version,
                      std::vector<std::pair<std::string_view, std::string_view>> qualifiers) {
  const bool is_lower = std::ranges::find(kLowerCaseTypes, type) != std::end(kLowerCaseTypes);
  const auto cased = [&](std::string_view text) {
    return is_lower ? to_lower(text) : std::string(text);
  };
  std::string purl = "pkg:";
  purl += type;
  purl += '/';
  for (const std::string_view segment : split(name_space, '/')) {
    if (segment.empty()) continue;
    append_encoded(purl, cased(segment));
    purl += '/';
  }
  append_encoded(purl, cased(without_outer_slashes(name)));
  if (!version.empty()) {
    purl += '@';
    append_encoded(purl, version);
  }
  std::ranges::sort(qualifiers);
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    if (value.empty()) continue;
    purl += separator;
    purl += key;
    purl += '=';
    append_encoded(purl, value);
    separator = '&';
  }
  return purl;
}

}  // namespace bulkhead
