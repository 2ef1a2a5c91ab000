#pragma once

#include <span>
#include <string_view>

#include "bulkhead/model/os.h"

namespace bulkhead::advisory {

/// A support that goes on after the general one.
struct ExtendedSupport {
  std::string_view name;   // "Ubuntu Pro (ESM)"; empty: there is none
  std::string_view takes;  // what one must do for it: "a subscription"; empty: nothing at all
};

/// How one distribution is kept up.
struct SupportedDistro {
  std::string_view os_id;  // os-release ID; "centos-stream" for the variant of CentOS
  std::string_view name;   // for people: "Alpine Linux"
  std::string_view page;   // the public page that its days come from
  ExtendedSupport extended = {};
  ExtendedSupport further = {};  // after the extended one
  /// A row is of this VERSION_ID alone: "15" is no service pack of 15.
  bool is_exact = false;
  std::string_view instead = {};  // what to move to, where no later release of its own will do
};

/// Until when one release is kept up: "2026-06-30" is the last day. An empty day is not known.
struct SupportRow {
  std::string_view os_id;
  std::string_view release;  // the start of VERSION_ID, whole numbers
  std::string_view ends;     // the general support
  std::string_view extended_ends = {};
  std::string_view further_ends = {};
  /// One of those between two that are kept up for years: nobody is told to move to it.
  bool is_short = false;
};

/// All distributions whose releases have days, sorted by os_id.
std::span<const SupportedDistro> supported_distros();
/// Null where there is none of that id.
const SupportedDistro* find_supported_distro(std::string_view os_id);

/// The releases of one distribution, the oldest first; empty where none is known.
std::span<const SupportRow> support_rows(std::string_view os_id);

/// The id under which days of a system are kept: its os-release ID, but for CentOS Stream.
std::string_view support_id(const OsInfo& os);

/// Is it kept up for good, as Arch Linux is: what is installed is older or newer, but of no
/// release?
bool is_rolling(const OsInfo& os);

}  // namespace bulkhead::advisory
