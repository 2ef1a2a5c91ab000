#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

// What rpm and pacman have in common: `[epoch:]version[-release]`.
namespace bulkhead::version {

/// The pieces of one version; views into it.
struct Evr {
  std::string_view epoch;  // digits; empty: 0
  std::string_view version;
  bool has_release = false;
  std::string_view release;
};

/// Takes any text apart: an epoch is a run of digits (or nothing) before the first ":", a release
/// is what follows the last "-".
/// @see parseEVR in rpm's lib/rpmds.c and in pacman's lib/libalpm/version.c
Evr take_evr_apart(std::string_view version);

/// Takes the segment, a run of digits or of letters, off the front of both texts and compares the
/// two: numbers by value and above letters, letters as bytes.
/// @pre Both begin with a digit or letter.
std::strong_ordering compare_segments(std::string_view& a, std::string_view& b);

/// Refuses what neither takes: see check_rpm.
/// @param format  Begins the error's message.
Result<void> check_evr(std::string_view format, std::string_view version);

}  // namespace bulkhead::version
