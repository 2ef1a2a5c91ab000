#include "bulkhead/scan/inventory.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

namespace bulkhead::scan {
namespace {

std::vector<JoinFile> files_of(const View& view, std::uint32_t inspector, const FactIndex& facts) {
  std::vector<JoinFile> files;
  for (const ViewFile& file : view) {
    bool is_read = false;
    if (const Facts* found = facts.find(file.content, inspector, is_read)) {
      files.push_back({file.path, file.layer, found});
    }
  }
  return files;
}

/// What makes a package the same one in two layers.
std::string key_of(const Package& package) {
  return fmt::format("{}\n{}\n{}\n{}", type_name(package.type), package.name, package.version,
                     package.architecture);
}

/// Where a package has been since when.
struct Provenance {
  Location location;          // where it appeared
  std::size_t last_step = 0;  // the latest step of the history that still had it
};

/// Packages that all steps of all histories may have together: 2,000 in each of 1,000 layers. A
/// database that a thousand layers touch would otherwise be joined a thousand times.
constexpr std::uint64_t kMostReplayed = 2'000'000;

/// Replays an inspector's history and gives each final package the place where it first appeared.
void trace_provenance(const Inspector& inspector, std::uint32_t index, const History& history,
                      const FactIndex& facts, const std::optional<OsInfo>& os,
                      std::span<Package> packages, std::uint64_t& replayed, Notes& notes) {
  std::unordered_map<std::string, Provenance> seen;
  for (std::size_t step = 0; step < history.size(); ++step) {
    const auto& [layer, view] = history[step];
    if (step > 0 && replayed > kMostReplayed) {
      notes.add({NoteLevel::incomplete, "limit-exceeded",
                 fmt::format("provenance ({}): too many packages in too many layers; what came in "
                             "after layer {} counts as its database's layer",
                             inspector.name, history[step - 1].first)});
      break;
    }
    Inventory then;
    then.os = os;
    Notes ignored(0);  // the final join has said what is to be said
    inspector.join(files_of(view, index, facts), then, ignored);
    replayed += then.packages.size();
    for (const Package& package : then.packages) {
      const auto [at, is_new] = seen.try_emplace(key_of(package));
      if (is_new || at->second.last_step + 1 != step) {
        at->second.location =
            package.locations.empty() ? Location{layer, ""} : package.locations.front();
        at->second.location.layer = layer;
      }
      at->second.last_step = step;
    }
  }
  for (Package& package : packages) {
    const auto found = seen.find(key_of(package));
    if (found == seen.end()) continue;
    const std::vector<Location> now = std::move(package.locations);
    package.locations = {found->second.location};
    for (const Location& location : now) {
      if (location != package.locations.front()) package.locations.push_back(location);
    }
  }
}

/// Gives packages that single files show the layer that first had them at this place: a layer that
/// only changes owners or modes (`chown -R`) brings the same files again, and not the packages.
void trace_files(const Inspector& inspector, std::uint32_t index, const FactIndex& facts,
                 const std::optional<OsInfo>& os, std::span<Package> packages) {
  // Packages of one file (a lock file, a list of packages) stand together: each earlier state of it
  // is joined once for all of them.
  std::string file_path;
  std::unordered_map<const Facts*, std::unordered_set<std::string>> keys_of_facts;
  for (Package& package : packages) {
    const Location now = package.locations.front();
    std::string_view path = now.path;
    path = path.substr(0, path.find("!/"));
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path != file_path) {
      file_path = path;
      keys_of_facts.clear();
    }
    const std::string key = key_of(package);
    for (const auto& [layer, known] : facts.below(now.layer, index, path)) {
      const auto [keys, is_new] = keys_of_facts.try_emplace(known);
      if (is_new) {
        Inventory then;
        then.os = os;
        Notes ignored(0);  // the final join has said what is to be said
        const JoinFile file{path, layer, known};
        inspector.join(std::span(&file, 1), then, ignored);
        for (const Package& earlier : then.packages) keys->second.insert(key_of(earlier));
      }
      if (!keys->second.contains(key)) break;
      package.locations.front().layer = layer;
    }
    if (package.locations.front() != now) package.locations.push_back(now);
  }
}

void make_ids_unique(std::vector<Package>& packages) {
  std::unordered_map<std::string, int> count;
  for (const Package& package : packages) ++count[package.id];
  std::unordered_map<std::string, int> numbered;
  for (Package& package : packages) {
    if (count[package.id] < 2) continue;
    if (!package.locations.empty()) package.id += "#" + package.locations.back().path;
    if (const int number = ++numbered[package.id]; number > 1) {
      package.id += fmt::format("({})", number);
    }
  }
}

/// What makes a package the same one whoever tells of it; lists of packages name no architecture of
/// libraries, and not all of them one of others.
std::string identity_of(const Package& package) {
  return fmt::format("{}\n{}\n{}", type_name(package.type), package.name, package.version);
}

/// Leaves out what a list in the image says of packages that were found themselves, and of those of
/// a system whose own database is there and does not have them: the list is of another image then,
/// or of an earlier state of this one.
/// @param begin, end  Those of the lists among `packages`.
void drop_told_twice(std::vector<Package>& packages, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  std::unordered_set<std::string> found;
  std::set<PackageType> databases;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (i >= begin && i < end) continue;
    found.insert(identity_of(packages[i]));
    if (!is_library(packages[i].type)) databases.insert(packages[i].type);
  }
  const auto first = packages.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = packages.begin() + static_cast<std::ptrdiff_t>(end);
  packages.erase(std::remove_if(first, last,
                                [&](const Package& package) {
                                  return databases.contains(package.type) ||
                                         !found.insert(identity_of(package)).second;
                                }),
                 last);
}

}  // namespace

void settle_packages(std::vector<Package>& packages) {
  std::ranges::sort(packages, {}, [](const Package& package) {
    return std::tie(package.type, package.name, package.version, package.architecture, package.id);
  });
  make_ids_unique(packages);
}

Inventory join_inventory(std::span<const Inspector> inspectors, std::span<const History> histories,
                         const FactIndex& facts, Notes& notes) {
  Inventory inventory;
  constexpr std::string_view kLists = "sbom";  // the inspector of lists of packages
  std::size_t lists_begin = 0;
  std::size_t lists_end = 0;
  std::uint64_t replayed = 0;
  for (std::uint32_t i = 0; i < inspectors.size(); ++i) {
    const History& history = histories[i];
    if (history.empty()) continue;
    const std::size_t before = inventory.packages.size();
    inspectors[i].join(files_of(history.back().second, i, facts), inventory, notes);
    const auto added = std::span(inventory.packages).subspan(before);
    if (inspectors[i].name == kLists) {
      lists_begin = before;
      lists_end = inventory.packages.size();
    }
    if (inspectors[i].patterns.empty()) {
      trace_files(inspectors[i], i, facts, inventory.os, added);
    } else if (history.size() > 1 && !added.empty()) {
      trace_provenance(inspectors[i], i, history, facts, inventory.os, added, replayed, notes);
    }
  }
  drop_told_twice(inventory.packages, lists_begin, lists_end);
  settle_packages(inventory.packages);
  return inventory;
}

}  // namespace bulkhead::scan
