#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/match/matcher.h"

namespace bulkhead::match {

/// Advisory data in memory, which count how they are asked.
class MemorySource final : public AdvisorySource {
 public:
  std::vector<FeedInfo> data;
  std::vector<advisory::Statement> statements;
  std::map<std::string, advisory::AdvisoryText> texts;  // by advisory
  std::set<std::string, std::less<>> exploited;
  std::vector<advisory::Statement> about_cves;  // of feeds without an ecosystem, by name
  std::vector<std::string> asked;               // "ecosystem package"
  std::vector<std::string> texts_asked;         // "feed advisory"
  bool is_broken = false;

  void add(const std::string& feed, const std::string& ecosystem, const std::string& package,
           const std::string& id, std::vector<std::string> cves, const std::string& fixed) {
    advisory::Statement s;
    s.feed = feed;
    s.advisory_id = id;
    s.cves = std::move(cves);
    s.affected.ecosystem = ecosystem;
    s.affected.name = package;
    s.affected.ranges = {{.fixed = fixed}};
    statements.push_back(std::move(s));
    const bool is_known = std::ranges::find(data, feed, &FeedInfo::name) != data.end();
    if (!is_known) data.push_back({.name = feed, .ecosystem = ecosystem, .file = {}});
  }

  const std::vector<FeedInfo>& feeds() const override { return data; }
  bool has_ecosystem(std::string_view ecosystem) const override {
    return std::ranges::find(data, ecosystem, &FeedInfo::ecosystem) != data.end();
  }
  Result<std::vector<advisory::Statement>> find(std::string_view ecosystem,
                                                std::string_view package) override {
    if (is_broken) return fail(Code::io, "store: gone");
    asked.push_back(fmt::format("{} {}", ecosystem, package));
    std::vector<advisory::Statement> found;
    for (const advisory::Statement& s : statements) {
      if (s.affected.ecosystem == ecosystem && s.affected.name == package) found.push_back(s);
    }
    return found;
  }
  Result<std::optional<advisory::AdvisoryText>> text(std::string_view feed,
                                                     std::string_view advisory_id) override {
    texts_asked.push_back(fmt::format("{} {}", feed, advisory_id));
    const auto row = texts.find(std::string(advisory_id));
    if (row == texts.end()) return std::nullopt;
    return row->second;
  }
  Result<std::vector<advisory::Statement>> find_cve(std::string_view cve) override {
    std::vector<advisory::Statement> found;
    for (const advisory::Statement& s : about_cves) {
      if (s.affected.name == cve) found.push_back(s);
    }
    if (exploited.contains(cve)) found.emplace_back().feed = "cisa-kev";
    return found;
  }
};

}  // namespace bulkhead::match
