#include "bulkhead/match/join.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "bulkhead/match/statement.h"

namespace bulkhead::match {
namespace {

using advisory::Statement;

/// A statement that speaks of the installed version.
struct Held {
  const Statement* statement;
  std::string fixed_version;
  bool is_doubtful;  // an end point was refused, or something guessed
  bool is_extended;  // its fix is not for everybody

  bool is_affected() const { return statement->affected.status == AffectedStatus::affected; }
  bool is_denial() const { return statement->affected.status == AffectedStatus::not_affected; }
};

/// The more is known of a fix, the higher. `unknown` is last, for it says nothing.
int knowledge(FixState state) {
  switch (state) {
    case FixState::fixed:
      return 5;
    case FixState::end_of_life:
      return 4;
    case FixState::will_not_fix:
      return 3;
    case FixState::deferred:
      return 2;
    case FixState::not_fixed:
      return 1;
    case FixState::unknown:
      return 0;
  }
  return 0;
}

FixState state_of(const Held& held) {
  if (!held.is_affected()) return FixState::unknown;
  if (held.is_extended) return FixState::not_fixed;
  if (!held.fixed_version.empty()) return FixState::fixed;
  // A fix that is not named, or that lies behind a version which is affected again, is none.
  const FixState said = held.statement->affected.fix_state;
  return said == FixState::fixed ? FixState::not_fixed : said;
}

/// Takes away what other feeds deny, and the denials themselves.
void drop_denied(std::vector<Held>& held) {
  std::set<std::string_view> affirming;
  for (const Held& h : held) {
    if (h.is_affected()) affirming.insert(h.statement->feed);
  }
  const bool is_denied = std::ranges::any_of(
      held, [&](const Held& h) { return h.is_denial() && !affirming.contains(h.statement->feed); });
  if (is_denied) held.clear();
  std::erase_if(held, [](const Held& h) { return h.is_denial(); });
  // Who is sure makes another's doubt moot.
  if (std::ranges::any_of(held, &Held::is_affected)) {
    std::erase_if(held, [](const Held& h) { return !h.is_affected(); });
  }
}

struct Rating {
  Severity severity = Severity::unknown;
  std::string source = {};
};

void raise(Rating& rating, Severity severity, const std::string& feed) {
  if (severity > rating.severity) rating = {severity, feed};
}

/// The publisher's own rating of its package, else the advisory's, else that of the newest CVSS.
Rating rating_of(const std::vector<Held>& held, const std::vector<Cvss>& cvss) {
  Rating own;
  Rating general;
  for (const Held& h : held) {
    if (h.statement->is_malicious) return {Severity::critical, h.statement->feed};
    raise(own, h.statement->affected.severity, h.statement->feed);
    raise(general, h.statement->advisory_severity, h.statement->feed);
  }
  if (own.severity != Severity::unknown) return own;
  if (general.severity != Severity::unknown) return general;
  Rating scored;
  if (cvss.empty()) return scored;
  const std::string& newest = cvss.front().version;
  for (const Held& h : held) {
    for (const Cvss& c : h.statement->cvss) {
      if (c.version != newest) continue;
      raise(scored, severity_of_score(c.score), h.statement->feed + " (CVSS " + newest + ")");
    }
  }
  return scored;
}

/// The highest fix of those that are not for everybody.
std::string extended_fix_of(const version::Scheme& scheme, const std::vector<Held>& held) {
  std::string highest;
  for (const Held& h : held) {
    if (!h.is_extended || h.fixed_version.empty()) continue;
    if (highest.empty() || scheme.compare(h.fixed_version, highest) > 0) highest = h.fixed_version;
  }
  return highest;
}

std::vector<Cvss> ratings_of(const std::vector<Held>& held) {
  std::vector<Cvss> ratings;
  for (const Held& h : held) {
    ratings.insert(ratings.end(), h.statement->cvss.begin(), h.statement->cvss.end());
  }
  std::ranges::sort(ratings, [](const Cvss& a, const Cvss& b) {
    return std::tie(b.version, a.source, a.vector) < std::tie(a.version, b.source, b.vector);
  });
  const auto same = std::ranges::unique(ratings, [](const Cvss& a, const Cvss& b) {
    return std::tie(a.version, a.source, a.vector) == std::tie(b.version, b.source, b.vector);
  });
  ratings.erase(same.begin(), same.end());
  return ratings;
}

template <class T>
void sort_unique(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto same = std::ranges::unique(values);
  values.erase(same.begin(), same.end());
}

std::vector<std::string> aliases_of(const std::vector<Held>& held, const std::string& rule) {
  std::vector<std::string> aliases;
  for (const Held& h : held) {
    aliases.push_back(h.statement->advisory_id);
    aliases.insert(aliases.end(), h.statement->aliases.begin(), h.statement->aliases.end());
  }
  std::erase(aliases, rule);
  sort_unique(aliases);
  return aliases;
}

/// @pre `held` is not empty
Vulnerability join_held(const Subject& subject, const std::string& rule, std::vector<Held> held) {
  const version::Scheme& scheme = subject.scheme;
  // The decider first: who knows most, and of those who know a fix the one with the highest. Among
  // equals the order of the store decides, which is that of the statements in memory.
  std::ranges::sort(held, [&](const Held& a, const Held& b) {
    const int known_a = knowledge(state_of(a));
    const int known_b = knowledge(state_of(b));
    if (known_a != known_b) return known_a > known_b;
    if (a.is_extended != b.is_extended) return b.is_extended;
    if (a.is_doubtful != b.is_doubtful) return b.is_doubtful;
    // Versions that the scheme refuses have no order that a sort could rely on.
    if (!a.is_doubtful && !a.fixed_version.empty() && !b.fixed_version.empty()) {
      const std::strong_ordering order = scheme.compare(a.fixed_version, b.fixed_version);
      if (order != 0) return order > 0;
    }
    return a.statement < b.statement;
  });
  Vulnerability v;
  v.rule = rule;
  v.confidence = !held.front().is_affected()                     ? Confidence::possible
                 : std::ranges::all_of(held, &Held::is_doubtful) ? Confidence::likely
                                                                 : Confidence::certain;
  v.fix_state = state_of(held.front());
  if (!held.front().is_extended) v.fixed_version = held.front().fixed_version;
  if (v.fixed_version.empty()) v.extended_fix = extended_fix_of(scheme, held);
  if (!v.extended_fix.empty()) v.extended_name = subject.extended_name;
  v.is_malicious =
      std::ranges::any_of(held, [](const Held& h) { return h.statement->is_malicious; });
  v.aliases = aliases_of(held, rule);
  v.cvss = ratings_of(held);
  Rating rating = rating_of(held, v.cvss);
  v.severity = rating.severity;
  v.severity_source = std::move(rating.source);
  for (const Held& h : held) {
    v.advisories.push_back({h.statement->advisory_id, h.fixed_version, h.statement->feed});
    v.statements.push_back(h.statement);
  }
  sort_unique(v.advisories);
  return v;
}

/// Is the package itself one of those that come with the extended support? Ubuntu writes "esm" into
/// their versions ("1.0.2g-1ubuntu4.20+esm3", "2.0~esm1").
bool is_from_extended(const Package& package) {
  return package.type == PackageType::deb && package.match_version().contains("esm");
}

/// The vulnerabilities that a statement is about: its CVEs, else itself.
template <class Visit>
void for_each_rule(const Statement& statement, Visit visit) {
  if (statement.cves.empty()) visit(std::string_view(statement.advisory_id));
  for (const std::string& cve : statement.cves) visit(std::string_view(cve));
}

}  // namespace

JoinResult join_judged(const Subject& subject, std::vector<Judgement> judgements) {
  JoinResult result;
  std::map<std::string_view, std::vector<Held>> held_by_rule;
  std::set<std::string_view> mended;  // what the release's own data say is fixed in this version
  const bool has_extended = !subject.extended.empty() && !is_from_extended(subject.package);
  for (Judgement& judgement : judgements) {
    const Statement& statement = *judgement.statement;
    Verdict& verdict = judgement.verdict;
    if (judgement.refusal) {
      result.refusals.push_back({&statement, *std::move(judgement.refusal)});
      continue;
    }
    const bool is_doubtful = verdict.doubt.has_value() || verdict.is_likely;
    if (verdict.doubt) result.refusals.push_back({&statement, *std::move(verdict.doubt)});
    const bool is_extended =
        has_extended &&
        std::ranges::find(subject.extended, statement.affected.ecosystem) != subject.extended.end();
    if (has_extended && !is_extended && verdict.reason == Reason::at_or_above_fix) {
      for_each_rule(statement, [&](std::string_view rule) { mended.insert(rule); });
    }
    if (!is_about(verdict.reason)) continue;
    const bool is_affected = verdict.reason == Reason::affected;
    if (is_extended && !is_affected) continue;  // it decides nothing about what everybody gets
    const Held held{&statement, is_affected ? std::move(verdict.fixed_version) : std::string(),
                    is_doubtful, is_extended};
    for_each_rule(statement, [&](std::string_view rule) {
      std::vector<Held>& same = held_by_rule[rule];
      const bool is_repeated = !same.empty() && same.back().statement == &statement;
      if (!is_repeated) same.push_back(held);
    });
  }
  for (auto& [rule, held] : held_by_rule) {
    if (mended.contains(rule)) std::erase_if(held, [](const Held& h) { return h.is_extended; });
    drop_denied(held);
    if (held.empty()) continue;
    result.vulnerabilities.push_back(join_held(subject, std::string(rule), std::move(held)));
  }
  return result;
}

JoinResult join_statements(const Subject& subject, std::span<const Statement> statements) {
  return join_judged(subject, judge_all(subject, statements));
}

}  // namespace bulkhead::match
