#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bulkhead/advisory/oval_tables.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// A publisher of OVAL documents, and how his differ from others'.
struct OvalVendor {
  std::string_view name_space;  // how his definitions' ids begin: "com.redhat."
  std::string_view name;        // who rated what he rates
  NameKind names;               // of the packages
  bool is_named_by_title;       // an erratum's id is its title's first word, not a reference
  /// Which of an ecosystem's files a document is; empty for the one that has all.
  std::string (*part)(const OvalCensus& census, std::string_view only_id);
};

/// Null where nobody is known to publish under that name: whose packages a document speaks of is
/// not said by the product that it names alone (others build for it, too).
const OvalVendor* find_oval_vendor(std::string_view name_space);

/// The normal ecosystem of a product as definitions call it: "Red Hat Enterprise Linux 9",
/// "SUSE Linux Enterprise Server 15 SP5", "Ubuntu 22.04 LTS (jammy)", "Debian GNU/Linux 11". Empty
/// for what is none that is known, and for one without a release.
std::string oval_ecosystem(std::string_view product);

/// The same of Red Hat's CPEs: "cpe:/a:redhat:enterprise_linux:9::appstream" is "Red Hat:9".
std::string oval_ecosystem_of_cpe(std::string_view cpe);

/// Do definitions name a product so that has several releases, without saying which
/// ("Azure Linux")?
bool is_oval_azure(std::string_view product);

}  // namespace bulkhead::advisory
