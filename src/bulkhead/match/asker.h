#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/match/matcher.h"
#include "bulkhead/match/words.h"

namespace bulkhead::match {

/// What feeds that belong to no ecosystem say of one CVE.
struct CveFacts {
  bool is_known_exploited = false;
  std::optional<Epss> epss;
  std::vector<Cvss> cvss;  // NVD's
  Severity severity = Severity::unknown;
  std::string severity_source;  // as Vulnerability has it
};

/// Asks the store, and remembers what packages of one source ask again.
class Asker {
 public:
  explicit Asker(AdvisorySource& source) : source_(source) {}

  /// Adds all that is said of `name` in `ecosystems`, whatever kind of name it is.
  Result<void> find(const std::vector<std::string>& ecosystems, std::string_view name,
                    std::vector<advisory::Statement>& into);
  /// Empty for what is no CVE: nothing else is listed there.
  Result<const CveFacts*> facts_of(const std::string& rule);
  /// The words of all statements of `vulnerability`, those of the rule itself first.
  Result<Words> words(const Vulnerability& vulnerability);

 private:
  Result<const advisory::AdvisoryText*> text_of(const advisory::Statement& statement);

  AdvisorySource& source_;
  std::unordered_map<std::string, CveFacts> facts_;
  std::map<std::pair<std::string, std::string>, std::optional<advisory::AdvisoryText>> texts_;
};

}  // namespace bulkhead::match
