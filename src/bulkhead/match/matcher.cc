#include "bulkhead/match/matcher.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/match/asker.h"
#include "bulkhead/match/coverage.h"
#include "bulkhead/match/join.h"
#include "bulkhead/match/words.h"

namespace bulkhead::match {
namespace {

using advisory::Statement;

std::string title_of(const Vulnerability& vulnerability, const std::string& source, Words& words) {
  std::string title = words.title.empty() ? fmt::format("{} in {}", vulnerability.rule, source)
                                          : std::move(words.title);
  const bool says_so = title.contains("alicious");
  return vulnerability.is_malicious && !says_so ? "Malicious package: " + title : title;
}

/// The rating that counts: the distribution's data's, else NVD's; what is known to be exploited is
/// at least high.
void settle_severity(Finding& finding, const Vulnerability& vulnerability, const CveFacts& facts) {
  finding.severity = vulnerability.severity;
  finding.severity_source = vulnerability.severity_source;
  if (finding.severity == Severity::unknown && facts.severity != Severity::unknown) {
    finding.severity = facts.severity;
    finding.severity_source = facts.severity_source;
  }
  if (facts.is_known_exploited && finding.severity < Severity::high) {
    finding.severity = Severity::high;
    finding.severity_source = "cisa-kev";
  }
}

/// What all packages of one group have in common; the rest is filled in for each.
Result<Finding> make_template(const Vulnerability& vulnerability, const std::string& source,
                              bool is_borrowed, Asker& asker) {
  BH_TRY(Words words, asker.words(vulnerability));
  BH_TRY(const CveFacts* facts, asker.facts_of(vulnerability.rule));
  Finding finding;
  finding.kind = FindingKind::vulnerability;
  finding.rule = vulnerability.rule;
  settle_severity(finding, vulnerability, *facts);
  finding.is_known_exploited = facts->is_known_exploited;
  finding.epss = facts->epss;
  finding.confidence = vulnerability.confidence;
  if (is_borrowed && finding.confidence == Confidence::certain) {
    finding.confidence = Confidence::likely;
  }
  finding.title = title_of(vulnerability, source, words);
  finding.detail = std::move(words.detail);
  finding.references = std::move(words.references);
  finding.aliases = vulnerability.aliases;
  finding.fixed_version = vulnerability.fixed_version;
  finding.fix_state = vulnerability.fix_state;
  finding.advisories = vulnerability.advisories;
  finding.cvss = vulnerability.cvss;
  for (const Cvss& cvss : facts->cvss) {
    const auto same = std::ranges::find(finding.cvss, cvss.vector, &Cvss::vector);
    if (same == finding.cvss.end()) finding.cvss.push_back(cvss);
  }
  finding.data_source = vulnerability.statements.front()->feed;
  return finding;
}

Finding make_finding(Finding finding, const Vulnerability& vulnerability, const Package& package) {
  finding.id = finding.rule + "@" + package.id;
  finding.package_id = package.id;
  finding.installed_version = package.version;
  finding.remediation = remediation_of(vulnerability, package);
  for (const Location& location : package.locations) {
    finding.locations.push_back({location.layer, location.path, true});
  }
  return finding;
}

struct Row {
  Finding finding;
  const Package* package;
};

/// The version that `statement` is held against.
const std::string& version_for(const Statement& statement, const Package& package) {
  return statement.affected.names == NameKind::source ? package.match_version() : package.version;
}

void note_refusals(const version::Scheme& scheme, const Package& package, const JoinResult& joined,
                   Notes& notes) {
  const auto note = [&](std::string what) {
    notes.add({NoteLevel::info, "uncomparable-version", std::move(what), package.id, {}});
  };
  const std::string& version = package.match_version();
  if (const Result<void> checked = scheme.check(version); !checked) {
    note(
        fmt::format("{}: version '{}' was only held against advisories that list it or hold for "
                    "every version: {}",
                    package.match_name(), version, checked.error().what));
    return;
  }
  for (const JoinResult::Refusal& refusal : joined.refusals) {
    note(fmt::format("{}: version '{}' cannot be held against {} ({}) for certain: {}",
                     package.match_name(), version_for(*refusal.statement, package),
                     refusal.statement->advisory_id, refusal.statement->feed, refusal.error.what));
  }
}

/// The findings of packages that no statement can tell apart.
Result<void> match_group(std::span<const Package* const> group, const Batch& batch,
                         std::span<const Statement> by_source, std::span<const Statement> by_name,
                         Asker& asker, std::vector<Row>& rows, Notes& notes) {
  const Package& first = *group.front();
  const Subject subject{first,          *batch.scheme,       batch.el_release,
                        batch.extended, batch.extended_name, batch.is_borrowed};
  const JoinResult joined = join_judged(subject, judge_all(subject, by_source, by_name));
  note_refusals(*batch.scheme, first, joined, notes);
  for (const Vulnerability& vulnerability : joined.vulnerabilities) {
    BH_TRY(const Finding common,
           make_template(vulnerability, first.match_name(), batch.is_borrowed, asker));
    for (const Package* package : group) {
      rows.push_back({make_finding(common, vulnerability, *package), package});
    }
  }
  return {};
}

/// What a statement can tell packages apart by; packages that are the same in all of it are judged
/// once. Where names of installed packages do not matter, neither do these.
auto key_of(const Package& package, bool has_binary_names) {
  const std::string_view none;
  const auto part = [&](std::string_view text) { return has_binary_names ? text : none; };
  return std::tuple(std::string_view(package.match_name()),
                    std::string_view(package.match_version()), part(package.name),
                    part(package.version), part(package.module()), part(package.architecture));
}

/// The rows point into `batch`.
Result<void> match_batch(Batch& batch, Asker& asker, std::vector<Row>& rows, Notes& notes) {
  const bool has_binary_names = batch.has_binary_names;
  std::ranges::sort(batch.packages, [&](const Package* a, const Package* b) {
    const auto key_a = key_of(*a, has_binary_names);
    const auto key_b = key_of(*b, has_binary_names);
    return key_a != key_b ? key_a < key_b : a->id < b->id;
  });
  // A name may be a source's and an installed package's: what is said of either is asked together,
  // and each statement knows which it means.
  std::vector<Statement> by_source;
  std::vector<Statement> by_name;
  const auto find = [&](const std::string& name, std::vector<Statement>& into) {
    into.clear();
    const Result<void> done = asker.find(batch.ecosystems, name, into);
    return done ? asker.find(batch.extended, name, into) : done;
  };
  for (std::size_t begin = 0, end = 0; begin < batch.packages.size(); begin = end) {
    const Package& first = *batch.packages[begin];
    const auto key = key_of(first, has_binary_names);
    while (end < batch.packages.size() && key_of(*batch.packages[end], has_binary_names) == key) {
      ++end;
    }
    const bool is_new_source =
        begin == 0 || batch.packages[begin - 1]->match_name() != first.match_name();
    if (is_new_source) {
      BH_CHECK(find(first.match_name(), by_source));
    }
    by_name.clear();
    if (has_binary_names && first.name != first.match_name()) {
      BH_CHECK(find(first.name, by_name));
    }
    BH_CHECK(match_group(std::span(batch.packages).subspan(begin, end - begin), batch, by_source,
                         by_name, asker, rows, notes));
  }
  return {};
}

/// The findings in the order of ScanReport::findings; all are of one kind here.
std::vector<Finding> sorted_findings(std::vector<Row> rows) {
  std::vector<Row*> order;  // a row is large, so they are not moved about while they are sorted
  order.reserve(rows.size());
  for (Row& row : rows) order.push_back(&row);
  std::ranges::sort(order, [](const Row* a, const Row* b) {
    if (a->finding.severity != b->finding.severity) {
      return a->finding.severity > b->finding.severity;
    }
    return std::tie(a->package->name, a->finding.rule, a->finding.id) <
           std::tie(b->package->name, b->finding.rule, b->finding.id);
  });
  std::vector<Finding> findings;
  findings.reserve(rows.size());
  for (Row* row : order) findings.push_back(std::move(row->finding));
  return findings;
}

std::vector<FeedInfo> feeds_of(const AdvisorySource& source,
                               const std::vector<std::string>& ecosystems) {
  std::vector<FeedInfo> feeds;
  for (const FeedInfo& feed : source.feeds()) {
    const bool is_asked = std::ranges::find(ecosystems, feed.ecosystem) != ecosystems.end();
    if (is_asked || feed.ecosystem.empty()) feeds.push_back(feed);
  }
  return feeds;
}

}  // namespace

Result<MatchResult> match_against(const std::vector<Package>& packages,
                                  const std::optional<OsInfo>& os, AdvisorySource& source,
                                  Notes& notes) {
  MatchResult result;
  std::vector<Batch> batches = batches_of(packages, os, source, notes);
  if (batches.empty()) return result;
  std::vector<std::string> asked;
  for (const Batch& batch : batches) {
    asked.insert(asked.end(), batch.ecosystems.begin(), batch.ecosystems.end());
    asked.insert(asked.end(), batch.extended.begin(), batch.extended.end());
  }
  result.data = feeds_of(source, asked);
  Asker asker(source);
  std::vector<Row> rows;
  for (Batch& batch : batches) {
    if (batch.scheme == nullptr) return fail(Code::unsupported, "match: no such version scheme");
    BH_CHECK(match_batch(batch, asker, rows, notes));
  }
  result.findings = sorted_findings(std::move(rows));
  return result;
}

}  // namespace bulkhead::match
