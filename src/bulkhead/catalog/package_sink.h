#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_set>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// --max-owned-path-bytes of the run that read the first of `files` whose facts are `FactsType`.
template <class FactsType>
std::uint64_t owned_path_bytes_of(std::span<const JoinFile> files) {
  for (const JoinFile& file : files) {
    if (const auto* const facts = dynamic_cast<const FactsType*>(file.facts)) {
      return facts->owned_path_bytes;
    }
  }
  return 0;
}

/// Where the joins of the distributions' package databases put their packages: adds what all of
/// them have in common (purl, id, place) and leaves out repetitions (two databases that list the
/// same package, or one database under two paths).
class PackageSink {
 public:
  /// @param owned_path_bytes  --max-owned-path-bytes, for the file lists of all packages together.
  /// @param out               Outlives this; its operating system is already known.
  PackageSink(PackageType type, std::uint64_t owned_path_bytes, Inventory& out);

  /// @param package   Has its name, version, architecture, source and licences. One of Bitnami's
  ///                  has no distribution in its purl's namespace.
  /// @param database  The file that lists it.
  /// @param files     What it installed; null where that is not known. Copied.
  void add(Package package, const JoinFile& database, const PathList* files);
  /// Says so where file lists were left out.
  void finish(Notes& notes);

 private:
  PackageType type_;
  std::uint64_t owned_path_bytes_;
  Inventory& out_;
  std::string namespace_;  // of the purl: the distribution
  std::string distro_;     // the purl's qualifier
  std::uint64_t path_bytes_ = 0;
  // Places in out_.packages, told apart by their purls, which so are not kept twice.
  struct PurlHash {
    const Inventory* out;
    std::size_t operator()(std::uint32_t place) const {
      return std::hash<std::string>()(out->packages[place].purl);
    }
  };
  struct SamePurl {
    const Inventory* out;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return out->packages[a].purl == out->packages[b].purl;
    }
  };
  std::unordered_set<std::uint32_t, PurlHash, SamePurl> seen_;
};

}  // namespace bulkhead::catalog
