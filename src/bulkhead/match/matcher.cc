#include "bulkhead/match/matcher.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/match/distro.h"
#include "bulkhead/match/join.h"
#include "bulkhead/match/words.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {
namespace {

using advisory::Statement;

void note(Notes& notes, NoteLevel level, std::string code, std::string what,
          std::string where = {}) {
  notes.add({level, std::move(code), std::move(what), std::move(where), {}});
}

std::string name_of(const OsInfo& os) {
  if (!os.pretty_name.empty()) return os.pretty_name;
  return os.version.empty() ? os.id : os.id + " " + os.version;
}

/// The names of the release that there are data for, or none and a note that says why.
std::vector<std::string> ecosystems_to_ask(const OsInfo& os, const Release& release,
                                           std::size_t package_count, const AdvisorySource& source,
                                           Notes& notes) {
  if (release.distro == nullptr) {
    note(notes, NoteLevel::incomplete, "unsupported-os",
         fmt::format("there are no rules for {} (ID={}): {} packages were not matched", name_of(os),
                     os.id, package_count),
         os.source_path);
    return {};
  }
  if (release.is_derived) {
    note(notes, NoteLevel::info, "derived-os",
         fmt::format("{} (ID={}) is matched as {}, which it says it is like", name_of(os), os.id,
                     release.ecosystems.empty() ? release.distro->id : release.ecosystems.front()),
         os.source_path);
  }
  if (release.ecosystems.empty()) {
    note(notes, NoteLevel::incomplete, "no-advisory-data",
         fmt::format("which release of {} this is cannot be told (VERSION_ID '{}', code name "
                     "'{}'): {} packages were not matched",
                     release.distro->id, os.version, os.codename, package_count),
         os.source_path);
    return {};
  }
  std::vector<std::string> present;
  for (const std::string& ecosystem : release.ecosystems) {
    if (source.has_ecosystem(ecosystem)) present.push_back(ecosystem);
  }
  if (present.empty()) {
    note(notes, NoteLevel::incomplete, "no-advisory-data",
         fmt::format("there is no advisory data for {}: {} packages were not matched; "
                     "`bulkhead db import` brings data of {}",
                     name_of(os), package_count, fmt::join(release.ecosystems, " or ")),
         os.source_path);
  }
  return present;
}

void note_uncovered(const std::vector<Package>& packages, const OsInfo& os, const Distro& distro,
                    Notes& notes) {
  std::map<std::string_view, std::size_t> uncovered;
  for (const Package& package : packages) {
    if (package.type != distro.type) ++uncovered[type_name(package.type)];
  }
  for (const auto& [type, count] : uncovered) {
    note(notes, NoteLevel::info, "package-not-covered",
         fmt::format("packages of type {} that the advisory data of {} do not cover: {}", type,
                     name_of(os), count));
  }
}

/// Asks the store, and remembers what packages of one source ask again.
class Asker {
 public:
  Asker(AdvisorySource& source, std::vector<std::string> ecosystems)
      : source_(source), ecosystems_(std::move(ecosystems)) {}

  Result<std::vector<Statement>> find(std::string_view name) {
    std::vector<Statement> statements;
    for (const std::string& ecosystem : ecosystems_) {
      BH_TRY(std::vector<Statement> found, source_.find(ecosystem, name));
      if (statements.empty()) {
        statements = std::move(found);
      } else {
        std::ranges::move(found, std::back_inserter(statements));
      }
    }
    return statements;
  }

  /// Known for what is exploited. Only CVEs are listed there.
  Result<bool> is_known_exploited(const std::string& rule) {
    if (!rule.starts_with("CVE-")) return false;
    const auto known = exploited_.find(rule);
    if (known != exploited_.end()) return known->second;
    BH_TRY(const bool is_exploited, source_.is_known_exploited(rule));
    exploited_.emplace(rule, is_exploited);
    return is_exploited;
  }

  /// The words of all statements of `vulnerability`, those of the rule itself first.
  Result<Words> words(const Vulnerability& vulnerability) {
    Words words;
    for (const bool is_rule : {true, false}) {
      for (const Statement* statement : vulnerability.statements) {
        if ((statement->advisory_id == vulnerability.rule) != is_rule) continue;
        BH_TRY(const advisory::AdvisoryText* text, text_of(*statement));
        if (text != nullptr) add_words(words, *text);
      }
    }
    return words;
  }

 private:
  Result<const advisory::AdvisoryText*> text_of(const Statement& statement) {
    auto key = std::pair(statement.feed, statement.advisory_id);
    auto known = texts_.find(key);
    if (known == texts_.end()) {
      BH_TRY(auto text, source_.text(statement.feed, statement.advisory_id));
      known = texts_.emplace(std::move(key), std::move(text)).first;
    }
    return known->second ? &*known->second : nullptr;
  }

  AdvisorySource& source_;
  std::vector<std::string> ecosystems_;
  std::unordered_map<std::string, bool> exploited_;
  std::map<std::pair<std::string, std::string>, std::optional<advisory::AdvisoryText>> texts_;
};

/// What all packages of one source version have in common; the rest is filled in for each.
Result<Finding> make_template(const Vulnerability& vulnerability, const std::string& source,
                              bool is_derived, Asker& asker) {
  BH_TRY(Words words, asker.words(vulnerability));
  BH_TRY(const bool is_exploited, asker.is_known_exploited(vulnerability.rule));
  Finding finding;
  finding.kind = FindingKind::vulnerability;
  finding.rule = vulnerability.rule;
  finding.severity = vulnerability.severity;
  if (is_exploited) finding.severity = std::max(finding.severity, Severity::high);
  finding.is_known_exploited = is_exploited;
  finding.confidence = vulnerability.confidence;
  if (is_derived && finding.confidence == Confidence::certain) {
    finding.confidence = Confidence::likely;
  }
  finding.title = words.title.empty() ? fmt::format("{} in {}", vulnerability.rule, source)
                                      : std::move(words.title);
  finding.detail = std::move(words.detail);
  finding.references = std::move(words.references);
  finding.aliases = vulnerability.aliases;
  finding.fixed_version = vulnerability.fixed_version;
  finding.fix_state = vulnerability.fix_state;
  finding.advisories = vulnerability.advisories;
  finding.cvss = vulnerability.cvss;
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

void note_refusals(const version::Scheme& scheme, const Package& package, const JoinResult& joined,
                   Notes& notes) {
  const std::string& version = package.match_version();
  if (const Result<void> checked = scheme.check(version); !checked) {
    note(notes, NoteLevel::info, "uncomparable-version",
         fmt::format("{}: version '{}' was only held against advisories that hold for every "
                     "version: {}",
                     package.match_name(), version, checked.error().what),
         package.id);
    return;
  }
  for (const JoinResult::Refusal& refusal : joined.refusals) {
    note(notes, NoteLevel::info, "uncomparable-version",
         fmt::format("{}: version '{}' cannot be held against {} ({}) for certain: {}",
                     package.match_name(), version, refusal.statement->advisory_id,
                     refusal.statement->feed, refusal.error.what),
         package.id);
  }
}

/// The findings of the packages that are built from one source version.
Result<void> match_group(std::span<const Package* const> group, const version::Scheme& scheme,
                         std::span<const Statement> statements, bool is_derived, Asker& asker,
                         std::vector<Row>& rows, Notes& notes) {
  const Package& first = *group.front();
  const JoinResult joined = join_statements(scheme, first.match_version(), statements);
  note_refusals(scheme, first, joined, notes);
  for (const Vulnerability& vulnerability : joined.vulnerabilities) {
    BH_TRY(const Finding common,
           make_template(vulnerability, first.match_name(), is_derived, asker));
    for (const Package* package : group) {
      rows.push_back({make_finding(common, vulnerability, *package), package});
    }
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
  if (packages.empty()) return result;
  if (!os) {
    note(notes, NoteLevel::incomplete, "unknown-os",
         fmt::format("{} packages were found but no operating system: whose advisories hold for "
                     "them cannot be told",
                     packages.size()),
         packages.front().locations.empty() ? "packages" : packages.front().locations.front().path);
    return result;
  }
  const Release release = find_release(*os);
  const std::vector<std::string> ecosystems =
      ecosystems_to_ask(*os, release, packages.size(), source, notes);
  if (ecosystems.empty()) return result;
  note_uncovered(packages, *os, *release.distro, notes);
  result.data = feeds_of(source, ecosystems);
  const version::Scheme* scheme = version::find_scheme(release.distro->scheme);
  if (scheme == nullptr) {
    return fail(Code::unsupported,
                fmt::format("match: no version scheme '{}'", release.distro->scheme));
  }

  std::vector<const Package*> by_source;
  for (const Package& package : packages) {
    if (package.type == release.distro->type) by_source.push_back(&package);
  }
  std::ranges::sort(by_source, [](const Package* a, const Package* b) {
    return std::tie(a->match_name(), a->match_version(), a->id) <
           std::tie(b->match_name(), b->match_version(), b->id);
  });
  Asker asker(source, ecosystems);
  std::vector<Row> rows;
  std::vector<Statement> statements;
  for (std::size_t begin = 0, end = 0; begin < by_source.size(); begin = end) {
    const Package& first = *by_source[begin];
    const auto is_of_group = [&](const Package* p) {
      return p->match_name() == first.match_name() && p->match_version() == first.match_version();
    };
    while (end < by_source.size() && is_of_group(by_source[end])) ++end;
    const bool is_new_name = begin == 0 || by_source[begin - 1]->match_name() != first.match_name();
    if (is_new_name) {
      BH_TRY(statements, asker.find(first.match_name()));
    }
    BH_CHECK(match_group(std::span(by_source).subspan(begin, end - begin), *scheme, statements,
                         release.is_derived, asker, rows, notes));
  }
  result.findings = sorted_findings(std::move(rows));
  return result;
}

}  // namespace bulkhead::match
