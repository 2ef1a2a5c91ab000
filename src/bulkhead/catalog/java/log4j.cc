#include "bulkhead/catalog/java/log4j.h"

#include <algorithm>
#include <iterator>

namespace bulkhead::catalog::java {
namespace {

constexpr std::size_t kMostSeen = 256;  // in one archive

/// A class of log4j-core, below "org/apache/logging/log4j/core/".
struct Class {
  std::string_view name;
  std::string_view since;  // the first of the versions below that has it; empty: says nothing
};

// Source: the members of the archives of the versions below on the central repository.
constexpr Class kClasses[] = {
    {"lookup/JndiLookup.class", {}},
    {"lookup/Interpolator.class", {}},
    {"config/AppenderControl.class", {}},
    // Oldest first: the last that is there decides.
    {"helpers/Closer.class", "2.0-beta9"},
    {"util/Closer.class", "2.0"},
    {"net/JndiManager.class", "2.1"},
    {"StringLayout.class", "2.8.2"},
    {"time/Instant.class", "2.11.2"},
    {"config/HttpWatcher.class", "2.12.1"},
    {"lookup/UpperLookup.class", "2.13.3"},
    {"appender/rolling/RolloverListener.class", "2.14.1"},
    {"config/arbiters/Arbiter.class", "2.15.0"},
    {"lookup/PropertiesLookup.class", "2.17.1"},
    {"net/MailManager.class", "2.20.0"},
};
constexpr std::size_t kJndiLookup = 0;
constexpr std::size_t kInterpolator = 1;
constexpr std::size_t kAppenderControl = 2;

struct Release {
  std::string_view version;
  std::uint32_t interpolator;  // CRC-32 of the class
  std::uint32_t appender_control;
};

// 2.1 and 2.3 are alike in these.
constexpr Release kReleases[] = {
    {"2.0-beta9", 0x1954f473, 0xf9f7ed19}, {"2.0", 0xc306bd23, 0xbbbd1c97},
    {"2.3", 0xca9ad0f4, 0x51fe06e0},       {"2.3.2", 0xb199e9aa, 0xfbb4eedc},
    {"2.8.2", 0xeca932b5, 0x9b4f53ae},     {"2.11.2", 0xdc7604d3, 0x8f6eebab},
    {"2.12.1", 0x4d72e734, 0xf52a6ae8},    {"2.12.2", 0x6a4b2ed9, 0xf52a6ae8},
    {"2.12.4", 0x863671a0, 0x843a5532},    {"2.13.3", 0x2bc8ddec, 0x589c9fb7},
    {"2.14.0", 0x4d3a6233, 0x49b5acdd},    {"2.14.1", 0x675e3e51, 0xb1a60e38},
    {"2.15.0", 0x675e3e51, 0xa8853789},    {"2.16.0", 0xad80ef0c, 0x27d078e2},
    {"2.17.0", 0xc9aca7ae, 0xf2dbd3bb},    {"2.17.1", 0x2ab0cc34, 0x2bfe0ace},
    {"2.20.0", 0x4234d152, 0xc0b384d4},
};

/// Does `member` end in the class `name`, at the begin of a folder's name?
bool is_class(std::string_view member, std::string_view name) {
  if (!member.ends_with(name)) return false;
  return member.size() > name.size() && member[member.size() - name.size() - 1] == '/';
}

}  // namespace

void Log4jClasses::add(std::string_view member, std::uint32_t crc32) {
  if (seen_.size() >= kMostSeen) return;
  for (std::size_t i = 0; i < std::size(kClasses); ++i) {
    if (!is_class(member, kClasses[i].name)) continue;
    seen_.push_back(
        {std::string(member.substr(0, member.size() - kClasses[i].name.size())), i, crc32});
  }
}

std::optional<Log4jVersion> Log4jClasses::find() const {
  const auto lookup = std::ranges::find(seen_, kJndiLookup, &Seen::what);
  if (lookup == seen_.end()) return std::nullopt;
  Log4jVersion found;
  found.folder = lookup->folder;
  std::uint32_t interpolator = 0;
  std::uint32_t appender_control = 0;
  std::size_t newest = 0;
  for (const Seen& seen : seen_) {
    if (seen.folder != found.folder) continue;
    if (seen.what == kInterpolator) interpolator = seen.crc32;
    if (seen.what == kAppenderControl) appender_control = seen.crc32;
    if (!kClasses[seen.what].since.empty()) newest = std::max(newest, seen.what);
  }
  for (const Release& release : kReleases) {
    if (release.interpolator != interpolator || release.appender_control != appender_control) {
      continue;
    }
    found.version = release.version;
    found.is_exact = true;
    return found;
  }
  found.version = kClasses[newest].since;
  return found;
}

}  // namespace bulkhead::catalog::java
