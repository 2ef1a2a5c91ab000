#pragma once

#include <string>
#include <string_view>

#include "bulkhead/model/finding.h"

namespace bulkhead::report {

/// Where people read about `rule`, and what kind of name it is.
struct Identifier {
  std::string type;     // "cve", "ghsa", "dsa", ...: the beginning of the name, in lower case
  std::string address;  // empty where nobody is known to publish it
};
Identifier identifier_of(std::string_view rule);

/// The page of the finding's rule: its own, else the first web address of its references; empty
/// where there is none.
std::string page_of(const Finding& finding);

/// The score of the newest CVSS version that rates the finding; 0 where none does.
double cvss_score(const Finding& finding);

/// A number from 0.1 to 10 for readers that know no severities (0.0: nobody rated it): the CVSS
/// score, moved into the range of the finding's severity where it lies outside (a distribution
/// rates for its own package; what is exploited counts as high), so that their words and ours are
/// the same. Without a score it stands for the severity: 9.5, 8.0, 5.5, 2.0, 0.1.
double security_score(const Finding& finding);

/// Has somebody judged the finding: an ignore entry, a VEX statement? What an earlier report has
/// already counts for nothing, too, but is as open as before: readers that follow findings over
/// time must go on seeing it.
bool is_judged(const Finding& finding);

/// Why a finding does not count, in one sentence: the reason, who gave it, until when.
std::string suppression_text(const Suppression& suppression);

/// "9.8".
std::string score_text(double score);

}  // namespace bulkhead::report
