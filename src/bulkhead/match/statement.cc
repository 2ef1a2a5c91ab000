#include "bulkhead/match/statement.h"

#include <algorithm>
#include <set>
#include <utility>

#include "bulkhead/match/module.h"
#include "bulkhead/version/range.h"

namespace bulkhead::match {
namespace {

bool is_open(const VersionRange& range) {
  return (range.introduced.empty() || range.introduced == "0") && range.fixed.empty() &&
         range.last_affected.empty();
}

/// Is `version` one of `names`, in whatever spelling? Names that the scheme refuses (a list may
/// hold versions of an older scheme) are compared as text.
bool is_named(const version::Scheme& scheme, const std::vector<std::string>& names,
              std::string_view version) {
  if (std::ranges::find(names, version) != names.end()) return true;
  if (!scheme.check(version)) return false;
  return std::ranges::any_of(names, [&](const std::string& name) {
    return scheme.check(name) && scheme.compare(name, version) == 0;
  });
}

/// The lowest fix above `version`; empty where there is none.
std::string next_fix(const version::Scheme& scheme, const std::vector<VersionRange>& ranges,
                     std::string_view version) {
  std::string lowest;
  for (const VersionRange& range : ranges) {
    if (range.fixed.empty()) continue;
    const bool is_above = scheme.compare(range.fixed, version) > 0;
    if (is_above && (lowest.empty() || scheme.compare(range.fixed, lowest) < 0)) {
      lowest = range.fixed;
    }
  }
  return lowest;
}

/// "8" of "1.0-3.el8_4.alma" and "1-1.module_el8.5.0+1"; empty where the release names none.
std::string_view el_of(std::string_view version) {
  for (std::size_t at = version.find("el"); at != std::string_view::npos;
       at = version.find("el", at + 2)) {
    const bool is_word = at > 0 && std::string_view("._+").contains(version[at - 1]);
    const std::string_view rest = version.substr(at + 2);
    const std::string_view number = rest.substr(0, rest.find_first_not_of("0123456789"));
    if (is_word && !number.empty()) return number;
  }
  return {};
}

/// Oracle builds some packages several times, with releases that do not stand in one order: for
/// updates of running programs ("1.1.1g-15.ksplice1.el8_3", epoch 2), and certified
/// ("1.1.1k-6.el8_5_fips", epoch 10). Which one it is; empty for the ordinary build.
std::string_view special_build_of(std::string_view version) {
  if (version.contains(".ksplice")) return "ksplice";
  return version.ends_with("_fips") ? "fips" : std::string_view();
}

/// Is the end of `range` a build for another major release, or of another kind than `version`?
bool is_foreign(const VersionRange& range, std::string_view version, std::string_view el_release) {
  if (el_release.empty() || range.fixed.empty()) return false;
  if (special_build_of(range.fixed) != special_build_of(version)) return true;
  const std::string_view named = el_of(range.fixed);
  return !named.empty() && named != el_release;
}

/// RHBA, ALEA and the like without a CVE: what they mend is no vulnerability.
bool is_no_security(const advisory::Statement& statement) {
  if (!statement.cves.empty() || statement.is_malicious) return false;
  constexpr std::string_view kKinds[] = {"RHBA-", "RHEA-", "ALBA-", "ALEA-",
                                         "RLBA-", "RLEA-", "ELBA-", "ELEA-"};
  return std::ranges::any_of(
      kKinds, [&](std::string_view kind) { return statement.advisory_id.starts_with(kind); });
}

/// "noarch" packages are in every architecture's repository.
bool is_of_architecture(const std::vector<std::string>& architectures, const Package& package) {
  return architectures.empty() || package.architecture.empty() ||
         package.architecture == "noarch" ||
         std::ranges::find(architectures, package.architecture) != architectures.end() ||
         std::ranges::find(architectures, "noarch") != architectures.end();
}

Reason reason_of(AffectedStatus status) {
  switch (status) {
    case AffectedStatus::affected:
      return Reason::affected;
    case AffectedStatus::not_affected:
      return Reason::not_affected;
    case AffectedStatus::undetermined:
      return Reason::undetermined;
  }
  return Reason::undetermined;
}

/// What a range that does not hold the version says: that it has the fix, or not yet the fault.
void take_miss(const version::Scheme& scheme, const VersionRange& range, std::string_view version,
               Verdict& verdict) {
  const std::string& end = range.fixed.empty() ? range.last_affected : range.fixed;
  const bool is_above = !end.empty() && scheme.compare(version, end) >= 0;
  const Reason reason = is_above ? Reason::at_or_above_fix : Reason::before_introduction;
  if (verdict.reason == Reason::at_or_above_fix && !is_above) return;
  verdict.reason = reason;
  verdict.decided_by = is_above ? end : range.introduced;
}

}  // namespace

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::affected:
      return "affected";
    case Reason::not_affected:
      return "not-affected";
    case Reason::undetermined:
      return "undetermined";
    case Reason::at_or_above_fix:
      return "at-or-above-fix";
    case Reason::before_introduction:
      return "before-introduction";
    case Reason::not_listed:
      return "not-listed";
    case Reason::other_name:
      return "other-name";
    case Reason::other_module:
      return "other-module";
    case Reason::other_architecture:
      return "other-architecture";
    case Reason::other_release:
      return "other-release";
    case Reason::other_fix:
      return "other-fix";
    case Reason::not_security:
      return "not-security";
    case Reason::uncomparable:
      return "uncomparable";
  }
  return "uncomparable";
}

bool is_about(Reason reason) {
  return reason == Reason::affected || reason == Reason::not_affected ||
         reason == Reason::undetermined;
}

Result<Verdict> judge(const version::Scheme& scheme, const AffectedPackage& affected,
                      std::string_view version, std::string_view el_release) {
  const Reason spoken_of = reason_of(affected.status);
  if (affected.ranges.empty() && affected.versions.empty()) {
    return Verdict{affected.status == AffectedStatus::affected ? Reason::not_listed : spoken_of};
  }
  Verdict verdict;
  // What the scheme refuses ("2.0.0-final" is no version of PEP 440) may be listed all the same;
  // which of several fixes is the next one, nobody can tell then.
  if (!scheme.check(version) && is_named(scheme, affected.versions, version)) {
    verdict.reason = spoken_of;
    verdict.decided_by = version;
    if (affected.ranges.size() == 1) verdict.fixed_version = affected.ranges.front().fixed;
    return verdict;
  }
  for (const VersionRange& range : affected.ranges) {
    if (is_open(range)) {
      verdict.reason = spoken_of;
      continue;
    }
    if (is_foreign(range, version, el_release)) {
      if (verdict.reason == Reason::not_listed) {
        verdict.reason = Reason::other_release;
        verdict.decided_by = range.fixed;
      }
      continue;
    }
    const version::RangeView ends{range.introduced, range.fixed, range.last_affected};
    BH_TRY(const bool is_inside, version::is_in_range(scheme, ends, version));
    if (auto checked = version::check_range(scheme, ends); !checked && !verdict.doubt) {
      verdict.doubt = std::move(checked).error();
    }
    if (!is_inside) {
      if (!is_about(verdict.reason)) take_miss(scheme, range, version, verdict);
      continue;
    }
    verdict.reason = spoken_of;
    verdict.decided_by = range.fixed.empty() ? range.last_affected : range.fixed;
    if (!range.fixed.empty() &&
        (verdict.fixed_version.empty() || scheme.compare(range.fixed, verdict.fixed_version) > 0)) {
      verdict.fixed_version = range.fixed;
    }
  }
  if (!is_about(verdict.reason) && is_named(scheme, affected.versions, version)) {
    verdict.reason = spoken_of;
    verdict.decided_by = version;
    verdict.fixed_version = next_fix(scheme, affected.ranges, version);
  }
  return verdict;
}

namespace {

/// A rebuild's modules are held against the original's by what stands before their mark.
Result<Verdict> judge_version(const Subject& subject, const AffectedPackage& affected,
                              std::string_view version) {
  const std::string_view plain = without_module_mark(version);
  if (!subject.is_rebuild || plain == version) {
    return judge(subject.scheme, affected, version, subject.el_release);
  }
  AffectedPackage cut = affected;
  for (VersionRange& range : cut.ranges) {
    for (std::string* end : {&range.introduced, &range.fixed, &range.last_affected}) {
      end->resize(without_module_mark(*end).size());
    }
  }
  return judge(subject.scheme, cut, plain, {});
}

}  // namespace

Result<Verdict> judge_statement(const Subject& subject, const advisory::Statement& statement) {
  const AffectedPackage& affected = statement.affected;
  const Package& package = subject.package;
  const bool is_by_source = affected.names == NameKind::source;
  if (affected.name != (is_by_source ? package.match_name() : package.name)) {
    return Verdict{Reason::other_name};
  }
  if (is_no_security(statement)) return Verdict{Reason::not_security};
  if (!is_of_architecture(affected.architectures, package)) {
    return Verdict{Reason::other_architecture};
  }
  const std::string& version = is_by_source ? package.match_version() : package.version;
  ModuleFit fit = ModuleFit::yes;
  if (package.type == PackageType::rpm) {
    fit = std::max(fit_module(affected, package, version),
                   fit_extra(statement.advisory_id, affected, version));
  }
  if (fit == ModuleFit::no) return Verdict{Reason::other_module};
  BH_TRY(Verdict verdict, judge_version(subject, affected, version));
  verdict.is_likely = fit == ModuleFit::likely;
  return verdict;
}

std::vector<Judgement> judge_all(const Subject& subject,
                                 std::span<const advisory::Statement> statements,
                                 std::span<const advisory::Statement> others) {
  std::vector<Judgement> judgements;
  judgements.reserve(statements.size() + others.size());
  std::set<std::pair<std::string_view, std::string_view>> mended;  // feed, advisory
  const auto hold = [&](const advisory::Statement& statement) {
    Result<Verdict> verdict = judge_statement(subject, statement);
    if (!verdict) {
      judgements.push_back({&statement, {Reason::uncomparable}, std::move(verdict).error()});
      return;
    }
    if (verdict->reason == Reason::at_or_above_fix && !statement.advisory_id.starts_with("CVE-")) {
      mended.emplace(statement.feed, statement.advisory_id);
    }
    judgements.push_back({&statement, std::move(*verdict), {}});
  };
  std::ranges::for_each(statements, hold);
  std::ranges::for_each(others, hold);
  if (subject.package.type != PackageType::rpm) return judgements;
  for (Judgement& judgement : judgements) {
    const auto& [statement, verdict, refusal] = judgement;
    if (verdict.reason == Reason::affected && !verdict.fixed_version.empty() &&
        mended.contains({statement->feed, statement->advisory_id})) {
      judgement.verdict.reason = Reason::other_fix;
    }
  }
  return judgements;
}

}  // namespace bulkhead::match
