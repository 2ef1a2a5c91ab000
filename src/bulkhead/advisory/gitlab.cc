#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/gitlab_ranges.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/yaml.h"

// GitLab's database of advisories about language packages: a YAML file each, with `identifier`,
// `identifiers`, `package_slug` ("maven/group/artifact"), `affected_range`, `fixed_versions`.
//
// Source: https://gitlab.com/gitlab-org/advisories-community, its README ("Advisory format")
namespace bulkhead::advisory {
namespace {

using format::YamlNode;

struct Registry {
  std::string_view slug;
  std::string_view ecosystem;  // as OSV writes it
  bool has_intervals = false;
};

constexpr Registry kRegistries[] = {
    {"cargo", "crates.io"},   {"conan", "ConanCenter"},
    {"gem", "RubyGems"},      {"go", "Go"},
    {"maven", "Maven", true}, {"npm", "npm"},
    {"nuget", "NuGet", true}, {"packagist", "Packagist"},
    {"pypi", "PyPI"},         {"swift", "SwiftURL"},
};

std::string_view text_of(const YamlNode& root, std::string_view key) {
  const YamlNode* node = root.find(key);
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}

void read_ids(const YamlNode& root, Advisory& advisory) {
  const auto take = [&](std::string_view id) {
    if (auto cve = cve_of(id)) {
      advisory.cves.push_back(std::move(*cve));
    } else if (!id.empty() && id != advisory.id) {
      advisory.aliases.emplace_back(id);
    }
  };
  take(advisory.id);
  if (const YamlNode* ids = root.find("identifiers")) {
    for (const YamlNode& id : ids->items) take(id.text);
  }
  keep_first_of_each(advisory.cves);
  keep_first_of_each(advisory.aliases);
}

Result<AffectedPackage> read_package(const YamlNode& root) {
  const std::string_view slug = text_of(root, "package_slug");
  const std::size_t slash = slug.find('/');
  const auto* registry = std::ranges::find(kRegistries, slug.substr(0, slash), &Registry::slug);
  if (slash == std::string_view::npos || registry == std::end(kRegistries) ||
      slash + 1 == slug.size()) {
    return fail(Code::unsupported, fmt::format("is of a registry that is not known: {}", slug));
  }
  AffectedPackage affected;
  affected.ecosystem = registry->ecosystem;
  affected.name = slug.substr(slash + 1);
  if (registry->ecosystem == "Maven") {
    const std::size_t last = affected.name.rfind('/');
    if (last != std::string::npos) affected.name[last] = ':';
  }
  const std::string_view range = text_of(root, "affected_range");
  auto parsed = parse_gitlab_range(range, registry->has_intervals);
  if (!parsed) {
    return fail(Code::malformed, fmt::format("has a range that cannot be kept: {}", range));
  }
  affected.ranges = std::move(parsed->ranges);
  affected.versions = std::move(parsed->versions);
  const YamlNode* fixed = root.find("fixed_versions");
  const bool is_fixed = fixed != nullptr && !fixed->items.empty();
  affected.fix_state = is_fixed ? FixState::fixed : FixState::not_fixed;
  return affected;
}

}  // namespace

bool is_gitlab_yaml(std::string_view text) {
  return (text.starts_with("---\nidentifier:") || text.starts_with("identifier:")) &&
         text.contains("\npackage_slug:");
}

bool is_gitlab(const Document& document) {
  return document.kind == DocumentKind::text && is_gitlab_yaml(document.text);
}

Result<void> read_gitlab(const Document& document, RecordSink& sink) {
  BH_TRY(const YamlNode root, format::parse_yaml(document.text));
  Advisory advisory{.id = std::string(text_of(root, "identifier"))};
  if (advisory.id.empty()) return fail(Code::malformed, "gitlab: the advisory has no identifier");
  Result<AffectedPackage> affected = read_package(root);
  if (!affected) {
    return fail(affected.error().code,
                fmt::format("gitlab: {} {}", advisory.id, affected.error().what));
  }
  read_ids(root, advisory);
  advisory.title = text_of(root, "title");
  advisory.detail = text_of(root, "description");
  advisory.published_unix_s = parse_utc(text_of(root, "pubdate"));
  advisory.modified_unix_s = parse_utc(text_of(root, "date"));
  if (const YamlNode* urls = root.find("urls")) {
    for (const YamlNode& url : urls->items) advisory.references.push_back(url.text);
  }
  for (const char* key : {"cvss_v4", "cvss_v3", "cvss_v2"}) {
    if (auto cvss = parse_cvss(text_of(root, key))) {
      cvss->source = "GitLab";
      advisory.cvss.push_back(std::move(*cvss));
    }
  }
  const FeedKey feed{"gitlab/" + affected->ecosystem, affected->ecosystem};
  advisory.affected.push_back(std::move(*affected));
  return sink.add(feed, advisory);
}

}  // namespace bulkhead::advisory
