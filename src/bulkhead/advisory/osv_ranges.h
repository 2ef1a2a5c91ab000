#pragma once

#include <string>
#include <vector>

#include "bulkhead/model/advisory.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::advisory {

/// One of a range's events.
struct OsvEvent {
  enum class Kind { introduced, last_affected, fixed, limit };
  Kind kind = Kind::introduced;
  std::string version;
};

/// Turns the events of one OSV range, in any order, into pairs of ends.
///
/// With `scheme` they are sorted by version first; without one (null), and where the scheme
/// refuses a version, their stored order counts. A `limit` (the highest of several; "*" is none)
/// ends what reaches beyond it.
/// @see OSV schema 1.7, "affected[].ranges[].events" and "Evaluation".
std::vector<VersionRange> ranges_of_events(std::vector<OsvEvent> events,
                                           const version::Scheme* scheme);

}  // namespace bulkhead::advisory
