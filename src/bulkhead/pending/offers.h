#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/repository.h"

namespace bulkhead::pending {

/// One index that was read.
struct Source {
  PackageType type = PackageType::deb;
  std::string label;         // as reports name it
  int priority = 500;        // apt's: the largest wins. rpm: the negative of the repository's
  bool is_security = false;  // all of it is of a security suite
};

/// A module that fits any installed package (a repository with module_hotfixes).
inline constexpr std::string_view kAnyModule = "*";

/// A version of an installed package's name that a source has.
struct Offer {
  std::uint32_t source = 0;  // in OfferList::sources
  std::string name;
  std::string version;  // as Package::version is written
  std::string architecture;
  std::string module = {};   // rpm: "nodejs:18"; empty: of no module
  bool is_security = false;  // this version itself is said to mend a vulnerability
  bool is_notice = false;    // said of it only: it need not be there to be installed
};

/// The names whose rows are kept of an index.
class WantedNames {
 public:
  WantedNames(std::span<const Package> packages, PackageType type) {
    for (const Package& package : packages) {
      if (package.type == type) names_.insert(package.name);
    }
  }
  bool has(std::string_view name) const { return names_.contains(name); }
  bool is_empty() const { return names_.empty(); }

 private:
  std::unordered_set<std::string_view> names_;  // of packages that outlive this
};

struct OfferList {
  std::vector<Source> sources;
  std::vector<Offer> offers;
};

/// The installed packages of which a source has a newer version that their package manager would
/// take, in the order of `packages`.
///
/// deb, as apt: each version has the highest priority of the sources that have it (the installed
/// one at least 100); the version of the highest priority wins, of these the highest version; never
/// a lower version than the installed one. apk: the highest version. rpm: of the sources with the
/// best priority that have the name at all, the highest version, of the installed package's module
/// stream or (without one) of no module. Where a name and architecture is installed in several
/// versions (kernels), the highest counts.
///
/// @see apt_preferences(5); apt, apt-pkg/policy.cc, GetCandidateVer; dnf.conf(5), "priority"
std::vector<PendingUpdate> choose_updates(std::span<const Package> packages, const OfferList& list);

}  // namespace bulkhead::pending
