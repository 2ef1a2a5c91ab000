// Package databases that are damaged or too large.
#include <fmt/format.h>

#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

std::vector<TarEntry> status_of(std::string text) {
  return {file("var/lib/dpkg/status", std::move(text))};
}

std::string noise(std::size_t size) {
  std::string bytes;
  bytes.reserve(size);
  for (unsigned x = 7; bytes.size() < size; x = x * 1'664'525 + 1'013'904'223) {
    bytes.push_back(static_cast<char>(x >> 24));
  }
  return bytes;
}

/// A status file whose only bytes come after a hole of 1 TiB.
std::vector<TarEntry> sparse_status(SparseForm form) {
  const std::string text = dpkg_stanza("behind-the-hole");
  TarEntry entry = file("var/lib/dpkg/status", text);
  SparseMap map;
  map.form = form;
  map.real_size_bytes = (std::uint64_t{1} << 40) + text.size();
  map.segments = {{std::uint64_t{1} << 40, text.size()}};
  entry.sparse = std::move(map);
  return {entry};
}

std::string apk_record(std::string_view name, std::string_view version) {
  return fmt::format("P:{}\nV:{}\nA:x86_64\nS:100\nI:200\nT:made for a test\no:{}\nL:MIT\n\n", name,
                     version, name);
}

HostileCase alpine_case(std::string name, std::string why, HostileExpectation expectation,
                        std::function<std::string()> database) {
  return bytes_case(std::move(name), std::move(why), "tar:", std::move(expectation),
                    [database = std::move(database)] {
                      const TarEntry entries[] = {
                          file("etc/alpine-release", "3.18.0\n"),
                          file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.0\n"),
                          file("lib/apk/db/installed", database())};
                      return make_tar(entries);
                    });
}

}  // namespace

void add_database_cases(Cases& cases) {
  const auto all = complete({"anchor", "last"});
  cases.push_back(entries_case("dpkg-binary", "64 KiB of noise as the database",
                               gap({}, {"malformed", "limit-exceeded"}),
                               [] { return status_of(noise(64 << 10)); }));
  cases.push_back(entries_case("dpkg-zeros", "64 KiB of NULs as the database", gap({}, {"*"}),
                               [] { return status_of(std::string(64 << 10, '\0')); }));
  cases.push_back(entries_case("dpkg-empty", "a database of no bytes: an empty inventory is said",
                               with_note({}, "no-packages"), [] { return status_of(""); }));
  cases.push_back(entries_case(
      "dpkg-noise-between", "noise between two good stanzas",
      gap({"anchor", "last"}, {"malformed"}), [] {
        return status_of(dpkg_stanza("anchor") + "no colon in this line\n\n" + dpkg_stanza("last"));
      }));
  cases.push_back(
      entries_case("dpkg-no-last-newline", "the file ends right after a version", all, [] {
        return status_of(dpkg_stanza("anchor") +
                         "Package: last\nStatus: install ok installed\n"
                         "Architecture: amd64\nVersion: 1.0-1");
      }));
  cases.push_back(entries_case("dpkg-carriage-returns", "every line ends as on Windows", all, [] {
    std::string text;
    for (const char c : dpkg_stanza("anchor") + dpkg_stanza("last")) {
      if (c == '\n') text += '\r';
      text += c;
    }
    return status_of(text);
  }));
  cases.push_back(entries_case("dpkg-stanza-20-mib", "one stanza of 20 MiB between two good ones",
                               gap({"anchor"}, {"limit-exceeded"}), [] {
                                 return status_of(
                                     dpkg_stanza("anchor") + "Package: vast\nDescription: x\n " +
                                     std::string(20 << 20, 'd') + "\n\n" + dpkg_stanza("last"));
                               }));
  cases.push_back(entries_case("dpkg-1e6-fields", "one stanza of a million fields, none a version",
                               gap({"anchor"}, {"malformed"}), [] {
                                 std::string text = dpkg_stanza("anchor") + "Package: many\n";
                                 for (int i = 0; i < 1'000'000; ++i) text += "F: v\n";
                                 return status_of(text);
                               }));
  cases.push_back(top_case("dpkg-600k-packages", "more packages than the bound",
                           gap({"p0"}, {"limit-exceeded"}), [] {
                             std::string text;
                             for (int i = 0; i < 600'000; ++i) {
                               text += fmt::format(
                                   "Package: p{}\nStatus: install ok installed\n"
                                   "Architecture: all\nVersion: 1\n\n",
                                   i);
                             }
                             return make_layer(status_of(std::move(text)), Compression::zstd);
                           }));
  cases.push_back(entries_case(
      "dpkg-package-name-of-controls", "a name that would move the cursor",
      gap({"anchor"}, {"malformed"}),
      [] { return status_of(dpkg_stanza("anchor") + dpkg_stanza("evil\x1b[2J\xe2\x80\xae")); }));
  cases.push_back(entries_case(
      "dpkg-version-of-1-mib", "a version of 1 MiB of digits", complete({"anchor", "long"}), [] {
        return status_of(dpkg_stanza("anchor") + dpkg_stanza("long", std::string(1 << 20, '9')));
      }));
  for (const auto& [name, form] : {std::pair{"sparse-1-tib-gnu", SparseForm::gnu_old},
                                   {"sparse-1-tib-pax-0-1", SparseForm::pax_0_1},
                                   {"sparse-1-tib-pax-1-0", SparseForm::pax_1_0}}) {
    cases.push_back(entries_case(name, "the database begins with a hole of 1 TiB",
                                 gap({}, {"limit-exceeded", "malformed"}),
                                 [form] { return sparse_status(form); }));
  }
  cases.push_back(alpine_case("apk-binary", "noise as the database",
                              gap({}, {"malformed", "limit-exceeded"}),
                              [] { return noise(64 << 10); }));
  cases.push_back(alpine_case(
      "apk-noise-between", "a line without a colon between good records",
      gap({"anchor", "last"}, {"malformed"}),
      [] { return apk_record("anchor", "1.0-r0") + "noise\n\n" + apk_record("last", "1.0-r0"); }));
  cases.push_back(alpine_case("apk-record-cut", "the last record ends in the middle of a line",
                              complete({"anchor"}),
                              [] { return apk_record("anchor", "1.0-r0") + "P:cut\nV:1."; }));
  cases.push_back(alpine_case("apk-record-20-mib", "one record of 20 MiB",
                              gap({"anchor"}, {"limit-exceeded"}), [] {
                                return apk_record("anchor", "1.0-r0") +
                                       "P:vast\nV:1-r0\nT:" + std::string(20 << 20, 't') + "\n\n";
                              }));
}

}  // namespace bulkhead::test_support::hostile
