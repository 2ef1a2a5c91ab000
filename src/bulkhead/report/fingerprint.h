#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/report.h"
#include "bulkhead/report/package_index.h"

namespace bulkhead::report {

/// What makes a finding the same one in the next report, for programs that follow findings over
/// time: the first 16 bytes of SHA-256 over kind, rule, package type, package name and
/// architecture, each as a netstring ("4:curl,"). Neither versions nor layers, paths, positions or
/// the target's name take part, so that a rebuilt, squashed or retagged image keeps its findings,
/// and so does an upgrade that does not go far enough.
///
/// Where several findings of one report agree in all of that (a package in two versions), the
/// second one's number, "1:2,", is hashed too, and so on, in the report's order.
class Fingerprints {
 public:
  /// @error unsupported  There is no SHA-256 here.
  static Result<Fingerprints> create(const std::vector<Finding>& findings,
                                     const PackageIndex& packages);

  /// 32 hexadecimal digits, for the finding at this place in the report.
  std::string hex(std::size_t finding) const;
  /// The same bytes as a UUID of version 8 (RFC 9562, section 5.8: custom, by a hash).
  std::string uuid(std::size_t finding) const;

 private:
  using Hash = std::array<char, 16>;
  std::vector<Hash> hashes_;
};

}  // namespace bulkhead::report
