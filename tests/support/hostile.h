#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::test_support {

/// What must hold of `bulkhead scan` on a hostile target, with default limits, with advisory data
/// for Debian 11 and Alpine 3.18 (so that missing data is no gap) and without --fail-on. Whatever
/// is here: no crash, no hang, bounded memory, nothing written outside a private spool, nothing
/// read of the host.
struct HostileExpectation {
  std::vector<int> exit_codes;                    // one of these
  bool needs_report = true;                       // else there may be none
  std::vector<std::string> packages = {};         // that must be in the report all the same
  std::vector<std::string> absent_packages = {};  // that must not be in it
  std::vector<std::string> note_codes = {};       // one of these; "*" is any; empty: none needed
};

/// One hostile target and why it is one.
struct HostileCase {
  std::string name;    // kebab-case, and the name of the file or folder
  std::string why;     // what it tries
  std::string prefix;  // of the target: "docker-archive:", "oci-archive:", "oci-dir:", "tar:"
  HostileExpectation expectation;
  std::function<Result<void>(const std::string& path)> make;  // writes the target

  /// The target's name in the corpus folder: NAME.tar, or NAME for a folder.
  std::string file_name() const { return prefix == "oci-dir:" ? name : name + ".tar"; }
};

/// All cases, by family and then in the order of the table. Names are unique.
std::span<const HostileCase> hostile_cases();

/// The cases as JSON: an array of {name, why, target, exit_codes, needs_report, packages,
/// absent_packages, note_codes}, `target` being prefix and file name, relative to the folder.
std::string hostile_expectations_json(std::span<const HostileCase> cases);

}  // namespace bulkhead::test_support
