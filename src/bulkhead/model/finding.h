#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/advisory.h"
#include "bulkhead/model/severity.h"

namespace bulkhead {

enum class FindingKind { vulnerability, support };
std::string_view finding_kind_name(FindingKind kind);

/// An advisory that says so.
struct AdvisoryRef {
  std::string id;
  std::string fixed_version;
  std::string feed;
  bool operator==(const AdvisoryRef&) const = default;
  auto operator<=>(const AdvisoryRef&) const = default;
};

struct FindingLocation {
  std::optional<std::uint32_t> layer;
  std::string path;
  bool in_final_image = true;
  bool operator==(const FindingLocation&) const = default;
};

/// In which way a finding does not count.
enum class SuppressionStatus {
  ignored,       // an ignore file or --ignore names it
  not_affected,  // a VEX statement
  fixed,         // a VEX statement: the fault is mended although the version does not show it
  baseline,      // nobody judged it: an earlier report has it already
};
/// "ignored", "not_affected", "fixed", "baseline".
std::string_view suppression_status_name(SuppressionStatus status);

/// Why a finding does not count.
struct Suppression {
  std::string by;           // what said it: ".bulkheadignore:12", "--ignore", "app.vex.json:#3"
  std::string reason = {};  // as written; a VEX statement's justification; may be empty
  std::string until = {};   // "2027-01-31", the last day; empty: for good
  SuppressionStatus status = SuppressionStatus::ignored;
  bool operator==(const Suppression&) const = default;
};

/// One result tied to evidence; the fields are those of the report (DESIGN: "The JSON report").
struct Finding {
  std::string id;
  FindingKind kind = FindingKind::vulnerability;
  std::string rule;  // the CVE, else the advisory's own id
  Severity severity = Severity::unknown;
  std::string severity_source = {};  // the feed that rated it; " (CVSS 3.1)" where its score did
  Confidence confidence = Confidence::certain;
  std::string title;
  std::string detail = {};
  std::string remediation = {};
  std::vector<std::string> references = {};
  std::vector<std::string> aliases = {};
  std::string package_id = {};
  std::string installed_version = {};
  std::string fixed_version = {};
  FixState fix_state = FixState::unknown;
  std::vector<AdvisoryRef> advisories = {};
  std::vector<Cvss> cvss = {};
  std::optional<Epss> epss = {};
  bool is_known_exploited = false;
  std::string data_source = {};
  std::vector<FindingLocation> locations = {};
  std::optional<Suppression> suppressed = {};  // kept in the report, but counts for nothing
};

}  // namespace bulkhead
