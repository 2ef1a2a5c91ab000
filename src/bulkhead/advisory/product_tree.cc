#include "bulkhead/advisory/product_tree.h"

namespace bulkhead::advisory {
namespace {

using Kind = TreeProduct::Kind;

// A package in a module in a release; real trees have two steps.
constexpr int kMaxSteps = 8;

std::string module_of(std::string_view purl, std::string_view name) {
  if (purl.empty()) return module_of_name(name);
  const auto package = package_of_purl(purl);
  return package ? package->module : std::string();
}

}  // namespace

ProductIndex ProductTree::index(std::string_view id) {
  const auto next = static_cast<ProductIndex>(products_.size());
  const auto [known, is_new] = indexes_.try_emplace(std::string(id), next);
  if (is_new) {
    ids_.push_back(&known->first);
    products_.emplace_back();
  }
  return known->second;
}

void ProductTree::set(std::string_view id, std::string_view name, std::string_view cpe,
                      std::string_view purl) {
  Product& product = products_[index(id)];
  if (product.is_set) return;
  product.is_set = true;
  product.name = name;
  product.cpe = cpe;
  product.purl = purl;
}

void ProductTree::relate(std::string_view id, std::string_view component,
                         std::string_view platform) {
  const ProductIndex own = index(id);
  const ProductIndex component_index = index(component);
  const ProductIndex platform_index = index(platform);
  Product& product = products_[own];
  if (product.platform != kNone) return;
  product.component = component_index;
  product.platform = platform_index;
}

const TreeProduct& ProductTree::resolve(ProductIndex product) {
  std::optional<TreeProduct>& resolved = products_[product].resolved;
  if (!resolved) resolved = find_out(product);
  return *resolved;
}

const std::string& ProductTree::known_as(ProductIndex product) const {
  ProductIndex at = product;
  for (int step = 0; step < kMaxSteps && products_[at].platform != kNone; ++step) {
    at = products_[at].platform;
  }
  return products_[at].cpe.empty() ? id(at) : products_[at].cpe;
}

const std::vector<ProductIndex>& ProductTree::packages_of(std::uint32_t ecosystem) {
  if (!is_listed_) list_packages();
  return packages_[ecosystem];
}

TreeProduct ProductTree::find_out(ProductIndex product) {
  TreeProduct found;
  ProductIndex component = product;
  std::string module;
  for (int step = 0; step < kMaxSteps && products_[component].platform != kNone; ++step) {
    component = products_[component].component;
  }
  ProductIndex platform =
      products_[product].platform == kNone ? product : products_[product].platform;
  for (int step = 0; step < kMaxSteps && products_[platform].platform != kNone; ++step) {
    // A module in a release is the platform of its packages.
    const Product& middle = products_[products_[platform].component];
    if (module.empty()) module = module_of(middle.purl, middle.name);
    platform = products_[platform].platform;
  }
  const Product& base = products_[platform];
  const Product& part = products_[component];
  if (!base.is_set) return found;
  const auto ecosystem = ecosystem_of(base);
  found.kind = Kind::other_release;
  if (!ecosystem) return found;
  found.ecosystem = *ecosystem;
  found.kind = Kind::release;
  if (platform == component && part.purl.empty()) {
    // With the CPE of its release a package may stand there alone (openEuler's CVRF).
    ProductPackage alone = package_of_name(part.name);
    if (alone.version.empty() || alone.architecture.empty()) return found;
    found.kind = Kind::package;
    found.package = std::move(alone);
    return found;
  }
  found.kind = Kind::package;
  if (part.purl.empty() && !module_of_name(part.name).empty()) {
    found.kind = Kind::module;
  } else if (part.purl.empty()) {
    found.package = package_of_name(part.is_set ? part.name : id(component));
  } else if (auto package = package_of_purl(part.purl)) {
    found.package = std::move(*package);
    if (found.package.name.empty()) found.kind = Kind::module;
  } else {
    found.kind = Kind::other_package;
  }
  if (found.package.module.empty()) found.package.module = std::move(module);
  // Red Hat's components without a version are source packages.
  if (found.package.version.empty() && found.package.architecture.empty() &&
      ecosystem_names_[*ecosystem]->starts_with("Red Hat:")) {
    found.package.architecture = "src";
  }
  return found;
}

std::optional<std::uint32_t> ProductTree::ecosystem_of(const Product& product) {
  std::string name = ecosystem_of_product(product.cpe, product.name);
  if (name.empty()) return {};
  const auto next = static_cast<std::uint32_t>(ecosystem_names_.size());
  const auto [known, is_new] = ecosystems_.try_emplace(std::move(name), next);
  if (is_new) ecosystem_names_.push_back(&known->first);
  return known->second;
}

void ProductTree::list_packages() {
  is_listed_ = true;
  const auto count = static_cast<ProductIndex>(products_.size());
  for (ProductIndex product = 0; product < count; ++product) {
    if (products_[product].platform != kNone) continue;
    const TreeProduct& resolved = resolve(product);
    if (resolved.kind == Kind::package) packages_[resolved.ecosystem].push_back(product);
  }
}

}  // namespace bulkhead::advisory
