#include "tests/support/hostile.h"

#include <nlohmann/json.hpp>

#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support {
namespace hostile {
namespace {

constexpr std::string_view kOsRelease =
    "PRETTY_NAME=\"Debian GNU/Linux 11 (bullseye)\"\nID=debian\nVERSION_ID=\"11\"\n";

std::string_view prefix_of(Layout layout) {
  switch (layout) {
    case Layout::oci_archive:
      return "oci-archive:";
    case Layout::oci_dir:
      return "oci-dir:";
    case Layout::docker_archive:
    case Layout::docker_archive_oci:
      break;
  }
  return "docker-archive:";
}

}  // namespace

std::string dpkg_stanza(std::string_view name, std::string_view version) {
  return "Package: " + std::string(name) +
         "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + std::string(version) +
         "\nDescription: made for a test\n\n";
}

std::vector<TarEntry> base_entries() {
  return {directory("etc/"),
          symlink("etc/os-release", "../usr/lib/os-release"),
          directory("usr/"),
          directory("usr/lib/"),
          file("usr/lib/os-release", std::string(kOsRelease)),
          directory("var/"),
          directory("var/lib/"),
          directory("var/lib/dpkg/"),
          file("var/lib/dpkg/status", dpkg_stanza("anchor"))};
}

std::vector<TarEntry> top_entries() {
  return {file("var/lib/dpkg/status", dpkg_stanza("anchor") + dpkg_stanza("extra"))};
}

Layer base_layer() { return make_layer(base_entries()); }
Layer top_layer(Compression compression) { return make_layer(top_entries(), compression); }
Layer layer_of_bytes(std::string tar) { return {.tar = std::move(tar)}; }

Layer layer_of_blob(std::string stored, Compression compression, std::string_view plain) {
  Layer layer{.tar = {}, .compression = compression};
  layer.stored = std::move(stored);
  layer.diff_id = sha256_digest(plain);
  return layer;
}

Image two_layers(Layer top) {
  Image image;
  image.layers = {base_layer(), std::move(top)};
  image.tags = {"hostile.example/case:1"};
  return image;
}

HostileExpectation complete(std::vector<std::string> packages) {
  return {.exit_codes = {0}, .packages = std::move(packages)};
}

HostileExpectation gap(std::vector<std::string> packages, std::vector<std::string> note_codes) {
  return {.exit_codes = {3}, .packages = std::move(packages), .note_codes = std::move(note_codes)};
}

HostileExpectation refused(std::vector<std::string> note_codes) {
  return {.exit_codes = {3}, .needs_report = false, .note_codes = std::move(note_codes)};
}

HostileExpectation with_note(std::vector<std::string> packages, std::string note_code) {
  return {.exit_codes = {0}, .packages = std::move(packages), .note_codes = {std::move(note_code)}};
}

HostileCase members_case(std::string name, std::string why, Layout layout,
                         HostileExpectation expectation, std::function<Members()> make) {
  return {std::move(name), std::move(why), std::string(prefix_of(layout)), std::move(expectation),
          [layout, make = std::move(make)](const std::string& path) {
            const Members members = make();
            if (layout == Layout::oci_dir) return write_folder(members, path);
            return write_file(path, archive_of(members));
          }};
}

HostileCase top_case(std::string name, std::string why, HostileExpectation expectation,
                     std::function<Layer()> make) {
  return members_case(std::move(name), std::move(why), Layout::docker_archive,
                      std::move(expectation), [make = std::move(make)] {
                        const Image image = two_layers(make());
                        return lay_out({&image, 1}, Layout::docker_archive);
                      });
}

HostileCase entries_case(std::string name, std::string why, HostileExpectation expectation,
                         std::function<std::vector<TarEntry>()> entries) {
  return top_case(std::move(name), std::move(why), std::move(expectation),
                  [entries = std::move(entries)] { return make_layer(entries()); });
}

HostileCase bytes_case(std::string name, std::string why, std::string prefix,
                       HostileExpectation expectation, std::function<std::string()> make) {
  return {std::move(name), std::move(why), std::move(prefix), std::move(expectation),
          [make = std::move(make)](const std::string& path) { return write_file(path, make()); }};
}

}  // namespace hostile

std::span<const HostileCase> hostile_cases() {
  static const std::vector<HostileCase> kCases = [] {
    std::vector<HostileCase> cases;
    hostile::add_archive_cases(cases);
    hostile::add_blob_cases(cases);
    hostile::add_manifest_cases(cases);
    hostile::add_layer_cases(cases);
    hostile::add_link_cases(cases);
    hostile::add_database_cases(cases);
    hostile::add_bomb_cases(cases);
    return cases;
  }();
  return kCases;
}

std::string hostile_expectations_json(std::span<const HostileCase> cases) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const HostileCase& row : cases) {
    const HostileExpectation& want = row.expectation;
    list.push_back({{"name", row.name},
                    {"why", row.why},
                    {"target", row.prefix + row.file_name()},
                    {"exit_codes", want.exit_codes},
                    {"needs_report", want.needs_report},
                    {"packages", want.packages},
                    {"absent_packages", want.absent_packages},
                    {"note_codes", want.note_codes}});
  }
  return list.dump(1) + "\n";
}

}  // namespace bulkhead::test_support
