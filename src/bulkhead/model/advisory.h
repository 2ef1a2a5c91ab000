#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/model/cvss.h"
#include "bulkhead/model/severity.h"

namespace bulkhead {

/// Versions v with introduced <= v < fixed, or <= last_affected. "0" as `introduced` is before
/// every version; an empty `fixed` and `last_affected` leave the range open.
struct VersionRange {
  std::string introduced = "0";
  std::string fixed = {};
  std::string last_affected = {};
  bool operator==(const VersionRange&) const = default;
};

/// What an advisory says of a package in one release.
enum class AffectedStatus {
  affected,
  not_affected,  // the publisher says that this package was never affected there
  undetermined,  // the publisher has not decided yet
};

/// Which of a package's names an advisory uses.
enum class NameKind {
  source,  // the source package, or the project: one row speaks of all packages built from it
  binary,  // the installed package itself
};

struct AffectedPackage {
  std::string ecosystem;  // as OSV writes it: "Debian:12", "Alpine:v3.18", "npm"
  std::string name;       // as the ecosystem's data names it, by `names`
  std::vector<VersionRange> ranges;
  std::vector<std::string> versions = {};  // versions that are affected one by one
  AffectedStatus status = AffectedStatus::affected;
  FixState fix_state = FixState::unknown;
  Severity severity = Severity::unknown;  // the publisher's own for this package
  std::string repository = {};            // the part of the distribution: "main", "community"
  NameKind names = NameKind::source;
  std::string module = {};                      // rpm: "nodejs:18", the stream that it speaks of
  std::vector<std::string> architectures = {};  // as rpm writes them; empty: all
};

/// The chance that a vulnerability is exploited within 30 days.
/// @see https://www.first.org/epss/model
struct Epss {
  double score = 0;       // 0 to 1
  double percentile = 0;  // 0 to 1
  bool operator==(const Epss&) const = default;
};

/// Until when the maker of a distribution mends one release of it.
struct SupportDates {
  std::string os_id;          // os-release ID: "debian"
  std::string release;        // the start of VERSION_ID, whole numbers: "12", "3.18"
  std::string ends;           // "2026-06-10": general support, for everybody; empty: not known
  std::string extended_ends;  // the same, for who pays or opts in (ESM, ELS, LTSS); may be empty
  std::string source;         // the page or file that says so
  bool operator==(const SupportDates&) const = default;
};

/// One publisher's statement.
struct Advisory {
  std::string id;                         // "DSA-5377-1", "CVE-2019-14697"
  std::vector<std::string> cves = {};     // what it is about; empty where it names no CVE
  std::vector<std::string> aliases = {};  // other ids of the same thing, cves left out
  std::string title = {};
  std::string detail = {};
  std::vector<std::string> references = {};
  std::vector<Cvss> cvss = {};
  std::optional<Epss> epss = {};  // in feeds that speak of CVEs alone
  bool is_malicious = false;      // the package itself is the attack (OSV's MAL- records)
  Severity severity = Severity::unknown;
  std::int64_t published_unix_s = 0;
  std::int64_t modified_unix_s = 0;
  bool is_withdrawn = false;
  std::vector<AffectedPackage> affected = {};
};

/// One row of `data[]` in a report: what was matched against.
struct FeedInfo {
  std::string name;       // "osv/Debian:11", "alpine-secdb/v3.18/main", "cisa-kev"
  std::string ecosystem;  // empty for data that belongs to none (KEV)
  std::string file;       // in the store's folder, named by its digest
  std::uint64_t records = 0;
  std::int64_t updated_unix_s = 0;  // the newest date in the data; 0 where it has none
  std::int64_t imported_unix_s = 0;
};

}  // namespace bulkhead
