#include "bulkhead/match/asker.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace bulkhead::match {
namespace {

using advisory::Statement;

constexpr std::string_view kKnownExploited = "cisa-kev";
constexpr std::string_view kNvd = "nvd";

/// NVD's own word counts before its scores, the newest version of those.
void rate(CveFacts& facts, const Statement& statement) {
  facts.cvss = statement.cvss;
  std::ranges::stable_sort(facts.cvss, std::greater<>(), &Cvss::version);
  facts.severity = std::max(statement.affected.severity, statement.advisory_severity);
  facts.severity_source = statement.feed;
  if (facts.severity != Severity::unknown || facts.cvss.empty()) return;
  const std::string& newest = facts.cvss.front().version;
  for (const Cvss& cvss : facts.cvss) {
    if (cvss.version == newest) {
      facts.severity = std::max(facts.severity, severity_of_score(cvss.score));
    }
  }
  facts.severity_source = fmt::format("{} (CVSS {})", statement.feed, newest);
}

}  // namespace

Result<void> Asker::find(const std::vector<std::string>& ecosystems, std::string_view name,
                         std::vector<Statement>& into) {
  for (const std::string& ecosystem : ecosystems) {
    BH_TRY(std::vector<Statement> found, source_.find(ecosystem, name));
    if (into.empty()) {
      into = std::move(found);
    } else {
      std::ranges::move(found, std::back_inserter(into));
    }
  }
  return {};
}

Result<const CveFacts*> Asker::facts_of(const std::string& rule) {
  const auto [known, is_new] = facts_.try_emplace(rule);
  CveFacts& facts = known->second;
  if (!is_new || !rule.starts_with("CVE-")) return &facts;
  BH_TRY(const std::vector<Statement> about, source_.find_cve(rule));
  for (const Statement& statement : about) {
    if (statement.feed == kKnownExploited) facts.is_known_exploited = true;
    if (statement.epss) facts.epss = statement.epss;
    if (statement.feed == kNvd) rate(facts, statement);
  }
  return &facts;
}

Result<Words> Asker::words(const Vulnerability& vulnerability) {
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

Result<const advisory::AdvisoryText*> Asker::text_of(const Statement& statement) {
  auto key = std::pair(statement.feed, statement.advisory_id);
  auto known = texts_.find(key);
  if (known == texts_.end()) {
    BH_TRY(auto text, source_.text(statement.feed, statement.advisory_id));
    known = texts_.emplace(std::move(key), std::move(text)).first;
  }
  return known->second ? &*known->second : nullptr;
}

}  // namespace bulkhead::match
