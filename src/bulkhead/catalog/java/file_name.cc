#include "bulkhead/catalog/java/file_name.h"

#include <algorithm>
#include <string>

#include "bulkhead/base/text.h"

namespace bulkhead::catalog::java {
namespace {

// Parts behind a "-" that belong to the version before them, with or without a number at their end.
constexpr std::string_view kQualifiers[] = {
    "alpha",   "android", "b",          "beta",    "build", "cr",       "ea",        "final", "fix",
    "ga",      "hotfix",  "incubating", "jdk",     "jre",   "m",        "milestone", "patch", "pre",
    "preview", "rc",      "redhat",     "release", "sec",   "snapshot", "sp",
};

// What follows a version and says which of its files this is.
constexpr std::string_view kClassifiers[] = {
    "all",    "assembly", "boot",       "bundle",  "exec",   "executable", "fat",
    "indy",   "jakarta",  "javadoc",    "linux",   "no_aop", "osx",        "runner",
    "shaded", "sources",  "standalone", "test",    "tests",  "uber",       "with",
    "jar",    "war",      "win",        "windows", "x86_64", "aarch_64",   "nodep",
};

constexpr std::string_view kExtensions[] = {"ear",  "hpi", "jar", "jmod", "jpi", "kar",
                                            "lpkg", "par", "rar", "sar",  "war", "zip"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_with_digit(std::string_view text) { return !text.empty() && is_digit(text.front()); }

bool is_qualifier(std::string_view part) {
  std::string word = to_lower(part.substr(0, part.find('.')));
  while (!word.empty() && is_digit(word.back())) word.pop_back();
  return std::ranges::find(kQualifiers, word) != std::end(kQualifiers);
}

/// OSGi's "symbolic.name_1.2.3.v2021": three numbers behind an underscore.
NamedVersion split_bundle_name(std::string_view stem) {
  for (std::size_t at = stem.find('_'); at != stem.npos; at = stem.find('_', at + 1)) {
    const std::string_view version = stem.substr(at + 1);
    const std::size_t first = version.find_first_not_of("0123456789");
    if (first == 0 || first == version.npos || version[first] != '.') continue;
    const std::size_t second = version.find_first_not_of("0123456789", first + 1);
    if (second == first + 1 || second == version.npos || version[second] != '.') continue;
    if (at > 0 && begins_with_digit(version.substr(second + 1))) {
      return {stem.substr(0, at), version};
    }
  }
  return {stem, {}};
}

/// Cuts a classifier and what follows it off a version.
std::string_view without_classifier(std::string_view version) {
  for (std::size_t at = version.find('-'); at != version.npos; at = version.find('-', at + 1)) {
    const std::string_view rest = version.substr(at + 1);
    const std::string_view part = rest.substr(0, rest.find('-'));
    if (std::ranges::find(kClassifiers, part) != std::end(kClassifiers)) {
      return version.substr(0, at);
    }
  }
  return version;
}

}  // namespace

NamedVersion split_file_name(std::string_view stem) {
  if (const NamedVersion bundle = split_bundle_name(stem); !bundle.version.empty()) return bundle;
  // From the end: the last part that begins with a digit, and what belongs to it before.
  std::size_t begin = stem.npos;
  bool has_only_qualifiers = true;  // between the part and the one before it that has a digit
  for (std::size_t end = stem.size(); end > 0;) {
    const std::size_t dash = stem.rfind('-', end - 1);
    if (dash == stem.npos || dash == 0) break;
    const std::string_view part = stem.substr(dash + 1, end - dash - 1);
    if (begins_with_digit(part)) {
      if (begin != stem.npos && !has_only_qualifiers) break;
      begin = dash;
      has_only_qualifiers = true;
    } else if (!is_qualifier(part)) {
      has_only_qualifiers = false;
    }
    end = dash;
  }
  if (begin == stem.npos) return {stem, {}};
  return {stem.substr(0, begin), without_classifier(stem.substr(begin + 1))};
}

bool names_artifact(std::string_view stem, std::string_view group, std::string_view artifact) {
  if (artifact.empty()) return false;
  if (!stem.starts_with(artifact) && !group.empty() && stem.starts_with(group) &&
      stem.substr(group.size()).starts_with('.')) {
    stem.remove_prefix(group.size() + 1);
  }
  if (!stem.starts_with(artifact)) return false;
  const std::string_view rest = stem.substr(artifact.size());
  return rest.empty() || ((rest.front() == '-' || rest.front() == '_' || rest.front() == '.') &&
                          begins_with_digit(rest.substr(1)));
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view stem_of(std::string_view name) { return name.substr(0, name.rfind('.')); }

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
}

bool is_archive_name(std::string_view name) {
  constexpr std::size_t kMostExtensionBytes = 4;
  const std::string_view extension = extension_of(name);
  return extension.size() <= kMostExtensionBytes &&
         std::ranges::find(kExtensions, to_lower(extension)) != std::end(kExtensions);
}

}  // namespace bulkhead::catalog::java
