#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/catalog/sbom/document.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog::sbom {

/// One element of a list, before it is known what it is; both formats' readers fill it.
struct Component {
  std::string ref = {};   // by which the document itself speaks of it
  std::string type = {};  // "library", "operating-system", ...: CycloneDX's words
  std::string group = {};
  std::string name = {};
  std::string version = {};
  std::string purl = {};
  std::string vendor = {};  // who supplied it
  std::vector<std::string> licences = {};
  std::vector<std::string> paths = {};                               // where it lies
  std::vector<std::pair<std::string, std::string>> properties = {};  // in order; names may repeat

  /// The first property of that name; empty where there is none.
  std::string_view property(std::string_view key) const;
};

/// Makes packages, the operating system and the target of components.
class ListBuilder {
 public:
  ListBuilder(const Limits& limits, Notes& notes) : limits_(limits), notes_(notes) {}

  /// What the list is about: first, since its layers number the others' places.
  void set_target(const Component& root);
  /// A package or the operating system; what is neither is counted.
  void add(const Component& component);
  /// The package `owner` installed the library `library`: their refs.
  void set_owner(std::string_view owner, std::string_view library);
  Document finish() &&;

 private:
  void add_package(const Component& component, const Purl& purl, PackageType type);
  void add_system(const Component& component);
  void add_places(const Component& component, Package& package);
  void add_layer(std::string_view text);
  std::uint32_t layer_of(std::string_view diff_id);
  void note_counts();
  void guess_system();
  void resolve_owners();

  const Limits& limits_;
  Notes& notes_;
  Document document_;
  std::map<std::string, std::size_t, std::less<>> unknown_types_;
  std::vector<std::string> nameless_;  // of libraries without a purl: the first few
  std::size_t nameless_count_ = 0;
  std::size_t left_out_ = 0;                                            // above --max-packages
  std::map<std::pair<std::string, std::string>, std::size_t> distros_;  // id and release
  std::unordered_map<std::string, std::size_t> by_ref_;
  std::vector<std::pair<std::string, std::string>> owners_;  // refs: owner and library
  std::map<RpmOrigin, std::shared_ptr<const RpmOrigin>> rpm_origins_;
};

/// Makes the package of a component; its places are not set.
/// @error malformed  No version, or a name that cannot be one.
Result<Package> package_of(const Component& component, const Purl& purl, PackageType type);

}  // namespace bulkhead::catalog::sbom
