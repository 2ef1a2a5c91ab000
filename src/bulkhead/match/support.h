#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"

namespace bulkhead::match {

/// The rule of the finding that a release is out of support.
inline constexpr std::string_view kReleaseEnded = "os-release-ended";
/// The code of the note that it will be: of the calendar, and not of what could not be looked at.
inline constexpr std::string_view kSupportEndsSoon = "os-support-ends-soon";

/// One of the supports that a release has had or has, in the order in which they end.
struct SupportPhase {
  std::string name;   // "general support", "Debian LTS", "Ubuntu Pro (ESM)"
  std::string takes;  // what one must do for it; empty: nothing, so everybody has it
  std::string ends;   // "2026-06-30", the last day
};

/// What is known of a release's support on one day.
struct SupportOutlook {
  SupportState state = SupportState::unknown;
  std::string ends = {};           // the last day of what everybody has; empty: not known, or never
  std::string extended_ends = {};  // of the first that takes something
  std::string source = {};         // the page, or the file, that says so
  std::vector<SupportPhase> phases = {};  // those whose last day is known
  std::int64_t days_left = 0;             // until `ends`: 0 on the last day, then negative
};

/// @param fed  What the store has of the system's id (advisory::support_id). It says more than the
///             built-in table, day by day; SUPPORT_END of os-release counts where both are silent.
/// A day lasts until its midnight, UTC.
SupportOutlook support_outlook(const OsInfo& os, std::span<const SupportDates> fed,
                               std::int64_t now_unix_s);

/// The finding that the release is out of support: high, or critical where the last of its supports
/// has been over for a year, for then nobody writes advisories of it any longer. Nothing where it
/// is not out of support.
std::optional<Finding> support_finding(const OsInfo& os, const SupportOutlook& outlook,
                                       std::int64_t now_unix_s);

/// Says in `os` whether its release is supported, adds the finding where it is not, and notes the
/// end (kSupportEndsSoon) in the 90 days before it.
/// @error io, malformed  The store's files cannot be read.
Result<void> judge_support(OsInfo& os, advisory::Store& store, std::int64_t now_unix_s,
                           std::vector<Finding>& findings, Notes& notes);

}  // namespace bulkhead::match
