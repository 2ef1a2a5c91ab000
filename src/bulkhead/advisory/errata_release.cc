#include "bulkhead/advisory/errata_release.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/errata.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

using Found = Result<ErrataRelease>;

Found no_release() { return fail(Code::unsupported, "nothing names the release"); }

/// The number that follows `before`; empty where it does not stand there.
std::string_view number_after(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

/// "baseos" of "rocky-linux-9-x86-64-baseos-rpms" and
/// "almalinux-9-for-x86_64-baseos-rpms__9_1_default".
std::string repository_of(std::string_view collection) {
  constexpr std::string_view kMachines[] = {"-x86_64_v2-", "-x86_64-", "-x86-64-", "-aarch64-",
                                            "-ppc64le-",   "-s390x-",  "-i686-"};
  const std::size_t end = collection.find("-rpms");
  if (end == std::string_view::npos) return {};
  for (const std::string_view machine : kMachines) {
    const std::size_t at = collection.find(machine);
    const std::size_t begin = at + machine.size();
    if (at != std::string_view::npos && begin < end) {
      return std::string(collection.substr(begin, end - begin));
    }
  }
  return {};
}

/// @see https://docs.aws.amazon.com/linux/al2023/ug/alas.html
Found amazon(const ErrataNames& names) {
  std::string_view rest = names.id.substr(std::string_view("ALAS").size());
  std::string_view release;
  for (const std::string_view one : {"2023", "2022", "2"}) {
    if (release.empty() && rest.starts_with(one)) release = one;
  }
  rest.remove_prefix(release.size());
  if (release.empty()) {
    // "ALAS-2018-939" was once the name in both Amazon Linux AMI and Amazon Linux 2.
    if (names.collection.starts_with("amazon-linux-ami")) release = "1";
    if (release.empty()) release = number_after(names.collection, "amazon-linux-");
    if (release.empty()) release = tag_number(names.version, "amzn");
  }
  if (release.empty()) return no_release();
  ErrataRelease found{fmt::format("Amazon Linux:{}", release), "core"};
  constexpr std::string_view kTopic = "---";
  if (const std::size_t at = names.collection.find(kTopic); at != std::string_view::npos) {
    found.part = names.collection.substr(at + kTopic.size());
  } else if (!rest.empty() && rest.front() != '-') {
    // "KERNEL-5.15-2022-001": the topic, the year, the number.
    for (int part = 0; part < 2; ++part) rest = rest.substr(0, rest.rfind('-'));
    found.part = to_lower(rest);
  }
  return found;
}

/// Rebuilds of Red Hat's, and itself: numbers in the release's name, the collection's, the
/// versions.
Found enterprise(const ErrataNames& names, std::string_view ecosystem, std::string_view release,
                 std::string_view collection) {
  std::string_view number = number_after(names.release, release);
  if (number.empty()) number = number_after(names.collection, collection);
  if (number.empty()) number = tag_number(names.version, "el");
  if (number.empty()) return no_release();
  return ErrataRelease{fmt::format("{}:{}", ecosystem, number), repository_of(names.collection)};
}

Found alma(const ErrataNames& names) {
  return enterprise(names, "AlmaLinux", "AlmaLinux ", "almalinux-");
}
Found rocky(const ErrataNames& names) {
  return enterprise(names, "Rocky Linux", "Rocky Linux ", "rocky-linux-");
}
Found oracle(const ErrataNames& names) {
  return enterprise(names, "Oracle Linux", "Oracle Linux ", "ol");
}

Found red_hat(const ErrataNames& names) {
  for (const std::string_view stream : {"-eus-", "-aus-", "-tus-", "-e4s-", "-els-"}) {
    if (names.collection.contains(stream)) {
      return fail(Code::unsupported, "of a stream of a minor release, which is not named");
    }
  }
  return enterprise(names, "Red Hat", "Red Hat Enterprise Linux ", "rhel-");
}

/// @see https://bodhi.fedoraproject.org/docs/user/update_states.html
Found fedora(const ErrataNames& names) {
  if (names.id.starts_with("FEDORA-EPEL-")) {
    return fail(Code::unsupported, "of EPEL, whose packages are not a distribution's own");
  }
  if (names.id.starts_with("FEDORA-FLATPAK-") || names.id.starts_with("FEDORA-CONTAINER-")) {
    return fail(Code::unsupported, "of flatpaks or containers, not of the release's packages");
  }
  std::string_view number = number_after(names.release, "Fedora ");
  if (number.empty() && names.collection.starts_with('F')) {
    number = number_after(names.collection, "F");
  }
  if (number.empty()) number = tag_number(names.version, "fc");
  if (number.empty()) return no_release();
  const bool is_modular =
      names.id.starts_with("FEDORA-MODULAR-") || names.release.ends_with(" Modular");
  return ErrataRelease{fmt::format("Fedora:{}", number), is_modular ? "modular" : "everything"};
}

/// @see https://bottlerocket.dev/en/os/latest/version-information/, "Security Advisories"
Found bottlerocket(const ErrataNames&) { return ErrataRelease{"Bottlerocket", ""}; }

/// "SUSE-SLE-Module-Basesystem-15-SP4-2023-1582": the product, its release, the year, the number.
Found suse(const ErrataNames& names) {
  std::string_view product = names.id;
  for (int part = 0; part < 2; ++part) {
    const std::size_t dash = product.rfind('-');
    if (dash == std::string_view::npos) return no_release();
    product = product.substr(0, dash);
  }
  constexpr std::string_view kLeap = "openSUSE-SLE-";
  constexpr std::string_view kSle = "SUSE-SLE-";
  constexpr std::string_view kMicro = "SUSE-SUSE-MicroOS-";
  if (product.starts_with(kLeap)) {
    return ErrataRelease{fmt::format("openSUSE:Leap {}", product.substr(kLeap.size())), ""};
  }
  if (const std::string_view leap = names.release.substr(
          std::min(names.release.size(), names.release.find("openSUSE Leap ")));
      !leap.empty()) {
    const std::string_view text = leap.substr(std::string_view("openSUSE Leap ").size());
    const std::string_view number = text.substr(0, text.find_first_not_of("0123456789."));
    if (!number.empty()) return ErrataRelease{fmt::format("openSUSE:Leap {}", number), ""};
  }
  if (product.starts_with(kMicro)) {
    return ErrataRelease{fmt::format("SUSE:Micro {}", product.substr(kMicro.size())), ""};
  }
  if (!product.starts_with(kSle)) return no_release();
  const std::string_view part = product.substr(kSle.size());
  const std::size_t digit = part.find_first_of("0123456789");
  if (digit == std::string_view::npos || digit == 0 || part[digit - 1] != '-') return no_release();
  std::string release(part.substr(digit));
  if (const std::size_t pack = release.find("-SP"); pack != std::string::npos) release[pack] = ' ';
  return ErrataRelease{normal_ecosystem(fmt::format("SUSE:Linux Enterprise {} {}",
                                                    part.substr(0, digit - 1), release)),
                       std::string(part.substr(0, digit - 1))};
}

struct Publisher {
  std::string_view prefix;  // of its ids
  Found (*release)(const ErrataNames& names);
};

constexpr Publisher kPublishers[] = {
    {"ALAS", amazon},        {"ALBA-", alma},    {"ALEA-", alma},    {"ALSA-", alma},
    {"BRSA-", bottlerocket}, {"ELBA-", oracle},  {"ELEA-", oracle},  {"ELSA-", oracle},
    {"FEDORA-", fedora},     {"RHBA-", red_hat}, {"RHEA-", red_hat}, {"RHSA-", red_hat},
    {"RLBA-", rocky},        {"RLEA-", rocky},   {"RLSA-", rocky},   {"SUSE-", suse},
    {"openSUSE-", suse},
};

/// Whose ids are all of the table above.
constexpr std::string_view kSenders[] = {"@almalinux.org", "@rockylinux.org", "@amazon.com",
                                         "@fedoraproject.org"};

}  // namespace

Result<ErrataRelease> release_of_errata(const ErrataNames& names) {
  // Its ids are those of GitHub's advisories.
  if (names.collection == "bottlerocket") return bottlerocket(names);
  const auto* publisher = std::ranges::find_if(
      kPublishers, [&](const Publisher& one) { return names.id.starts_with(one.prefix); });
  if (publisher != std::end(kPublishers)) return publisher->release(names);
  const bool is_known = std::ranges::any_of(
      kSenders, [&](std::string_view sender) { return names.from.ends_with(sender); });
  if (is_known) return fail(Code::malformed, "its id is none of its publisher's");
  return fail(Code::unsupported, "of a publisher that is not known");
}

}  // namespace bulkhead::advisory
