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
  bool is_doubtful;  // an end point was refused

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

/// The publisher's own rating of its package, else the advisory's, else that of the newest CVSS.
Severity severity_of(const std::vector<Held>& held, const std::vector<Cvss>& cvss) {
  Severity own = Severity::unknown;
  Severity general = Severity::unknown;
  for (const Held& h : held) {
    own = std::max(own, h.statement->affected.severity);
    general = std::max(general, h.statement->advisory_severity);
  }
  if (own != Severity::unknown) return own;
  if (general != Severity::unknown) return general;
  Severity rated = Severity::unknown;
  std::string_view newest;
  for (const Cvss& c : cvss) {  // the newest version first
    if (!newest.empty() && c.version != newest) break;
    newest = c.version;
    rated = std::max(rated, severity_of_score(c.score));
  }
  return rated;
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
Vulnerability join_held(const version::Scheme& scheme, const std::string& rule,
                        std::vector<Held> held) {
  // The decider first: who knows most, and of those who know a fix the one with the highest. Among
  // equals the order of the store decides, which is that of the statements in memory.
  std::ranges::sort(held, [&](const Held& a, const Held& b) {
    const int known_a = knowledge(state_of(a));
    const int known_b = knowledge(state_of(b));
    if (known_a != known_b) return known_a > known_b;
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
  v.fixed_version = held.front().fixed_version;
  v.fix_state = state_of(held.front());
  v.aliases = aliases_of(held, rule);
  v.cvss = ratings_of(held);
  v.severity = severity_of(held, v.cvss);
  for (const Held& h : held) {
    v.advisories.push_back({h.statement->advisory_id, h.fixed_version, h.statement->feed});
    v.statements.push_back(h.statement);
  }
  sort_unique(v.advisories);
  return v;
}

}  // namespace

JoinResult join_statements(const version::Scheme& scheme, std::string_view version,
                           std::span<const Statement> statements) {
  JoinResult result;
  std::map<std::string_view, std::vector<Held>> held_by_rule;
  for (const Statement& statement : statements) {
    Result<Verdict> verdict = judge(scheme, statement.affected, version);
    if (!verdict) {
      result.refusals.push_back({&statement, std::move(verdict).error()});
      continue;
    }
    const bool is_doubtful = verdict->doubt.has_value();
    if (is_doubtful) result.refusals.push_back({&statement, *std::move(verdict->doubt)});
    if (!verdict->is_about) continue;
    const bool has_fix = statement.affected.status == AffectedStatus::affected;
    const Held held{&statement, has_fix ? verdict->fixed_version : std::string(), is_doubtful};
    if (statement.cves.empty()) held_by_rule[statement.advisory_id].push_back(held);
    for (const std::string& cve : statement.cves) {
      std::vector<Held>& same = held_by_rule[cve];
      const bool is_repeated = !same.empty() && same.back().statement == &statement;
      if (!is_repeated) same.push_back(held);
    }
  }
  for (auto& [rule, held] : held_by_rule) {
    drop_denied(held);
    if (held.empty()) continue;
    result.vulnerabilities.push_back(join_held(scheme, std::string(rule), std::move(held)));
  }
  return result;
}

}  // namespace bulkhead::match
