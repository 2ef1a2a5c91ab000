#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/match/statement.h"
#include "bulkhead/model/finding.h"

namespace bulkhead::match {

/// One vulnerability of one installed version: all statements that say so, joined.
struct Vulnerability {
  std::string rule;  // the CVE, else the advisory's own id
  Severity severity = Severity::unknown;
  std::string severity_source;  // the feed that rated it, with " (CVSS 3.1)" where its score did
  Confidence confidence = Confidence::certain;
  std::string fixed_version;  // the highest fix that a statement names
  FixState fix_state = FixState::unknown;
  /// A fix that only those get who pay or opt in, and by what ("Ubuntu Pro (ESM)"); empty where
  /// there is none, or `fixed_version` names one for everybody.
  std::string extended_fix;
  std::string_view extended_name;
  bool is_malicious = false;
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

/// Holds an installed package against all `statements` about it in its release.
///
/// - One vulnerability is one CVE; an advisory of several gives several, one of none gives itself.
/// - A feed that says "not affected" of a CVE overrules what other feeds say of the same CVE: the
///   tracker of a distribution knows its own package best. Within one feed "affected" counts, for
///   a feed may list one CVE twice (Alpine's does), and a version between two fixes is affected.
/// - A statement with an end point that the scheme refuses is compared as far as that goes: what it
///   finds is likely, no more.
/// - "undetermined" gives a possible finding, unless another statement is certain.
/// - A statement of extended support says that a version is affected as any other does, but its fix
///   is not one for everybody; where the release's own data say that the version has the fix, it
///   says nothing. A version that came from there ("...esm1") is held against it as usual.
/// - Severity: the publisher's own for its package, else the advisory's, else that of the newest
///   CVSS; what is malicious is critical.
JoinResult join_statements(const Subject& subject, std::span<const advisory::Statement> statements);

/// The same of statements that were judged already.
JoinResult join_judged(const Subject& subject, std::vector<Judgement> judgements);

}  // namespace bulkhead::match
