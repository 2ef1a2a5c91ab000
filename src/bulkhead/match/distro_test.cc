#include "bulkhead/match/distro.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

struct Row {
  std::string id, version, codename;
  std::vector<std::string> id_like;
  std::string want;  // "distro: ecosystems", "~" before it where derived
  std::string_view why;
};

const Row kRows[] = {
    {"debian", "12", "bookworm", {}, "debian: Debian:12", "a stable release"},
    {"debian", "10.13", "", {}, "debian: Debian:10", "a point release of an old debian_version"},
    {"debian", "3.1", "sarge", {}, "debian: Debian:3.1, Debian:3", "a minor number made a release"},
    {"debian", "", "trixie", {}, "debian: Debian:13", "testing has a code name only"},
    {"debian", "", "forky/sid", {}, "debian: Debian:14", "what debian_version of testing says"},
    {"debian", "", "sid", {}, "debian: Debian:sid", "unstable by its code name"},
    {"debian", "unstable", "", {}, "debian: Debian:sid", "unstable by its suite"},
    {"debian", "", "", {}, "debian: ", "nothing says which"},
    {"debian", "", "nonesuch", {}, "debian: ", "an unknown code name is not guessed"},
    {"debian", "12", "nonesuch", {}, "debian: Debian:12", "the number is enough"},
    {"alpine", "3.18.4", "", {}, "alpine: Alpine:v3.18", "the point release is left out"},
    {"alpine", "3.18", "", {}, "alpine: Alpine:v3.18", "no point release"},
    {"alpine", "3.19_alpha20230901", "", {}, "alpine: Alpine:edge", "edge by _alpha"},
    {"alpine", "3.21.0_alpha20240807", "", {}, "alpine: Alpine:edge", "newer edge"},
    {"alpine", "3.18.0_rc1", "", {}, "alpine: Alpine:v3.18", "a release candidate"},
    {"alpine", "edge", "", {}, "alpine: Alpine:edge", "edge by name"},
    {"alpine", "3", "", {}, "alpine: ", "half a number is no release"},
    {"alpine", "", "", {}, "alpine: ", "no number"},
    {"ubuntu", "22.04", "jammy", {"debian"}, "ubuntu: Ubuntu:22.04", "LTS"},
    {"ubuntu", "23.04", "lunar", {"debian"}, "ubuntu: Ubuntu:23.04", "April of an odd year"},
    {"ubuntu", "22.10", "kinetic", {"debian"}, "ubuntu: Ubuntu:22.10", "October"},
    {"wolfi", "20230201", "", {}, "wolfi: Wolfi", "rolling"},
    {"chainguard", "20230214", "", {"wolfi"}, "chainguard: Chainguard", "its own row first"},
    {"raspbian", "11", "bullseye", {"debian"}, "~debian: Debian:11", "a derivative"},
    {"pop",
     "22.04",
     "jammy",
     {"ubuntu", "debian"},
     "~ubuntu: Ubuntu:22.04",
     "the nearest base first"},
    {"devuan", "4", "chimaera", {"debian"}, "~debian: ", "counts in its own way: not Debian 4"},
    {"distroless-like", "11", "", {"debian"}, "~debian: Debian:11", "no code name of its own"},
    {"postmarketos", "v23.06", "", {"alpine"}, "~alpine: ", "no number of Alpine's"},
    {"fedora", "39", "", {}, "none", "no row"},
    {"centos", "7", "", {"rhel", "fedora"}, "none", "no row for what it is like either"},
    {"", "", "", {}, "none", "an empty os-release"},
};

TEST(Distro, NamesTheReleaseAsAdvisoryDataDo) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    OsInfo os;
    os.id = row.id;
    os.version = row.version;
    os.codename = row.codename;
    os.id_like = row.id_like;
    const Release release = find_release(os);
    std::string got = "none";
    if (release.distro != nullptr) {
      got = fmt::format("{}{}: {}", release.is_derived ? "~" : "", release.distro->id,
                        fmt::join(release.ecosystems, ", "));
    }
    EXPECT_EQ(got, row.want);
  }
}

TEST(Distro, RowsAreSortedAndUnique) {
  const auto not_before = [](const Distro& a, const Distro& b) { return a.id >= b.id; };
  EXPECT_EQ(std::ranges::adjacent_find(distros(), not_before), distros().end());
}

}  // namespace
}  // namespace bulkhead::match
