#include "bulkhead/scan/why.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/match/match.h"
#include "bulkhead/match/support.h"

namespace bulkhead::scan {
namespace {

using match::Reason;

// Of the data, when no package is concerned; a CVE of the kernel has some thousand in all of OSV.
constexpr std::size_t kMostRows = 100'000;
constexpr std::size_t kMostExamples = 10;  // of names in a sentence

/// What is asked for.
struct Query {
  std::string rule;     // in lower case
  std::string package;  // its id; empty: any
};

Query query_of(std::string_view id) {
  const std::size_t at = id.find('@');
  if (at == std::string_view::npos) return {to_lower(id), {}};
  return {to_lower(id.substr(0, at)), std::string(id.substr(at + 1))};
}

bool is_asked(const Query& query, const Finding& finding) {
  if (!query.package.empty() && finding.package_id != query.package) return false;
  const auto is_rule = [&](const std::string& id) { return to_lower(id) == query.rule; };
  return is_rule(finding.rule) || std::ranges::any_of(finding.aliases, is_rule) ||
         std::ranges::any_of(finding.advisories, is_rule, &AdvisoryRef::id);
}

bool is_fix(const match::Evidence& evidence) {
  return evidence.verdict.reason == Reason::at_or_above_fix ||
         evidence.verdict.reason == Reason::other_fix;
}

std::string join_names(const std::set<std::string>& names) {
  std::vector<std::string> shown(names.begin(), names.end());
  if (shown.size() <= kMostExamples) return fmt::format("{}", fmt::join(shown, ", "));
  shown.resize(kMostExamples);
  return fmt::format("{}, and {} more", fmt::join(shown, ", "), names.size() - kMostExamples);
}

bool has_package(const ScanReport& report, const std::string& name) {
  return std::ranges::any_of(report.packages, [&](const Package& package) {
    return package.name == name || package.match_name() == name;
  });
}

/// No statement was held against any package: why is that?
Result<void> explain_silence(const Query& query, advisory::Store& store, WhyResult& result) {
  const ScanReport& report = result.report;
  constexpr std::string_view kGaps[] = {"no-advisory-data", "unknown-os", "unsupported-os",
                                        "no-packages"};
  for (const Note& note : report.notes) {
    if (std::ranges::find(kGaps, note.code) == std::end(kGaps)) continue;
    result.because = note.what;
    return {};
  }
  BH_TRY(const auto rows, store.search(query.rule, kMostRows));
  std::set<std::string> absent;     // what the target's own data name, and it does not have
  std::set<std::string> unheld;     // and has, but of another vendor or kind
  std::set<std::string> elsewhere;  // ecosystems
  for (const advisory::Store::SearchRow& row : rows) {
    if (!match::has_id(row.statement, query.rule)) continue;  // a package of that name
    const bool is_own =
        std::ranges::find(report.data, row.ecosystem, &FeedInfo::ecosystem) != report.data.end();
    const std::string& name = row.statement.affected.name;
    if (!is_own) {
      elsewhere.insert(row.ecosystem);
    } else {
      (has_package(report, name) ? unheld : absent).insert(name);
    }
  }
  if (!query.package.empty()) {
    result.because = fmt::format("nothing is said of {} and this package", query.rule);
  } else if (!unheld.empty()) {
    result.because = fmt::format(
        "the data of the operating system do not cover {} as they are installed (another vendor)",
        join_names(unheld));
  } else if (!absent.empty()) {
    result.answer = Answer::not_affected;
    result.because =
        fmt::format("it is about {}, and none of that is installed", join_names(absent));
  } else if (!elsewhere.empty()) {
    result.because = fmt::format("the data of this target say nothing of it; those of {} do",
                                 join_names(elsewhere));
  } else {
    result.because = "no data that are here say anything of it: `bulkhead db status` lists them";
  }
  return {};
}

/// The answer about the support of the release itself, which no package and no advisory is about.
void explain_support(WhyResult& result) {
  const ScanReport& report = result.report;
  const auto finding = std::ranges::find(report.findings, FindingKind::support, &Finding::kind);
  if (finding != report.findings.end()) {
    result.answer = Answer::vulnerable;
    result.because = fmt::format("{}. {} Next step: {}. So says {}", finding->title,
                                 finding->detail, finding->remediation, finding->data_source);
    if (finding->suppressed) result.because += "; left out by " + finding->suppressed->by;
  } else if (!report.os) {
    result.because = "no operating system was found";
  } else if (report.os->support == SupportState::unknown) {
    result.because = fmt::format("until when {} {} is supported is not known here", report.os->id,
                                 report.os->version);
  } else {
    result.answer = Answer::not_affected;
    result.because =
        report.os->support_ends.empty()
            ? fmt::format("{} has no releases that end", report.os->id)
            : fmt::format("{} {} is supported until {}, says {}", report.os->id, report.os->version,
                          report.os->support_ends, report.os->support_source);
  }
}

/// Ties what is said of each package to what the report makes of it.
void answer_packages(const Query& query, std::vector<match::PackageEvidence> explained,
                     WhyResult& result) {
  const ScanReport& report = result.report;
  for (match::PackageEvidence& said : explained) {
    const Package& package = report.packages[said.package];
    if (!query.package.empty() && package.id != query.package) continue;
    PackageAnswer answer;
    answer.package = said.package;
    const auto finding = std::ranges::find_if(report.findings, [&](const Finding& f) {
      return f.package_id == package.id && is_asked(query, f);
    });
    if (finding != report.findings.end()) {
      answer.answer = Answer::vulnerable;
      answer.finding = static_cast<std::size_t>(finding - report.findings.begin());
    } else if (std::ranges::any_of(said.evidence, is_fix)) {
      answer.answer = Answer::fixed;
    }
    answer.evidence = std::move(said.evidence);
    result.answer = std::max(result.answer, answer.answer);
    result.packages.push_back(std::move(answer));
  }
}

std::string because_of(const WhyResult& result) {
  std::set<std::string> names;
  for (const PackageAnswer& answer : result.packages) {
    if (answer.answer == result.answer) names.insert(result.report.packages[answer.package].name);
  }
  switch (result.answer) {
    case Answer::vulnerable:
      return fmt::format("it holds for {}", join_names(names));
    case Answer::fixed:
      return fmt::format("what is installed has the fix: {}", join_names(names));
    case Answer::not_affected:
      return fmt::format("it does not hold for what is installed: {}", join_names(names));
    case Answer::no_data:
      return {};
  }
  return {};
}

}  // namespace

std::string_view answer_name(Answer answer) {
  constexpr std::string_view kNames[] = {"no-data", "not-affected", "fixed", "vulnerable"};
  return kNames[static_cast<std::size_t>(answer)];
}

Result<WhyResult> why(const ScanRequest& request, std::string_view id, const RunContext& context) {
  BH_TRY(Scanned scanned, scan_keeping_data(request, context));
  WhyResult result;
  result.id = id;
  result.report = std::move(scanned.report);
  const Query query = query_of(id);
  if (query.rule == match::kReleaseEnded) {
    explain_support(result);
    return result;
  }
  BH_TRY(auto explained, match::explain_packages(result.report.packages, result.report.os,
                                                 scanned.store, query.rule));
  answer_packages(query, std::move(explained), result);
  if (result.packages.empty()) {
    BH_CHECK(explain_silence(query, scanned.store, result));
  } else {
    result.because = because_of(result);
  }
  return result;
}

}  // namespace bulkhead::scan
