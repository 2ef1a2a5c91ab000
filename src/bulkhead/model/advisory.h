#pragma once

#include <cstdint>
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

struct AffectedPackage {
  std::string ecosystem;  // as OSV writes it: "Debian:12", "Alpine:v3.18", "npm"
  std::string name;       // as the ecosystem's data names it (the source package of a distribution)
  std::vector<VersionRange> ranges;
  std::vector<std::string> versions = {};  // versions that are affected one by one
  AffectedStatus status = AffectedStatus::affected;
  FixState fix_state = FixState::unknown;
  Severity severity = Severity::unknown;  // the publisher's own for this package
  std::string repository = {};            // the part of the distribution: "main", "community"
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
