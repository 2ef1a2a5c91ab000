#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// The names that advisory data give to one release.
struct ReleaseNames {
  std::vector<std::string> open = {};  // what everybody gets; the usual name first
  /// What only those get who pay or opt in (ESM, LTSS): asked too, but a fix of it is no upgrade
  /// that can be had just so.
  std::vector<std::string> extended = {};
};

/// How one distribution's packages are held against its advisories.
struct Distro {
  std::string_view id;      // os-release ID
  PackageType type;         // the packages that its advisory data speak of
  std::string_view scheme;  // of version::find_scheme
  /// Its data may name installed packages as well as source packages.
  bool has_binary_names;
  /// Empty where `os` does not say which release it is.
  /// @param is_derived  `os` is another distribution that is built from this one: it may count its
  ///                    releases in its own way, so a code name of its own gives nothing.
  ReleaseNames (*names)(const OsInfo& os, bool is_derived);
  /// Whom its packages name as their vendor, each the start of it in whatever case; empty: any.
  std::span<const std::string_view> vendors = {};
  /// Why data of another distribution are used; empty: they are its own.
  std::string_view borrowed = {};
  std::string_view extended_name = {};  // of the extended support: "Ubuntu Pro (ESM)"
};

/// All distributions that there are rules for, sorted by id.
std::span<const Distro> distros();

/// The rules that hold for an operating system.
struct Release {
  const Distro* distro = nullptr;         // null: nobody has a rule for it
  std::vector<std::string> ecosystems{};  // as ReleaseNames has them
  std::vector<std::string> extended{};
  bool is_derived = false;   // by ID_LIKE, not by ID
  std::string el_release{};  // "8" of RHEL 8 and what is built from it; else empty
};

/// The row of `os.id`, else that of the first of `os.id_like` that has one.
Release find_release(const OsInfo& os);

/// Is `vendor` one of the distribution's own? True where nothing is known of either.
bool is_own_vendor(const Distro& distro, std::string_view vendor);

}  // namespace bulkhead::match
