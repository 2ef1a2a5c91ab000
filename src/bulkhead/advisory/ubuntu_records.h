#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// Gathers what one of Ubuntu's documents says of a vulnerability, and hands it on by release. All
/// of them name source packages.
class UbuntuRecords {
 public:
  /// @param format  The first part of the feeds' names.
  UbuntuRecords(std::string_view format, RecordSink& sink) : format_(format), sink_(sink) {}

  /// @param release  A codename, with the pocket before it where that is not the usual one:
  ///                 "jammy", "esm-infra/bionic".
  /// @param status   "needed", "released", ...; `words` stand in brackets behind it: with
  ///                 "released" and "pending" the version.
  /// @see https://git.launchpad.net/ubuntu-cve-tracker, README ("Status")
  void add(std::string_view release, std::string_view package, std::string_view status,
           std::string_view words, Severity severity = Severity::unknown);
  /// The same of a package that is not affected, or in all versions before `fixed`.
  void add_fix(std::string_view release, std::string_view package, std::string_view fixed);
  void leave_out(std::string_view kind, std::string_view example);

  /// Hands on `advisory` with what was gathered, once a release; nothing is left of it here.
  Result<void> hand_on(Advisory advisory);
  /// The document is at its end: tells what was left out and not understood.
  void finish();

 private:
  AffectedPackage* place_of(std::string_view release, std::string_view package);

  std::string format_;
  RecordSink& sink_;
  std::map<std::string, std::vector<AffectedPackage>> by_ecosystem_;
  std::map<std::string, std::pair<std::string, std::uint64_t>> left_out_;
  std::uint64_t bad_ = 0;
  std::string first_bad_;
};

/// The release of `codename` whose packages come from `pocket` ("security", "esm-apps", "").
std::string ubuntu_pocket_release(std::string_view pocket, std::string_view codename);

/// A date of Ubuntu's services, with a fraction of the second and without a zone: UTC.
std::int64_t parse_ubuntu_date(std::string_view text);

}  // namespace bulkhead::advisory
