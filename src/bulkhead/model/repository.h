#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/model/package.h"

namespace bulkhead {

/// A place from which the target's own package manager takes packages, as the target's
/// configuration names it, variables put in.
struct Repository {
  PackageType type = PackageType::deb;
  std::string url;               // where it begins; may be of any scheme ("cdrom:[...]/")
  std::string mirror_list = {};  // rpm: where URLs of it are to be had, if `url` is empty
  std::string suite = {};        // deb: "bookworm"; a path that ends in "/": without components
  std::string component = {};    // deb: "main"
  std::vector<std::string> architectures = {};  // deb: only these; empty: the target's own
  std::string tag = {};                         // apk: used only for packages that ask for it
  std::string id = {};                          // rpm: "appstream"
  std::vector<std::string> excluded = {};       // rpm: globs of package names
  std::vector<std::string> included = {};       // rpm: if there are any, only these
  std::uint32_t priority = 99;                  // rpm: the smallest that has a package gives it
  bool is_module_exempt = false;                // rpm: module_hotfixes
  std::string path = {};                        // the file that names it
  std::uint64_t line = 0;                       // from 1 on

  bool operator==(const Repository&) const = default;
};

/// An installed package of which a repository has a newer version.
struct PendingUpdate {
  std::string package_id;
  std::string installed_version;
  std::string candidate_version;  // what the package manager would install
  bool is_security = false;       // the way there holds a version of the security suite
  std::string source;             // the repository that has the candidate: "URL SUITE/COMPONENT"
};

}  // namespace bulkhead
