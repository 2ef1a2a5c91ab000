#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/match/match.h"

namespace bulkhead::match {

/// What matching asks of advisory data: the store, or a test's own statements.
class AdvisorySource {
 public:
  virtual ~AdvisorySource() = default;
  virtual const std::vector<FeedInfo>& feeds() const = 0;
  virtual bool has_ecosystem(std::string_view ecosystem) const = 0;
  virtual Result<std::vector<advisory::Statement>> find(std::string_view ecosystem,
                                                        std::string_view package) = 0;
  virtual Result<std::optional<advisory::AdvisoryText>> text(std::string_view feed,
                                                             std::string_view advisory_id) = 0;
  /// As Store::find_cve.
  virtual Result<std::vector<advisory::Statement>> find_cve(std::string_view cve) = 0;
};

/// match_packages, whoever has the data. Asks for each distinct source name (and installed
/// name, where data use them) once, and for the words
/// of what is reported only.
Result<MatchResult> match_against(const std::vector<Package>& packages,
                                  const std::optional<OsInfo>& os, AdvisorySource& source,
                                  Notes& notes);

}  // namespace bulkhead::match
