#include "bulkhead/advisory/product_names.h"

#include <algorithm>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/base/text.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::advisory {
namespace {

// What rpm calls architectures, of all distributions that publish such documents.
constexpr std::string_view kArchitectures[] = {
    "src",  "noarch", "x86_64",  "aarch64",       "i686",  "ppc64le", "s390x",   "i586",
    "i386", "ppc64",  "ppc",     "ia64",          "s390",  "nosrc",   "riscv64", "loongarch64",
    "i486", "armv7l", "armv7hl", "aarch64_ilp32", "ia32e", "athlon",
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_with_digit(std::string_view text) { return !text.empty() && is_digit(text.front()); }

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// "o:redhat:enterprise_linux:9::baseos" of a CPE of version 2.2; empty for another text.
std::string_view body_of_cpe(std::string_view cpe) {
  return take_prefix(cpe, "cpe:/") ? cpe : std::string_view();
}

/// The release of `ecosystem` where it is one that scans ask for: it begins with a number.
std::string known_release(const std::string& ecosystem) {
  const std::size_t colon = ecosystem.find(':');
  if (colon == std::string::npos) return {};
  std::string_view release = std::string_view(ecosystem).substr(colon + 1);
  for (const std::string_view word : {"Micro ", "Leap ", "Leap Micro "}) {
    if (release.starts_with(word) && begins_with_digit(release.substr(word.size())))
      return ecosystem;
  }
  return begins_with_digit(release) || release == "Tumbleweed" ? ecosystem : std::string();
}

/// SUSE's products are known by their names: their CPEs abbreviate them in many ways.
std::string suse_ecosystem(std::string_view name) {
  if (take_prefix(name, "openSUSE ")) return known_release("openSUSE:" + std::string(name));
  if (!take_prefix(name, "SUSE ")) return {};
  const std::string normal = normal_ecosystem("SUSE:" + std::string(name));
  return normal == "SUSE:" + std::string(name) ? std::string() : known_release(normal);
}

/// The first two of "nodejs:18:8090020231019152822:a75119d5".
std::string stream_of_nsvc(std::string_view nsvc) {
  const std::size_t name = nsvc.find(':');
  if (name == std::string_view::npos) return {};
  return std::string(nsvc.substr(0, nsvc.find(':', name + 1)));
}

/// "1.1", "150400.3.5.1", and "lp154.2.1" and "bp154.2.1" of openSUSE: releases have a dot, where
/// libraries have numbers in their names ("libgtk-3-0").
bool is_release(std::string_view text) {
  if (!text.contains('.')) return false;
  if (text.starts_with("lp") || text.starts_with("bp")) text.remove_prefix(2);
  return begins_with_digit(text);
}

/// Takes ".x86_64" off the end of `text`.
std::string take_architecture(std::string_view& text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view last = text.substr(dot + 1);
  if (std::ranges::find(kArchitectures, last) == std::end(kArchitectures)) return {};
  text = text.substr(0, dot);
  return std::string(last);
}

}  // namespace

std::string ecosystem_of_product(std::string_view cpe, std::string_view name) {
  std::string_view body = body_of_cpe(cpe);
  if (take_prefix(body, "o:redhat:") || take_prefix(body, "a:redhat:")) {
    return known_release(normal_ecosystem("Red Hat:" + std::string(body)));
  }
  if (take_prefix(body, "a:openEuler:openEuler:") || take_prefix(body, "o:openEuler:openEuler:") ||
      take_prefix(name, "openEuler-")) {
    return known_release("openEuler:" + std::string(body.empty() ? name : body));
  }
  return suse_ecosystem(name);
}

std::optional<ProductPackage> package_of_purl(std::string_view text) {
  const Result<Purl> purl = parse_purl(text);
  if (!purl) return {};
  ProductPackage package;
  if (purl->type == "rpm") {
    package.name = purl->name;
    const std::string_view epoch = purl->qualifier("epoch");
    if (!purl->version.empty() && !epoch.empty() && epoch != "0" && !purl->version.contains(':')) {
      package.version = std::string(epoch) + ":";
    }
    package.version += purl->version;
    package.architecture = purl->qualifier("arch");
    package.module = stream_of_nsvc(purl->qualifier("rpmmod"));
    return package;
  }
  if (purl->type != "rpmmod") return {};
  const std::size_t slash = purl->name_space.find('/');
  if (slash != std::string::npos) {
    package.name = purl->name;
    package.module = purl->name_space.substr(slash + 1);
  } else {
    package.module = stream_of_nsvc(purl->name + ":" + purl->version);
  }
  return package;
}

std::string module_of_name(std::string_view text) {
  return std::ranges::count(text, ':') == 3 ? stream_of_nsvc(text) : std::string();
}

ProductPackage package_of_name(std::string_view text) {
  ProductPackage package;
  if (text.ends_with(".rpm")) text.remove_suffix(4);
  if (const std::size_t slash = text.find('/');
      slash != std::string_view::npos && text.substr(0, slash).contains(':')) {
    package.module = text.substr(0, slash);
    text = text.substr(slash + 1);
  }
  package.architecture = take_architecture(text);
  package.name = text;
  const std::size_t release = text.rfind('-');
  if (release == std::string_view::npos || release == 0) return package;
  const std::size_t version = text.rfind('-', release - 1);
  if (version == std::string_view::npos || version == 0) return package;
  const std::string_view number = text.substr(version + 1, release - version - 1);
  const std::string_view tail = text.substr(release + 1);
  const bool is_version =
      !package.architecture.empty() || (begins_with_digit(number) && is_release(tail));
  if (!is_version) return package;
  package.name = text.substr(0, version);
  package.version = text.substr(version + 1);
  if (package.version.starts_with("0:")) package.version.erase(0, 2);
  return package;
}

std::optional<FixState> fix_state_of_words(std::string_view category, std::string_view details) {
  const std::string words = to_lower(details);
  if (category == "vendor_fix" || category == "workaround" || category == "mitigation") return {};
  if (words.contains("out of support") || category == "out_of_support") {
    return FixState::end_of_life;
  }
  if (words.contains("will not fix") || words.contains("won't fix")) return FixState::will_not_fix;
  if (words.contains("deferred")) return FixState::deferred;
  if (category == "no_fix_planned") return FixState::will_not_fix;
  if (category == "none_available" || category == "fix_planned" || words == "affected" ||
      words == "new") {
    return FixState::not_fixed;
  }
  return {};
}

bool is_debug_package(std::string_view name) {
  return name.ends_with("-debuginfo") || name.ends_with("-debugsource") ||
         name.contains("-debuginfo-");
}

}  // namespace bulkhead::advisory
