#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// Which release's data an erratum is of, and which part of it.
struct ErrataRelease {
  std::string ecosystem;  // "Amazon Linux:2"
  std::string part;       // of the distribution: "core", "kernel-5.15", "baseos"; may be empty
};

/// What an erratum says of itself, all of it as it stands there.
struct ErrataNames {
  std::string_view id;          // "ALAS2KERNEL-5.15-2022-001"
  std::string_view from;        // who sends it: an address of mail
  std::string_view release;     // "Rocky Linux 9", "0"
  std::string_view collection;  // the short name: "amazon-linux-2---kernel-5.15", "F43"
  std::string_view version;     // of one of its packages
};

/// The release is told by the id's prefix and what goes with it: the collection, the release's
/// name, the tag in the packages' versions (".el9", ".fc40", ".amzn2"). Nothing is guessed.
///
/// @error unsupported  Of a publisher or product that no image's release is matched with (EPEL,
///                     Fedora's flatpaks, streams of minor releases), or nothing names the release.
/// @error malformed    An id that is not its publisher's.
Result<ErrataRelease> release_of_errata(const ErrataNames& names);

}  // namespace bulkhead::advisory
