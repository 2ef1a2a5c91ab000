#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bulkhead/advisory/product_names.h"

namespace bulkhead::advisory {

using ProductIndex = std::uint32_t;

/// What a product of a tree is.
struct TreeProduct {
  enum class Kind {
    package,        // a package in a release of a distribution
    release,        // such a release by itself
    module,         // a module's stream by itself
    other_release,  // in something that is no release of a distribution
    other_package,  // of a release, but no rpm: a container
    unknown,        // the tree does not have it
  };
  Kind kind = Kind::unknown;
  std::uint32_t ecosystem = 0;  // see ProductTree::ecosystem
  ProductPackage package = {};
};

/// The products of one document, each under an id of the document's own. Ids are counted as they
/// come, so that lists of them are small; each product is understood once.
class ProductTree {
 public:
  /// The number of `id`, a new one where it has none.
  ProductIndex index(std::string_view id);
  void set(std::string_view id, std::string_view name, std::string_view cpe, std::string_view purl);
  /// `id` is `component` in `platform`, either of which may be such a product itself.
  void relate(std::string_view id, std::string_view component, std::string_view platform);

  const TreeProduct& resolve(ProductIndex product);
  const std::string& id(ProductIndex product) const { return *ids_[product]; }
  /// The CPE of a product's release or of itself, else its id: what people know it by.
  const std::string& known_as(ProductIndex product) const;
  const std::string& ecosystem(std::uint32_t number) const { return *ecosystem_names_[number]; }
  /// The packages that stand in the tree with the CPE of a release in place of a relationship.
  const std::vector<ProductIndex>& packages_of(std::uint32_t ecosystem);

 private:
  static constexpr ProductIndex kNone = ~ProductIndex{0};
  struct Product {
    bool is_set = false;
    std::string name = {};
    std::string cpe = {};
    std::string purl = {};
    ProductIndex component = kNone;
    ProductIndex platform = kNone;
    std::optional<TreeProduct> resolved = {};
  };

  TreeProduct find_out(ProductIndex product);
  std::optional<std::uint32_t> ecosystem_of(const Product& product);
  void list_packages();

  std::unordered_map<std::string, ProductIndex> indexes_;
  std::vector<const std::string*> ids_;
  std::deque<Product> products_;
  std::unordered_map<std::string, std::uint32_t> ecosystems_;
  std::vector<const std::string*> ecosystem_names_;
  std::unordered_map<std::uint32_t, std::vector<ProductIndex>> packages_;
  bool is_listed_ = false;
};

}  // namespace bulkhead::advisory
