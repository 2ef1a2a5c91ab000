#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/model/severity.h"

// How vendors' documents (CSAF, CVRF) name releases and packages.
namespace bulkhead::advisory {

/// The release of a distribution that a product is, by its normal name (see normal_ecosystem);
/// empty for a product that is none ("cpe:/a:redhat:openstack:17.1", "SUSE Package Hub 12").
std::string ecosystem_of_product(std::string_view cpe, std::string_view name);

/// A package as product trees name it.
struct ProductPackage {
  std::string name = {};
  std::string version = {};       // "[epoch:]version-release"; empty: none is named
  std::string architecture = {};  // "src": a source package; empty: not said
  std::string module = {};        // "nodejs:18"
  bool operator==(const ProductPackage&) const = default;
};

/// Takes apart a purl of an rpm, of a module ("pkg:rpmmod/redhat/nodejs@18:80900...", which gives
/// no name) or of a package in one ("pkg:rpmmod/redhat/nodejs:18/nodejs"). Nothing for another.
std::optional<ProductPackage> package_of_purl(std::string_view text);

/// Takes apart "name-[epoch:]version-release.arch[.rpm]", also without the architecture and, where
/// nothing of it looks like a version, without that; "nodejs:18/nodejs" is in a module.
ProductPackage package_of_name(std::string_view text);

/// "nodejs:18" of a module as it is called with version and context
/// ("nodejs:18:80900...:a75119d5"); empty for another text.
std::string module_of_name(std::string_view text);

/// What a publisher says of a fix that there is not, in CSAF's categories ("no_fix_planned") or in
/// words of Red Hat's ("Will not fix", "Out of support scope"). Nothing for what says nothing of
/// it.
std::optional<FixState> fix_state_of_words(std::string_view category, std::string_view details);

/// Is it an rpm of debugging symbols or sources, without code that runs?
bool is_debug_package(std::string_view name);

}  // namespace bulkhead::advisory
