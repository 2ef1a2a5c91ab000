#include "bulkhead/advisory/set_aside.h"

#include <algorithm>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool has_format(const Document& document, std::string_view quoted) {
  const JsonMember* format = document.find("format");
  return format != nullptr && format->value == quoted;
}

/// `"2023/cve-2023-1.json","2023-11-02T05:36:48+00:00"` on each line: a CSAF provider's list.
/// @see CSAF 2.0, 7.1.13, "changes.csv".
bool is_csaf_changes(std::string_view text) {
  const std::string_view line = trim(take_line(text));
  const std::size_t comma = line.find("\",\"");
  return line.starts_with('"') && line.ends_with('"') && comma != std::string_view::npos &&
         line.substr(0, comma).ends_with(".json");
}

/// Debian's lists of CVEs: "CVE-2023-5088 (A bug in ...)".
bool is_debian_cve_list(std::string_view text) {
  const std::string_view line = trim(take_line(text));
  return cve_of(line.substr(0, line.find(' '))) && text.starts_with('\t');
}

/// Sources and Release files of Debian's archive.
bool is_debian_index(std::string_view text) {
  const std::string_view line = take_line(text);
  return (line.starts_with("Package: ") && text.starts_with("Binary: ")) ||
         (line.starts_with("Origin: ") && text.starts_with("Label: "));
}

struct Kind {
  std::string_view reason;
  bool (*recognise)(const Document& document);
};

constexpr Kind kKinds[] = {
    {"answers of Fedora's Bugzilla and Koji and its list of releases, which updates refer to",
     [](const Document& d) {
       return d.root == "bugzilla" || d.root == "methodResponse" ||
              d.has({"releases", "rows_per_page"});
     }},
    {"Debian's list of CVEs, which says only with the archive's indexes what is affected (the "
     "tracker's JSON export says it)",
     [](const Document& d) { return d.kind == DocumentKind::text && is_debian_cve_list(d.text); }},
    {"Debian's list of releases and repositories, not advisories",
     [](const Document& d) { return d.has({"repositories", "distributions", "sources"}); }},
    {"indexes of repositories of rpm packages, which name files (updateinfo has the errata)",
     [](const Document& d) { return d.root == "repomd"; }},
    {"indexes of Debian's archive, not advisories",
     [](const Document& d) { return d.kind == DocumentKind::text && is_debian_index(d.text); }},
    {"lists of changed CSAF files, not advisories",
     [](const Document& d) { return d.kind == DocumentKind::text && is_csaf_changes(d.text); }},
    {"lists of changes in the CVE list (cvelistV5), not advisories",
     [](const Document& d) {
       return d.has({"fetchTime", "numberOfChanges"}) ||
              d.is_list_of({"fetchTime", "numberOfChanges"});
     }},
    {"Red Hat's lists of CVEs, which name no releases (a CVE's own file does)",
     [](const Document& d) {
       return d.is_list_of({"CVE", "severity", "bugzilla", "affected_packages"});
     }},
    {"records of the CVE list, which name products and no packages (NVD has their scores)",
     [](const Document& d) {
       return d.has({"dataType", "cveMetadata"}) || d.root == "cve" || d.root == "cvrfdoc";
     }},
    {"Kubernetes' news of CVEs, which name packages in prose (its OSV export says more)",
     [](const Document& d) { return d.has({"_kubernetes_io", "items"}); }},
    {"NVD's dictionary of products (CPE), which names no packages",
     [](const Document& d) { return has_format(d, "\"NVD_CPE\"") || d.root == "cpe-list"; }},
    {"NVD's history of changes, which has no scores of its own",
     [](const Document& d) { return has_format(d, "\"NVD_CVEHistory\""); }},
    {"NVD's matches of products (CPE), which name no packages",
     [](const Document& d) {
       return has_format(d, "\"NVD_CPEMatchString\"") ||
              (d.is_object() && d.members.size() == 1 && d.members.front().key == "matches");
     }},
};

}  // namespace

std::string_view reason_to_set_aside(const Document& document) {
  const auto* found =
      std::ranges::find_if(kKinds, [&](const Kind& kind) { return kind.recognise(document); });
  return found == std::end(kKinds) ? std::string_view() : found->reason;
}

bool is_set_aside_text(std::string_view head) {
  return is_csaf_changes(head) || is_debian_cve_list(head) || is_debian_index(head);
}

}  // namespace bulkhead::advisory
