#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {

/// One vulnerability of one installed version: all statements that say so, joined.
struct Vulnerability {
  std::string rule;  // the CVE, else the advisory's own id
  Severity severity = Severity::unknown;
  Confidence confidence = Confidence::certain;
  std::string fixed_version;  // the highest fix that a statement names
  FixState fix_state = FixState::unknown;
  std::vector<std::string> aliases;     // sorted
  std::vector<AdvisoryRef> advisories;  // sorted
  std::vector<Cvss> cvss;               // the newest version first
  /// The statement that decided about the fix, then the others; they point into the input. The one
  /// whose id is the rule is the best source of words.
  std::vector<const advisory::Statement*> statements;
};

/// What joining gives for one installed version.
struct JoinResult {
  std::vector<Vulnerability> vulnerabilities;  // sorted by rule
  /// Statements that the version could not be held against, or not for certain, and why.
  struct Refusal {
    const advisory::Statement* statement;
    Error error;
  };
  std::vector<Refusal> refusals;
};

/// Holds `version` (a source version) against all `statements` about its package in its release.
///
/// - One vulnerability is one CVE; an advisory of several gives several, one of none gives itself.
/// - A feed that says "not affected" of a CVE overrules what other feeds say of the same CVE: the
///   tracker of a distribution knows its own package best. Within one feed "affected" counts, for
///   a feed may list one CVE twice (Alpine's does), and a version between two fixes is affected.
/// - A statement with an end point that the scheme refuses is compared as far as that goes: what it
///   finds is likely, no more.
/// - "undetermined" gives a possible finding, unless another statement is certain.
JoinResult join_statements(const version::Scheme& scheme, std::string_view version,
                           std::span<const advisory::Statement> statements);

}  // namespace bulkhead::match
