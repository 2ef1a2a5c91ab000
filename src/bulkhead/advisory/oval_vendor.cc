#include "bulkhead/advisory/oval_vendor.h"

#include <algorithm>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What `text` begins with: "22.04" of "22.04 LTS".
std::string_view leading_version(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string_view version = text.substr(0, end);
  while (version.ends_with('.')) version.remove_suffix(1);
  return version;
}

// Each takes what follows the row's prefix and gives the ecosystem's release, or nothing.

std::string whole(std::string_view rest) { return std::string(leading_version(rest)); }
std::string major(std::string_view rest) {
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}
std::string as_is(std::string_view rest) { return std::string(trim(rest)); }

/// "10 SP4 for AMD64 and Intel EM64T" is "10 SP4".
std::string suse(std::string_view rest) {
  const std::size_t digit = rest.find_first_of("0123456789");
  if (digit == std::string_view::npos) return {};
  return std::string(rest.substr(0, rest.find(" for ", digit)));
}

/// "22.04 LTS" is "22.04", "Pro FIPS-updates 22.04 LTS" is "Pro:FIPS-updates:22.04".
std::string ubuntu(std::string_view rest) {
  std::string release;
  for (const std::string_view word : split(rest, ' ')) {
    if (word.empty()) continue;
    if (is_digit(word.front())) return release + std::string(leading_version(word));
    release.append(word).push_back(':');
  }
  return {};
}

/// "102" is "10.2": openSUSE's names for its early releases.
std::string suse_number(std::string_view rest) {
  if (rest.size() != 3 || !std::ranges::all_of(rest, is_digit)) return {};
  return std::string(rest.substr(0, 2)) + "." + std::string(rest.substr(2));
}

/// "10-sp4-sdk" is "10.4", "9" is "9".
std::string suse_short(std::string_view rest) {
  std::string release = major(rest);
  if (release.empty()) return {};
  rest.remove_prefix(release.size());
  if (!rest.starts_with("-sp")) return release;
  const std::string service_pack = major(rest.substr(3));
  return service_pack.empty() ? release : release + "." + service_pack;
}

struct Product {
  std::string_view prefix;
  std::string_view ecosystem;
  std::string (*release)(std::string_view rest);
};

// A longer prefix stands before a shorter one that it begins with.
constexpr Product kProducts[] = {
    {"AlmaLinux OS ", "AlmaLinux:", major},
    {"AlmaLinux ", "AlmaLinux:", major},
    {"Debian GNU/Linux ", "Debian:", whole},
    {"Debian ", "Debian:", whole},
    {"Open Enterprise Server ", "SUSE:Open Enterprise Server ", as_is},
    {"Oracle Linux ", "Oracle Linux:", major},
    {"Photon OS ", "Photon OS:", whole},
    {"Photon ", "Photon OS:", whole},
    {"Red Hat Enterprise Linux ", "Red Hat:", major},
    {"SLE ", "SUSE:Linux Enterprise ", suse},
    {"SUSE ", "SUSE:", suse},
    {"Ubuntu ", "Ubuntu:", ubuntu},
    {"core", "SUSE:", suse_short},
    {"openSUSE ", "openSUSE:", as_is},
    {"sled", "SUSE:", suse_short},
    {"sles", "SUSE:", suse_short},
    {"suse", "openSUSE:", suse_number},
};

std::string no_part(const OvalCensus&, std::string_view) { return {}; }

/// A file of one erratum, of one year's, or of all.
std::string part_of_errata(const OvalCensus& census, std::string_view only_id) {
  if (census.definitions == 1) return std::string(only_id);
  return census.year;
}

std::string oracle_part(const OvalCensus& census, std::string_view only_id) {
  constexpr std::string_view kErrata = "com.oracle.elsa";
  std::string part = part_of_errata(census, only_id);
  if (census.name_space == kErrata) return part;
  const std::string product = census.name_space.substr(census.name_space.rfind('.') + 1);
  return part.empty() ? product : product + "/" + part;
}

std::string red_hat_part(const OvalCensus& census, std::string_view only_id) {
  if (census.has_unpatched) return "including-unpatched";
  return census.definitions == 1 ? std::string(only_id) : std::string();
}

/// Of each product line there are three: what was released, by erratum or by CVE, and that with
/// what is not mended.
std::string suse_part(const OvalCensus& census, std::string_view) {
  std::string part = census.has_patches    ? "patch"
                     : census.has_affected ? "affected"
                                           : "vulnerability";
  if (!census.product_line.empty()) part += "/" + census.product_line;
  return part;
}

std::string ubuntu_part(const OvalCensus& census, std::string_view) {
  if (census.generator.contains("USN")) return "usn";
  return census.generator.contains("Package") ? "pkg" : "cve";
}

constexpr OvalVendor kVendors[] = {
    {"com.microsoft.", "Microsoft", NameKind::source, false, no_part},
    {"com.oracle.", "Oracle", NameKind::binary, false, oracle_part},
    {"com.redhat.", "Red Hat", NameKind::binary, false, red_hat_part},
    {"com.ubuntu.", "Ubuntu", NameKind::binary, false, ubuntu_part},
    {"com.vmware.", "VMware", NameKind::binary, true, no_part},
    {"org.almalinux.", "AlmaLinux", NameKind::binary, false, no_part},
    {"org.debian", "Debian", NameKind::source, true, no_part},
    {"org.opensuse.", "SUSE", NameKind::binary, false, suse_part},
};

}  // namespace

const OvalVendor* find_oval_vendor(std::string_view name_space) {
  const auto* found = std::ranges::find_if(
      kVendors, [&](const OvalVendor& row) { return name_space.starts_with(row.name_space); });
  return found == std::end(kVendors) ? nullptr : found;
}

std::string oval_ecosystem(std::string_view product) {
  for (const Product& row : kProducts) {
    if (!product.starts_with(row.prefix)) continue;
    const std::string release = row.release(product.substr(row.prefix.size()));
    if (release.empty()) return {};
    return normal_ecosystem(std::string(row.ecosystem) + release);
  }
  return {};
}

std::string oval_ecosystem_of_cpe(std::string_view cpe) {
  for (const std::string_view prefix : {"cpe:/a:redhat:", "cpe:/o:redhat:", "cpe:/h:redhat:"}) {
    if (!cpe.starts_with(prefix) || cpe.size() == prefix.size()) continue;
    return normal_ecosystem("Red Hat:" + std::string(cpe.substr(prefix.size())));
  }
  return {};
}

bool is_oval_azure(std::string_view product) {
  return product == "Azure Linux" || product == "CBL-Mariner";
}

}  // namespace bulkhead::advisory
