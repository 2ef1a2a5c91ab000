#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// How one distribution's packages are held against its advisories.
struct Distro {
  std::string_view id;      // os-release ID
  PackageType type;         // the packages that its advisory data speak of
  std::string_view scheme;  // of version::find_scheme
  /// The names that advisory data give to the release, the usual one first; empty where `os` does
  /// not say which release it is.
  /// @param is_derived  `os` is another distribution that is built from this one: it may count its
  ///                    releases in its own way, so a code name of its own gives nothing.
  std::vector<std::string> (*ecosystems)(const OsInfo& os, bool is_derived);
};

/// All distributions that there are rules for, sorted by id.
std::span<const Distro> distros();

/// The rules that hold for an operating system.
struct Release {
  const Distro* distro = nullptr;       // null: nobody has a rule for it
  std::vector<std::string> ecosystems;  // as Distro::ecosystems gives them
  bool is_derived = false;              // by ID_LIKE, not by ID
};

/// The row of `os.id`, else that of the first of `os.id_like` that has one.
Release find_release(const OsInfo& os);

}  // namespace bulkhead::match
