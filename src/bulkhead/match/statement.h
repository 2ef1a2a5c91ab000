#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {

/// What a statement says of one installed version.
struct Verdict {
  bool is_about = false;       // the version is among those that the statement speaks of
  std::string fixed_version;   // where it is, and a version without the fault is named
  std::optional<Error> doubt;  // an end point that the scheme refuses, compared all the same
};

/// Does `affected` (with whatever status) speak of `version`?
///
/// A version is spoken of by a range that holds it or by its own name in `versions`; where
/// neither is given, only a status other than `affected` speaks, and of every version. The fix is
/// the highest one of the ranges that hold the version; for a version that is only named, the
/// lowest one above it.
/// @error malformed  The version is refused by the scheme. A range that is open on both sides
///                   speaks of every version, also of one that is refused.
/// @see OSV schema 1.7, "Evaluation".
Result<Verdict> judge(const version::Scheme& scheme, const AffectedPackage& affected,
                      std::string_view version);

}  // namespace bulkhead::match
