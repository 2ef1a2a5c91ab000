#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/pending/apt_release.h"
#include "bulkhead/pending/read_repositories.h"

namespace bulkhead::pending {
namespace {

// As apt prefers them, by what they cost to fetch; the last is the plain one.
constexpr std::array<std::string_view, 5> kEndings = {".xz", ".zst", ".bz2", ".gz", ""};

/// The folder of a suite below the repository: "dists/bookworm/"; "" or "a/" of a flat one.
std::string folder_of(const Repository& repository) {
  if (!repository.suite.ends_with('/')) return fmt::format("dists/{}/", repository.suite);
  std::string folder = repository.suite;
  while (folder.starts_with("./")) folder.erase(0, 2);
  return folder == "/" ? std::string() : folder;
}

std::string label_of(const Repository& repository) {
  const std::string url = display_name({repository.url, ""});
  if (repository.component.empty()) return fmt::format("{} {}", url, repository.suite);
  return fmt::format("{} {}/{}", url, repository.suite, repository.component);
}

/// The architectures of installed packages, dpkg's own first.
std::vector<std::string> installed_architectures(std::span<const Package> packages) {
  std::vector<std::string> names = {main_architecture(packages, PackageType::deb, "all")};
  for (const Package& package : packages) {
    if (package.type != PackageType::deb || package.architecture == "all") continue;
    if (package.name == "dpkg") names.front() = package.architecture;
  }
  std::set<std::string> others;
  for (const Package& package : packages) {
    if (package.type == PackageType::deb && package.architecture != "all" &&
        !package.architecture.empty()) {
      others.insert(package.architecture);
    }
  }
  others.erase(names.front());
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

/// A suite's Release file, read once for all of its components.
struct Suite {
  std::string url;
  std::string folder;
  std::optional<AptRelease> release;  // nothing: it has none
};

Result<Suite> read_suite(const Repository& repository, Reading& reading) {
  Suite suite{repository.url, folder_of(repository), {}};
  for (const std::string_view name : {"InRelease", "Release"}) {
    const FileName file{suite.url, suite.folder + std::string(name)};
    const auto text = reading.files.fetch(file, {}, kMostDocumentBytes);
    if (!text) {
      if (text.error().code == Code::not_found) continue;
      return std::unexpected(text.error());
    }
    auto release = parse_apt_release(*text);
    if (!release) return std::unexpected(located(std::move(release).error(), display_name(file)));
    suite.release = *std::move(release);
    return suite;
  }
  // apt takes a suite without one only if it is told to trust it; its packages are there all the
  // same.
  reading.notes.add({NoteLevel::info, "index-not-verified",
                     "the suite has no Release file: its index is read unverified",
                     display_name({suite.url, suite.folder})});
  return suite;
}

/// One Packages file, in the first form that there is.
Result<std::vector<Offer>> read_packages(const Suite& suite, const std::string& path,
                                         const WantedNames& wanted, Reading& reading) {
  Error error{Code::not_found, "apt: the Release file lists no such index",
              display_name({suite.url, suite.folder + path})};
  for (const std::string_view ending : kEndings) {
    const std::string name = path + std::string(ending);
    Expected expected;
    if (suite.release) {
      const auto listed = suite.release->files.find(name);
      if (listed == suite.release->files.end()) continue;
      expected = listed->second;
    }
    auto rows = read_rows(reading, {suite.url, suite.folder + name}, expected, wanted,
                          "apt Packages", read_apt_packages);
    if (rows || rows.error().code != Code::not_found) return rows;
    error = std::move(rows).error();
  }
  return std::unexpected(std::move(error));
}

/// The indexes of one repository: those of the architectures that it and the target have.
void read_repository(const Repository& repository, const Suite& suite,
                     const std::vector<std::string>& installed, const WantedNames& wanted,
                     Reading& reading) {
  Source source{PackageType::deb, label_of(repository)};
  if (suite.release) {
    source.priority = suite.release->priority();
    source.is_security = suite.release->is_security(repository.suite);
  }
  if (repository.component.empty()) {
    auto rows = read_packages(suite, "Packages", wanted, reading);
    if (!rows) return note_unread(reading, rows.error(), source.label);
    return add_source(reading, std::move(source), *std::move(rows));
  }
  std::vector<std::string> names = installed;
  if (suite.release && !suite.release->has_all_in_each) names.emplace_back("all");
  for (const std::string& name : names) {
    const auto is_in = [&](const std::vector<std::string>& list) {
      return list.empty() || std::ranges::find(list, name) != list.end();
    };
    const bool is_first = &name == &names.front();
    if (name != "all" && !is_in(repository.architectures)) continue;
    // A foreign architecture is not everywhere; the system's own is missed where it lacks.
    if (!is_first && suite.release && !is_in(suite.release->architectures)) continue;
    auto rows = read_packages(
        suite, fmt::format("{}/binary-{}/Packages", repository.component, name), wanted, reading);
    if (!rows) {
      note_unread(reading, rows.error(), source.label);
      continue;
    }
    add_source(reading, source, *std::move(rows));
  }
}

}  // namespace

void read_apt_repositories(std::span<const Repository> repositories, Reading& reading) {
  const WantedNames wanted(reading.packages, PackageType::deb);
  const std::vector<std::string> architectures = installed_architectures(reading.packages);
  std::vector<Suite> suites;
  std::set<std::pair<std::string, std::string>> failed;
  std::set<std::string> seen;
  for (const Repository& repository : repositories) {
    if (!seen.insert(label_of(repository)).second) continue;  // apt, too, takes it once
    const std::string folder = folder_of(repository);
    if (failed.contains({repository.url, folder})) continue;
    auto suite = std::ranges::find_if(suites, [&](const Suite& known) {
      return known.url == repository.url && known.folder == folder;
    });
    if (suite == suites.end()) {
      auto read = read_suite(repository, reading);
      if (!read) {
        failed.emplace(repository.url, folder);
        note_unread(reading, read.error(), label_of(repository));
        continue;
      }
      suite = suites.insert(suites.end(), *std::move(read));
    }
    read_repository(repository, *suite, architectures, wanted, reading);
  }
}

}  // namespace bulkhead::pending
