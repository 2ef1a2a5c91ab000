#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bulkhead/model/advisory.h"
#include "bulkhead/model/package.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::advisory {

/// The OSV ecosystem of a Debian release that the tracker calls by its codename: "bookworm" is
/// "Debian:12", "sid" is "Debian:sid"; a codename that is not in the table keeps it:
/// "Debian:newname".
std::string debian_ecosystem(std::string_view codename);

/// The OSV ecosystem of an Ubuntu release as its tracker calls it: "jammy" is "Ubuntu:22.04",
/// "esm-infra/bionic" and "trusty/esm" are "Ubuntu:Pro:18.04" and "Ubuntu:Pro:14.04",
/// "fips-updates/jammy" is "Ubuntu:Pro:FIPS-updates:22.04". Empty for what is no release that has
/// packages of its own ("upstream", "devel", "snap").
std::string ubuntu_ecosystem(std::string_view release);

/// The name by which ecosystems are kept and compared: one a release of a distribution, whatever
/// the repository, module or product that carries the package. "Ubuntu:22.04:LTS" is
/// "Ubuntu:22.04", "Red Hat:enterprise_linux:9::appstream" is "Red Hat:9",
/// "SUSE:Linux Enterprise Module for Basesystem 15 SP5" is "SUSE:15.5". What has rules of its own
/// keeps a name of its own: "Red Hat:9.2:eus", "SUSE:15.3:LTSS". Normal names stay as they are.
std::string normal_ecosystem(std::string_view ecosystem);

/// Is it a distribution's ("Debian:12", "AlmaLinux:9"), not a language's package registry?
bool is_distribution(std::string_view ecosystem);

/// A language's package registry: whose libraries advisories of one ecosystem speak of.
struct LibraryEcosystem {
  PackageType type;
  std::string_view name;    // as OSV writes it: "PyPI", "crates.io"
  std::string_view scheme;  // of version::find_scheme
};

/// All of them, by type.
/// @see OSV schema 1.7, "Defined ecosystems".
std::span<const LibraryEcosystem> library_ecosystems();

/// The order of an ecosystem's versions; null where this program has none for it.
const version::Scheme* scheme_of(std::string_view ecosystem);

/// Which packages' names OSV records of this ecosystem use.
/// @see OSV schema 1.7, "Defined ecosystems".
NameKind name_kind_of(std::string_view ecosystem);

}  // namespace bulkhead::advisory
