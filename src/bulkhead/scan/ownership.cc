#include "bulkhead/scan/ownership.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bulkhead/image/path.h"

namespace bulkhead::scan {
namespace {

using image::NodeId;

/// Libraries; and programs that no package manager knows of, such as a Java runtime.
bool can_have_owner(const Package& package) {
  return is_library(package.type) || package.type == PackageType::generic;
}

/// Where a library lies in the tree: without the slash in front and what lies inside an archive.
std::string_view file_of(const Package& library) {
  std::string_view path = library.locations.back().path;
  path = path.substr(0, path.find("!/"));
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

/// Resolves paths that mostly lie beside the one before.
class Resolver {
 public:
  explicit Resolver(const image::Tree& tree) : tree_(tree) {}

  NodeId find(std::string_view path) {
    const std::string_view parent = image::parent_of(path);
    if (!is_known_ || parent != parent_) {
      parent_ = parent;
      folder_ = parent.empty() ? image::kRootNode : tree_.find(parent, true);
      is_known_ = true;
    }
    return folder_ == image::kNoNode ? folder_ : tree_.child(folder_, image::name_of(path));
  }

 private:
  const image::Tree& tree_;
  bool is_known_ = false;
  std::string parent_;
  NodeId folder_ = image::kNoNode;
};

}  // namespace

void assign_owners(const image::Tree& tree, Inventory& inventory) {
  std::unordered_map<NodeId, std::vector<Package*>> libraries;
  std::unordered_set<std::string_view> names;  // of their files: most paths are none of them
  Resolver resolver(tree);
  for (Package& package : inventory.packages) {
    if (!can_have_owner(package) || package.locations.empty()) continue;
    const std::string_view path = file_of(package);
    const NodeId node = resolver.find(path);
    if (node == image::kNoNode) continue;
    libraries[node].push_back(&package);
    names.insert(image::name_of(path));
  }
  if (libraries.empty()) return;
  for (const Package& owner : inventory.packages) {
    if (can_have_owner(owner) || owner.locations.empty()) continue;
    const std::uint32_t layer = owner.locations.front().layer;
    owner.files.for_each([&](std::string_view path) {
      if (!names.contains(image::name_of(path))) return;
      const auto found = libraries.find(resolver.find(path));
      if (found == libraries.end()) return;
      for (Package* library : found->second) {
        if (library->locations.back().layer <= layer) library->owner = owner.id;
      }
    });
  }
}

}  // namespace bulkhead::scan
