#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

// What the readers of errata, announcements of new builds of rpm packages, have in common.
namespace bulkhead::advisory {

/// One built package that an erratum brings.
struct ErrataPackage {
  std::string name;
  std::string version;       // "[epoch:]version-release"
  std::string architecture;  // "x86_64", "noarch", "src", ...
  std::string module = {};   // "nodejs:18"
};

/// Packages of one erratum; the largest of real ones (texlive) have some ten thousand.
inline constexpr std::size_t kMostErrataPackages = 100'000;

/// "[epoch:]version-release"; an epoch of 0 or none is not written.
std::string join_evr(std::string_view epoch, std::string_view version, std::string_view release);

/// Takes "name-[epoch:]version-release.arch" apart, with or without ".rpm". Nothing where a part
/// is missing.
std::optional<ErrataPackage> parse_nevra(std::string_view text);

/// What an erratum says of installed packages: one statement for each name, version and module.
/// Source packages are left out.
///
/// Architectures are kept only where the erratum names builds for several kinds of machines. The
/// index of one machine's repository has nothing but its own builds, and says nothing of others:
/// these are built from the same sources.
std::vector<AffectedPackage> affected_by(const std::vector<ErrataPackage>& packages,
                                         std::string_view ecosystem, Severity severity);

/// Seconds since 1970 UTC of "2023-11-28 00:00:00", "2022-06-06 17:58", "2022-06-06", "1628589283"
/// and what parse_utc takes; 0 for what is none.
std::int64_t parse_errata_time(std::string_view text);

/// "8" of "1.0-3.el8_4.alma" for the tag "el": the number behind the first occurrence that begins
/// a word; empty where there is none.
std::string_view tag_number(std::string_view version, std::string_view tag);

/// Records of a document that are left out, by reason: each reason is told once.
class LeftOut {
 public:
  /// @param code  unsupported: nothing is lost; another: the record is damaged.
  void add(Code code, std::string_view why, std::string_view id);
  void add(const Error& error, std::string_view id) { add(error.code, error.what, id); }
  /// "updateinfo: 12 errata are left out: WHY; the first is ID".
  void tell(std::string_view format, RecordSink& sink) const;

 private:
  struct Kind {
    Code code = Code::malformed;
    std::uint64_t count = 0;
    std::string first;
  };
  static constexpr std::size_t kMostKinds = 64;  // further ones are counted together
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace bulkhead::advisory
