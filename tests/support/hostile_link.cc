// Links that leave the image, go round or lead nowhere, and things that are no files where files
// are wanted. `base-files` and `libc6` are on every Debian host and in none of these images: they
// would show that the host was read.
#include <fmt/format.h>

#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

const std::string kStatus = "var/lib/dpkg/status";
constexpr std::string_view kUp = "../../../../../../../../";

HostileExpectation not_the_hosts(HostileExpectation want) {
  for (const char* package : {"base-files", "libc6"}) want.absent_packages.emplace_back(package);
  return want;
}

/// The database is not in the image any more, by no fault of the reader: that is said.
HostileExpectation no_database() {
  HostileExpectation want = not_the_hosts(with_note({}, "no-packages"));
  want.absent_packages.emplace_back("anchor");
  return want;
}

/// What lies where the database belongs cannot be read.
HostileExpectation unreadable(std::string code) {
  HostileExpectation want = not_the_hosts(gap({}, {std::move(code)}));
  want.absent_packages.emplace_back("anchor");
  return want;
}

/// A hard link that no reader can make: what was there before is all that there can be.
HostileExpectation link_refused() { return not_the_hosts(gap({"anchor"}, {"not-found"})); }

/// Packages, and nothing says of which system.
HostileExpectation no_system() { return not_the_hosts(gap({"anchor"}, {"unknown-os"})); }

TarEntry special(char type) {
  TarEntry entry = file(kStatus, "");
  entry.type = type;
  entry.device_major = 1;
  entry.device_minor = 5;  // /dev/zero: endless for whoever opens it
  return entry;
}

}  // namespace

void add_link_cases(Cases& cases) {
  using Entries = std::vector<TarEntry>;
  HostileExpectation all = complete({"anchor"});
  all.absent_packages = {"base-files", "libc6"};
  cases.push_back(entries_case(
      "os-release-link-climbs", "above the root there is the root", all,
      [] { return Entries{symlink("etc/os-release", std::string(kUp) + "usr/lib/os-release")}; }));
  cases.push_back(entries_case("os-release-link-absolute", "absolute within the image", all, [] {
    return Entries{symlink("etc/os-release", "/usr/lib/os-release")};
  }));
  struct Link {
    const char* name;
    const char* why;
    Entries entries;
    HostileExpectation want;
  };
  const Link links[] = {
      {"os-release-link-to-host", "to a file that only the host has",
       Entries{symlink("etc/os-release", std::string(kUp) + "proc/self/environ"),
               symlink("usr/lib/os-release", "/proc/self/environ")},
       no_system()},
      {"os-release-link-cycle", "two links that name each other",
       Entries{symlink("etc/os-release", "../usr/lib/os-release"),
               symlink("usr/lib/os-release", "../../etc/os-release")},
       no_system()},
      {"os-release-link-itself", "a link to itself",
       Entries{symlink("etc/os-release", "os-release"), whiteout("usr/lib/os-release")},
       no_system()},
      {"dpkg-folder-link-climbs", "the database's folder is a link to the host's",
       Entries{symlink("var/lib/dpkg", std::string(kUp) + "var/lib/dpkg")},
       unreadable("limit-exceeded")},
      {"dpkg-status-link-to-host", "the database is a link to the host's",
       Entries{symlink(kStatus, "/proc/1/root/var/lib/dpkg/status")}, no_database()},
      {"dpkg-status-link-itself", "the database is a link to itself",
       Entries{symlink(kStatus, "status")}, unreadable("limit-exceeded")},
      {"hardlink-outside", "the database is a hard link to the host's",
       Entries{hardlink(kStatus, std::string(kUp) + "usr/share/dpkg/status")}, link_refused()},
      {"hardlink-missing", "the database is a hard link to nothing",
       Entries{hardlink(kStatus, "no/such/file")}, link_refused()},
      {"hardlink-itself", "the database is a hard link to itself",
       Entries{hardlink(kStatus, kStatus)}, complete({"anchor"})},
      {"hardlink-cycle", "two hard links that name each other",
       Entries{hardlink(kStatus, "opt/a"), hardlink("opt/a", kStatus)}, link_refused()},
      {"hardlink-to-folder", "a hard link to a folder", Entries{hardlink(kStatus, "etc")},
       link_refused()},
      {"status-is-device", "the database is /dev/zero", Entries{special('3')},
       unreadable("unsupported")},
      {"status-is-block-device", "the database is a disk", Entries{special('4')},
       unreadable("unsupported")},
      {"status-is-fifo", "the database is a pipe: opening it waits for ever", Entries{special('6')},
       unreadable("unsupported")},
      {"status-is-folder", "the database became a folder",
       Entries{directory(kStatus + "/"), file(kStatus + "/inside", dpkg_stanza("inside"))},
       unreadable("unsupported")},
      {"dpkg-folder-is-file", "the database's folder became a file",
       Entries{file("var/lib/dpkg", dpkg_stanza("extra"))}, no_database()},
      {"parent-is-link-in-layer", "a folder becomes a link, and a file goes below it",
       Entries{symlink("opt/out", std::string(kUp) + "tmp"), file("opt/out/bulkhead-escaped", "x")},
       complete({"anchor"})},
  };
  for (const Link& row : links) {
    cases.push_back(
        entries_case(row.name, row.why, row.want, [entries = row.entries] { return entries; }));
  }
  cases.push_back(
      entries_case("os-release-100-links", "a chain of links above the bound", no_system(), [] {
        Entries entries{symlink("etc/os-release", "l0"), whiteout("usr/lib/os-release")};
        for (int i = 0; i < 100; ++i) {
          entries.push_back(symlink(fmt::format("etc/l{}", i), fmt::format("l{}", i + 1)));
        }
        entries.push_back(file("etc/l100", "ID=debian\nVERSION_ID=\"11\"\n"));
        return entries;
      }));
}

}  // namespace bulkhead::test_support::hostile
