#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/catalog/java/manifest.h"
#include "bulkhead/catalog/java/pom.h"
#include "bulkhead/model/package.h"

namespace bulkhead::catalog::java {

/// What Maven left in an archive of itself or of what was shaded into it.
struct Record {
  Coordinates what;    // parts may be empty
  std::string folder;  // "META-INF/maven/group/artifact"
};

/// All that an archive shows of what it is.
struct Traces {
  std::string_view name;  // of the file: "guava-31.1-jre.jar"
  std::vector<Record> records;
  Manifest manifest;
  bool has_classes = false;
  bool has_archives = false;
  std::string class_folder;  // the longest that all its classes lie in: "org/springframework"
};

/// One library that an archive shows.
struct JarPackage {
  Coordinates what;
  std::string inside;    // which archive in the file; empty: the file itself
  std::string evidence;  // of inferred ones
  std::string license;
  Origin origin = Origin::installed;
  Confidence confidence = Confidence::certain;
};

/// The packages of one archive: its own first, `installed` by Maven's record of it or else
/// `inferred` from its manifest and name; then the `embedded` ones that were shaded into it.
/// @param incomplete  Filled with the folders of records that give no package.
std::vector<JarPackage> identify(const Traces& traces, std::vector<std::string>& incomplete);

}  // namespace bulkhead::catalog::java
