#include "bulkhead/report/actions.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace bulkhead::report {
namespace {

void add_layers(std::vector<std::uint32_t>& layers, const std::vector<const Package*>& packages) {
  for (const Package* package : packages) {
    if (!package->locations.empty()) layers.push_back(package->locations.front().layer);
  }
  std::ranges::sort(layers);
  const auto same = std::ranges::unique(layers);
  layers.erase(same.begin(), same.end());
}

/// What is worth more comes first: how many, then how many of the worst severities.
bool clears_more(const Action& a, const Action& b) {
  if (a.cleared.size() != b.cleared.size()) return a.cleared.size() > b.cleared.size();
  const SeverityCounts counts_a = count_severities(a.cleared);
  const SeverityCounts counts_b = count_severities(b.cleared);
  if (counts_a != counts_b) {
    return std::ranges::lexicographical_compare(counts_b.rbegin(), counts_b.rend(),
                                                counts_a.rbegin(), counts_a.rend());
  }
  return std::tuple(std::string_view(a.package->match_name()),
                    std::string_view(a.package->match_version()), a.fixed_version) <
         std::tuple(std::string_view(b.package->match_name()),
                    std::string_view(b.package->match_version()), b.fixed_version);
}

std::vector<Folded> fold(const ScanReport& report, bool is_suppressed) {
  std::unordered_map<std::string_view, const Package*> packages;
  for (const Package& package : report.packages) packages.emplace(package.id, &package);

  using Key = std::tuple<FindingKind, std::string_view, PackageType, std::string_view,
                         std::string_view, std::string_view>;
  std::map<Key, std::size_t> places;
  std::vector<Folded> folded;
  for (const Finding& finding : report.findings) {
    if (finding.suppressed.has_value() != is_suppressed) continue;
    const auto row = packages.find(finding.package_id);
    const Package* package = row == packages.end() ? nullptr : row->second;
    const std::string_view by = is_suppressed ? std::string_view(finding.suppressed->by) : "";
    Key key{finding.kind, finding.rule, {}, {}, {}, by};
    if (package != nullptr) {
      key = {finding.kind,
             finding.rule,
             package->type,
             package->match_name(),
             package->match_version(),
             by};
    }
    const auto [place, is_new] = places.emplace(key, folded.size());
    if (is_new) folded.push_back({&finding});
    if (package != nullptr) folded[place->second].packages.push_back(package);
  }
  std::ranges::sort(folded, [](const Folded& a, const Folded& b) {
    if (a.finding->kind != b.finding->kind) return a.finding->kind < b.finding->kind;
    if (a.finding->severity != b.finding->severity) {
      return a.finding->severity > b.finding->severity;
    }
    // The last resort is the report's own order: the findings lie in one list.
    return std::tuple(a.source(), a.installed(), std::string_view(a.finding->rule), a.finding) <
           std::tuple(b.source(), b.installed(), std::string_view(b.finding->rule), b.finding);
  });
  return folded;
}

}  // namespace

std::vector<Folded> fold_findings(const ScanReport& report) { return fold(report, false); }

void sort_folded(std::vector<Folded>& folded, FindingOrder order) {
  const auto sort_down = [&](auto worth) {
    std::ranges::stable_sort(folded, [&](const Folded& a, const Folded& b) {
      if (a.finding->kind != b.finding->kind) return a.finding->kind < b.finding->kind;
      return worth(*a.finding) > worth(*b.finding);
    });
  };
  switch (order) {
    case FindingOrder::priority:
      return sort_down(priority_of);
    case FindingOrder::severity:
      return sort_down([](const Finding& finding) { return finding.severity; });
    case FindingOrder::epss:  // what nobody scored comes last
      return sort_down([](const Finding& f) { return f.epss ? f.epss->score : -1.0; });
    case FindingOrder::package:
      std::ranges::stable_sort(folded, [](const Folded& a, const Folded& b) {
        return std::tuple(a.finding->kind, a.source(), a.installed()) <
               std::tuple(b.finding->kind, b.source(), b.installed());
      });
      return;
  }
}

std::vector<Folded> fold_suppressed(const ScanReport& report) { return fold(report, true); }

SeverityCounts count_severities(const std::vector<Folded>& folded) {
  SeverityCounts counts{};
  for (const Folded& f : folded) ++counts[static_cast<std::size_t>(f.finding->severity)];
  return counts;
}

std::vector<Action> find_actions(const std::vector<Folded>& folded, VersionOrder order) {
  using Key = std::tuple<PackageType, std::string_view, std::string_view, std::string_view>;
  std::map<Key, Action> by_source;
  for (const Folded& f : folded) {
    if (f.packages.empty() || f.finding->fixed_version.empty()) continue;
    const Package& package = *f.packages.front();
    const std::string_view fix = f.finding->fixed_version;
    const std::string_view own_fix = order == nullptr ? fix : std::string_view();
    Action& action = by_source[{package.type, f.source(), f.installed(), own_fix}];
    const bool is_higher = action.package == nullptr ||
                           (order != nullptr && order(package.type, fix, action.fixed_version) > 0);
    if (is_higher) action.fixed_version = fix;
    if (action.package == nullptr) action.package = &package;
    action.cleared.push_back(f);
    add_layers(action.layers, f.packages);
  }
  std::vector<Action> actions;
  actions.reserve(by_source.size());
  for (auto& [key, action] : by_source) actions.push_back(std::move(action));
  std::ranges::sort(actions, clears_more);
  return actions;
}

}  // namespace bulkhead::report
