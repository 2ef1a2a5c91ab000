#include "bulkhead/advisory/debian_releases.h"

#include <algorithm>

namespace bulkhead::advisory {
namespace {

struct DebianRelease {
  std::string_view codename;
  std::string_view number;
};

// https://www.debian.org/releases/ and https://wiki.debian.org/DebianReleases. Releases before etch
// are named with their point, as OSV does ("Debian:3.1"). Testing has no VERSION_ID until shortly
// before its release, so its code name is all that there is.
constexpr DebianRelease kReleases[] = {
    {"buzz", "1.1"},    {"rex", "1.2"},      {"bo", "1.3"},    {"hamm", "2.0"},  {"slink", "2.1"},
    {"potato", "2.2"},  {"woody", "3.0"},    {"sarge", "3.1"}, {"etch", "4"},    {"lenny", "5"},
    {"squeeze", "6"},   {"wheezy", "7"},     {"jessie", "8"},  {"stretch", "9"}, {"buster", "10"},
    {"bullseye", "11"}, {"bookworm", "12"},  {"trixie", "13"}, {"forky", "14"},  {"duke", "15"},
    {"sid", "sid"},     {"unstable", "sid"},
};

}  // namespace

std::string_view debian_release(std::string_view codename) {
  const auto* found = std::ranges::find(kReleases, codename, &DebianRelease::codename);
  return found == std::end(kReleases) ? std::string_view() : found->number;
}

}  // namespace bulkhead::advisory
