#pragma once

#include <string>
#include <string_view>

namespace bulkhead::catalog::java {

/// What Maven calls an artifact that is widely used but often ships without Maven's own files.
struct KnownArtifact {
  std::string_view group;     // empty: it is not known
  std::string_view artifact;  // the name that Maven has for it, where a distribution renamed it
};

/// @param artifact  "spring-core".
/// @param version   Some moved to another group with a version.
KnownArtifact find_artifact(std::string_view artifact, std::string_view version);

}  // namespace bulkhead::catalog::java
