#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/rare_text.h"
#include "bulkhead/model/severity.h"

namespace bulkhead {

/// A package's kind is its purl type (https://github.com/package-url/purl-spec, "purl types").
enum class PackageType {
  alpm,
  apk,
  bitnami,
  cargo,
  composer,
  conan,
  conda,
  cran,
  deb,
  gem,
  generic,
  golang,
  hackage,
  hex,
  maven,
  npm,
  nuget,
  opkg,
  pub,
  pypi,
  rpm,
  swift,
};

/// "apk", "deb": the purl type.
std::string_view type_name(PackageType type);
/// Is it a library's, from a language's registry, and not a part of an operating system?
bool is_library(PackageType type);

/// How the package came to be known.
enum class Origin { installed, declared, embedded, inferred };
std::string_view origin_name(Origin origin);

/// Paths, packed: absolute without the leading slash, each ended by a NUL (which no path holds).
struct PathList {
  std::string packed;

  void add(std::string_view path) { packed.append(path).push_back('\0'); }
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::string_view rest = packed; !rest.empty();) {
      const std::size_t end = rest.find('\0');
      visit(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }
};

/// Where something was found: `layer` is an index into the report's layers.
struct Location {
  std::uint32_t layer = 0;
  std::string path;  // absolute, bytes
  auto operator<=>(const Location&) const = default;
};

/// What an rpm says of where it comes from; packages that say the same share it.
struct RpmOrigin {
  std::string module;  // the modularity label's name and stream: "nodejs:18"; empty: of no module
  std::string vendor;  // who built it: "Red Hat, Inc."; empty: not said
  auto operator<=>(const RpmOrigin&) const = default;
};

struct Package {
  std::string id;  // unique in a report: the purl, with "#path" where two share it
  std::string name;
  std::string version;  // as the package's own tools write it
  PackageType type = PackageType::deb;
  std::string purl;
  std::string source_name = {};     // empty: the same as name
  std::string source_version = {};  // empty: the same as version
  std::string architecture = {};
  std::vector<std::string> licenses = {};
  Origin origin = Origin::installed;
  Confidence confidence = Confidence::certain;  // that it is there, where it is inferred
  std::vector<Location> locations = {};         // [0]: where it first appeared without a later gap
  PathList files = {};                          // what its database says that it installed
  std::shared_ptr<const RpmOrigin> rpm = {};    // rpms alone; null: nothing is said
  /// Libraries: the id of the package that installed it, which then answers for it; may be empty.
  RareText owner = {};
  /// What shows it, where that is not plain ("at 0x1f30: OpenSSL 3.0.2").
  RareText evidence = {};

  std::string_view module() const { return rpm ? std::string_view(rpm->module) : ""; }
  std::string_view vendor() const { return rpm ? std::string_view(rpm->vendor) : ""; }
  const std::string& match_name() const { return source_name.empty() ? name : source_name; }
  const std::string& match_version() const {
    return source_version.empty() ? version : source_version;
  }
};

}  // namespace bulkhead
