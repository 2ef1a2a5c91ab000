#include "bulkhead/match/signed_kernel.h"

#include <string_view>

namespace bulkhead::match {

std::optional<Package> with_kernel_source(const Package& package) {
  constexpr std::string_view kSigned = "linux-signed";
  std::string_view flavour = package.match_name();
  if (!flavour.starts_with(kSigned)) return std::nullopt;
  flavour.remove_prefix(kSigned.size());
  if (!flavour.empty() && flavour.front() != '-') return std::nullopt;
  const std::string architecture = "-" + package.architecture;
  if (!package.architecture.empty() && flavour.ends_with(architecture)) {
    flavour.remove_suffix(architecture.size());
  }
  Package held = package;
  held.source_name = "linux";
  held.source_name += flavour;
  held.source_version.clear();  // the same as its own
  return held;
}

}  // namespace bulkhead::match
