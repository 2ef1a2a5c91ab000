#include "bulkhead/policy/subject.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/glob.h"

namespace bulkhead::policy {
namespace {

/// The purl of the source that `package` was built from, as publishers of VEX for distributions
/// write it: its own name and version, and arch=source.
Purl source_purl(const Package& package, const Purl& own) {
  Purl source = own;
  source.name = to_lower(package.match_name());
  source.version = package.match_version();
  std::erase_if(source.qualifiers, [](const auto& pair) { return pair.first == "arch"; });
  source.qualifiers.emplace_back("arch", "source");
  std::ranges::sort(source.qualifiers);
  return source;
}

bool is_same(std::string_view pattern, std::string_view text, bool has_wildcards) {
  return has_wildcards ? matches_wildcard(pattern, text, false) : pattern == text;
}

}  // namespace

Subjects::Subjects(const ScanReport& report) {
  for (const Package& package : report.packages) {
    packages_.emplace(package.id, &package);
    if (auto purl = parse_purl(package.purl)) {
      std::string key = name_key(*purl);
      purls_.emplace(std::move(key), *std::move(purl));
    }
  }
}

Subject Subjects::of(const Finding& finding) const {
  Subject subject{&finding};
  subject.rule = to_lower(finding.rule);
  subject.ids.push_back(subject.rule);
  for (const std::string& alias : finding.aliases) subject.ids.push_back(to_lower(alias));
  for (const AdvisoryRef& ref : finding.advisories) subject.ids.push_back(to_lower(ref.id));
  std::ranges::sort(subject.ids);
  const auto same = std::ranges::unique(subject.ids);
  subject.ids.erase(same.begin(), same.end());
  for (const FindingLocation& place : finding.locations) subject.paths.push_back(place.path);
  const auto row = packages_.find(finding.package_id);
  if (finding.package_id.empty() || row == packages_.end()) return subject;
  subject.package = row->second;
  for (const Location& place : subject.package->locations) subject.paths.push_back(place.path);
  if (auto purl = parse_purl(subject.package->purl)) {
    subject.purls.push_back(source_purl(*subject.package, *purl));
    subject.purls.push_back(*std::move(purl));
  }
  return subject;
}

bool Subjects::has_package(const Purl& pattern) const {
  const auto [begin, end] = purls_.equal_range(name_key(pattern));
  return std::any_of(begin, end,
                     [&](const auto& row) { return covers(pattern, row.second, false); });
}

bool covers(const Purl& pattern, const Purl& purl, bool has_wildcards) {
  const auto is_named = [&](std::string_view wanted, std::string_view got) {
    return wanted.empty() || is_same(wanted, got, has_wildcards);
  };
  // An architecture of "source" speaks of other packages than those without any: it must be said.
  if (purl.qualifier("arch") == "source" && pattern.qualifier("arch") != "source") return false;
  return is_same(name_key(pattern), name_key(purl), has_wildcards) &&
         is_named(pattern.version, purl.version) && is_named(pattern.subpath, purl.subpath) &&
         std::ranges::all_of(pattern.qualifiers, [&](const auto& qualifier) {
           return is_same(qualifier.second, purl.qualifier(qualifier.first), has_wildcards);
         });
}

bool covers(const Purl& pattern, const Subject& subject, bool has_wildcards) {
  return std::ranges::any_of(
      subject.purls, [&](const Purl& purl) { return covers(pattern, purl, has_wildcards); });
}

std::string name_key(const Purl& purl) {
  std::string key = purl.type + "/";
  if (!purl.name_space.empty()) key += purl.name_space + "/";
  return key + purl.name;
}

}  // namespace bulkhead::policy
