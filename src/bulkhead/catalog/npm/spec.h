#pragma once

#include <optional>
#include <string_view>

namespace bulkhead::catalog::npm {

/// "@scope/name@1.0.0": what stands on both sides of the "@".
struct Spec {
  std::string_view name;
  std::string_view rest;  // a version, a range, "npm:other@1.0.0", a URL
};

/// Nothing where `text` has no "@" behind a name.
std::optional<Spec> take_apart(std::string_view text);

/// Does it name something of the project itself: "file:../a", "link:", "workspace:", "portal:"?
/// An archive, "file:a-1.0.0.tgz", is another's library wherever it lies.
bool is_local(std::string_view rest);

/// Is it no version but a place: "git+ssh://...#commit", "github:a/b", "https://.../a-1.0.0.tgz"?
bool is_place(std::string_view rest);

/// The version that a place names: a git commit, or what a tarball's name has behind the library's;
/// empty where there is none.
std::string_view version_of_place(std::string_view name, std::string_view place);

}  // namespace bulkhead::catalog::npm
