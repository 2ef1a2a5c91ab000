#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bulkhead/model/purl.h"
#include "bulkhead/model/report.h"

namespace bulkhead::policy {

/// A finding as entries and statements see it. Points into the report.
struct Subject {
  const Finding* finding = nullptr;
  const Package* package = nullptr;          // null where the finding is of no package
  std::vector<Purl> purls = {};              // the package's, and its source's with arch=source
  std::string rule = {};                     // lower case
  std::vector<std::string> ids = {};         // lower case: rule, aliases, advisories; each once
  std::vector<std::string_view> paths = {};  // of the finding and its package
};

/// Makes subjects of one report's findings.
class Subjects {
 public:
  explicit Subjects(const ScanReport& report);
  Subject of(const Finding& finding) const;
  /// Is a package installed that `pattern` covers?
  bool has_package(const Purl& pattern) const;

 private:
  std::unordered_map<std::string_view, const Package*> packages_;
  std::unordered_multimap<std::string, Purl> purls_;  // by name_key
};

/// Does `pattern` cover `purl`: the same type, namespace and name, the same version where it names
/// one, and each of its qualifiers and its subpath, where others may be there, too? With
/// `has_wildcards`, `*` and `?` of the pattern's parts stand for other bytes, and its type,
/// namespace and name count as one text ("pkg:deb/*" is any package of Debian and its derivatives).
bool covers(const Purl& pattern, const Purl& purl, bool has_wildcards);
bool covers(const Purl& pattern, const Subject& subject, bool has_wildcards);

/// Type, namespace and name of a purl as one text: "deb/debian/curl".
std::string name_key(const Purl& purl);

}  // namespace bulkhead::policy
