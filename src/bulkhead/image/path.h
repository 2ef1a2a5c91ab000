#pragma once

#include <string>
#include <string_view>

namespace bulkhead::image {

/// What cleaning a path met.
enum class PathKind {
  ordinary,
  root,     // nothing is left: ".", "/", "a/.."
  escaped,  // ".." led above the root; it was clamped there
};

/// Cleans a stored path as if the image's root were "/": no leading slash, no "", "." or ".."
/// components, no trailing slash. ".." is taken lexically, and clamped at the root.
///
/// @param out  Receives the clean path (its memory is reused); empty for the root.
/// @see OCI image specification 1.1, layer.md; what umoci and containerd do on unpacking.
PathKind clean_path(std::string_view raw, std::string& out);

/// "usr/bin/env" -> "usr/bin"; "" for a path of one component.
std::string_view parent_of(std::string_view path);
/// The last component.
std::string_view name_of(std::string_view path);

}  // namespace bulkhead::image
