#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/advisory/oval_criteria.h"
#include "bulkhead/advisory/oval_tests.h"
#include "bulkhead/advisory/oval_vendor.h"
#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

struct OvalReference {
  std::string source;  // "RHSA", "CVE"
  std::string id;
  std::string url;
};

/// A `cve` element: what one source says of a CVE.
struct OvalCve {
  std::string id;
  std::string source;  // who rated it
  Severity severity = Severity::unknown;
  std::vector<Cvss> cvss = {};
};

/// Red Hat's word about packages that it has not mended: "Will not fix".
struct OvalResolution {
  std::string state;
  std::vector<std::string> components;  // source packages: "tar", "nodejs:18/nodejs"
};

/// A definition's head, as it is read.
struct OvalDefinition {
  std::string id;
  std::string kind;  // "patch", "vulnerability", "inventory"
  std::string title;
  std::string description;
  std::string patchable;  // Azure Linux: "true", "false", "Not Applicable"
  Severity severity = Severity::unknown;
  std::int64_t published_unix_s = 0;
  std::int64_t modified_unix_s = 0;
  std::vector<OvalReference> references;
  std::vector<std::string> urls;
  std::vector<OvalCve> cves;
  std::vector<std::string> platforms;
  std::vector<std::string> cpes;
  std::vector<OvalResolution> resolutions;

  bool is_denial() const { return id.starts_with("oval:com.redhat.unaffected:"); }
};

/// Makes advisories of definitions and their reduced criteria.
class OvalAdvisories {
 public:
  OvalAdvisories(const OvalVendor& vendor, OvalTables& tables, OvalCriteria& criteria,
                 OvalTests& tests, RecordSink& sink)
      : vendor_(vendor), tables_(tables), criteria_(criteria), tests_(tests), sink_(sink) {}

  /// Hands on what `definition` and the criteria say. What cannot be said of a package is noted.
  Result<void> add(const OvalDefinition& definition);

 private:
  /// A statement, in numbers; in the order in which they are gathered.
  struct Row {
    std::uint32_t cve = 0;
    std::uint32_t ecosystem = 0;
    std::uint32_t name = 0;
    bool is_source = false;
    std::uint32_t module = 0;
    std::uint32_t above = 0;
    std::uint32_t from = 0;
    std::uint32_t below = 0;
    std::uint32_t upto = 0;
    AffectedStatus status = AffectedStatus::affected;
    FixState fix_state = FixState::unknown;
    auto operator<=>(const Row&) const = default;
  };
  struct RowAt {
    Row row;
    std::uint32_t architectures = 0;  // a set
  };
  struct Group {  // CVEs that are rated alike
    std::vector<std::string> cves;
    std::uint32_t tag = 0;  // that rows are marked with; 0: all rows
    Severity severity = Severity::unknown;
    std::vector<Cvss> cvss = {};
  };

  void take_head(const OvalDefinition& definition);
  std::size_t resolution_of(std::string_view name, std::string_view module) const;
  std::vector<std::uint32_t> ecosystems_of(const OvalTerm& term);
  Result<OvalDoubt> make_rows(const OvalDefinition& definition);
  void merge_rows();
  std::vector<Group> groups_of(const OvalDefinition& definition) const;
  std::string id_of(const OvalDefinition& definition) const;
  AffectedPackage package_of(const OvalDefinition& definition, const RowAt& at) const;
  Result<void> add_group(const OvalDefinition& definition, const Group& group, Advisory advisory);
  void note(const OvalDefinition& definition, OvalDoubt doubt);

  const OvalVendor& vendor_;
  OvalTables& tables_;
  OvalCriteria& criteria_;
  OvalTests& tests_;
  RecordSink& sink_;
  std::vector<RowAt> rows_;
  std::vector<std::uint32_t> platforms_;                     // ecosystems
  std::vector<std::pair<std::uint32_t, bool>> streams_;      // and is it a main stream?
  std::unordered_map<std::string, std::size_t> components_;  // and what is said of them
  std::size_t most_open_ = 0;                                // of what is said of any
};

}  // namespace bulkhead::advisory
