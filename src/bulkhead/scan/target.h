#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/remote/remote.h"

namespace bulkhead::scan {

/// A way to name a target, for the help.
struct TargetName {
  std::string_view prefix;
  std::string_view description;
};
std::vector<TargetName> target_names();

/// An image that an engine of this machine is asked for.
struct EngineName {
  remote::Engine engine = remote::Engine::docker;
  std::string image;
};
/// The engines to ask for what `reference` names, in that order: the one of its prefix, or those
/// that have a socket here, if it is neither a path nor has another prefix. Empty: none.
std::vector<EngineName> engines_for(const std::string& reference);

/// Opens what a target's reference names: what lies on this machine (image::open_target), or
/// an image in a registry. Without a prefix a path that there is counts before a name, and what
/// looks like a path is never asked of a registry.
///
/// @error (image::open_target's, remote::open_registry's)  Nothing can be scanned.
Result<image::OpenTarget> open_target(const image::TargetRequest& request,
                                      const remote::RemoteOptions& remote,
                                      const RunContext& context, Notes& notes);

}  // namespace bulkhead::scan
