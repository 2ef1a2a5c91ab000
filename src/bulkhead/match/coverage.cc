#include "bulkhead/match/coverage.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/sources.h"
#include "bulkhead/match/signed_kernel.h"
#include "bulkhead/model/library_name.h"

namespace bulkhead::match {
namespace {

constexpr std::string_view kBitnami = "Bitnami";
// Names of packages that a note tells; the rest is counted.
constexpr std::size_t kMaxExamples = 5;

void note(Notes& notes, NoteLevel level, std::string code, std::string what,
          std::string where = {}) {
  notes.add({level, std::move(code), std::move(what), std::move(where), {}});
}

std::string name_of(const OsInfo& os) {
  if (!os.pretty_name.empty()) return os.pretty_name;
  return os.version.empty() ? os.id : os.id + " " + os.version;
}

std::vector<std::string> present_in(const AdvisorySource& source,
                                    const std::vector<std::string>& ecosystems) {
  std::vector<std::string> present;
  for (const std::string& ecosystem : ecosystems) {
    if (source.has_ecosystem(ecosystem)) present.push_back(ecosystem);
  }
  return present;
}

/// Says whose rules are used where they are not the system's own.
void note_base(const OsInfo& os, const Release& release, Notes& notes) {
  const std::string_view base =
      release.ecosystems.empty() ? release.distro->id : release.ecosystems.front();
  if (release.is_derived) {
    note(notes, NoteLevel::info, "derived-os",
         fmt::format("{} (ID={}) is matched as {}, which it says it is like", name_of(os), os.id,
                     base),
         os.source_path);
  }
  if (!release.distro->borrowed.empty()) {
    const std::string_view stream =
        os.variant == "stream" ? "; Stream runs ahead of it, so its versions may differ" : "";
    note(notes, NoteLevel::info, "derived-os",
         fmt::format("{} is matched as {}: {}{}", name_of(os), base, release.distro->borrowed,
                     stream),
         os.source_path);
  }
}

/// How data of one of `ecosystems` come into the store.
std::string next_step(const std::vector<std::string>& ecosystems) {
  for (const std::string& ecosystem : ecosystems) {
    if (advisory::files_of(ecosystem).empty()) continue;
    return fmt::format("`bulkhead db update \"{}\"` fetches them", ecosystem);
  }
  return fmt::format(
      "no public source of them that can be read is known: `bulkhead db import` "
      "takes files of {}",
      fmt::join(ecosystems, " or "));
}

/// The names of the release that there are data for, or none and a note that says why.
std::vector<std::string> ecosystems_to_ask(const OsInfo& os, const Release& release,
                                           std::size_t package_count, const AdvisorySource& source,
                                           Notes& notes) {
  if (release.distro == nullptr) {
    note(notes, NoteLevel::incomplete, "unsupported-os",
         fmt::format("there are no rules for {} (ID={}): {} packages were not matched", name_of(os),
                     os.id, package_count),
         os.source_path);
    return {};
  }
  note_base(os, release, notes);
  if (release.ecosystems.empty()) {
    note(notes, NoteLevel::incomplete, "no-advisory-data",
         fmt::format("which release of {} this is cannot be told (VERSION_ID '{}', code name "
                     "'{}'): {} packages were not matched",
                     release.distro->id, os.version, os.codename, package_count),
         os.source_path);
    return {};
  }
  std::vector<std::string> present = present_in(source, release.ecosystems);
  if (present.empty()) {
    note(notes, NoteLevel::incomplete, "no-advisory-data",
         fmt::format("there is no advisory data for {}: {} packages were not matched; {}",
                     name_of(os), package_count, next_step(release.ecosystems)),
         os.source_path);
  }
  return present;
}

/// The vendor of more than half of those that name one; empty where there is none such.
std::string_view main_vendor(const std::vector<const Package*>& packages) {
  std::map<std::string_view, std::size_t> counts;
  std::size_t total = 0;
  for (const Package* package : packages) {
    if (package->vendor().empty()) continue;
    ++counts[package->vendor()];
    ++total;
  }
  for (const auto& [vendor, count] : counts) {
    if (count * 2 > total) return vendor;
  }
  return {};
}

/// Takes the packages that others than the distribution built out of `packages`.
void drop_foreign(std::vector<const Package*>& packages, const OsInfo& os, const Distro& distro,
                  Notes& notes) {
  const std::string_view main = main_vendor(packages);
  std::map<std::string_view, std::vector<std::string_view>> foreign;
  std::erase_if(packages, [&](const Package* package) {
    const bool is_own = package->vendor() == main || is_own_vendor(distro, package->vendor());
    if (!is_own) foreign[package->vendor()].push_back(package->name);
    return !is_own;
  });
  for (auto& [vendor, names] : foreign) {
    const std::size_t count = names.size();
    std::ranges::sort(names);
    if (count > kMaxExamples) names.resize(kMaxExamples);
    note(notes, NoteLevel::info, "package-not-covered",
         fmt::format("{} packages of '{}' that the advisory data of {} do not cover: {}{}", count,
                     vendor, name_of(os), fmt::join(names, ", "),
                     count > kMaxExamples ? ", ..." : ""));
  }
}

void note_uncovered(const std::map<std::string_view, std::size_t>& uncovered,
                    const std::string& whose, Notes& notes) {
  for (const auto& [type, count] : uncovered) {
    note(notes, NoteLevel::info, "package-not-covered",
         fmt::format("packages of type {} that {} do not cover: {}", type, whose, count));
  }
}

/// Puts what signed kernels are held against in their place.
void hold_signed_kernels(Batch& batch) {
  for (const Package*& package : batch.packages) {
    if (package->type != PackageType::deb) continue;
    std::optional<Package> held = with_kernel_source(*package);
    if (held) package = &batch.held_otherwise.emplace_back(*std::move(held));
  }
}

void add_system_batch(const std::vector<const Package*>& packages, const OsInfo& os,
                      const AdvisorySource& source, Notes& notes, std::vector<Batch>& batches) {
  const Release release = find_release(os);
  Batch batch;
  batch.ecosystems = ecosystems_to_ask(os, release, packages.size(), source, notes);
  if (batch.ecosystems.empty()) return;
  std::map<std::string_view, std::size_t> uncovered;
  for (const Package* package : packages) {
    if (package->type == release.distro->type) {
      batch.packages.push_back(package);
    } else {
      ++uncovered[type_name(package->type)];
    }
  }
  note_uncovered(uncovered, "the advisory data of " + name_of(os), notes);
  drop_foreign(batch.packages, os, *release.distro, notes);
  hold_signed_kernels(batch);
  batch.scheme = version::find_scheme(release.distro->scheme);
  batch.extended = present_in(source, release.extended);
  batch.extended_name = release.distro->extended_name;
  batch.el_release = release.el_release;
  batch.has_binary_names = release.distro->has_binary_names;
  batch.is_borrowed = release.is_derived || !release.distro->borrowed.empty();
  batches.push_back(std::move(batch));
}

/// Packages of one ecosystem that is the same on every system.
void add_ecosystem_batch(std::vector<const Package*> packages, PackageType type,
                         std::string_view ecosystem, const version::Scheme* scheme,
                         const AdvisorySource& source, Notes& notes, std::vector<Batch>& batches) {
  if (packages.empty()) return;
  Batch batch;
  batch.ecosystems = present_in(source, {std::string(ecosystem)});
  if (batch.ecosystems.empty()) {
    note_uncovered({{type_name(type), packages.size()}}, "the imported advisory data", notes);
    return;
  }
  for (const Package*& package : packages) {
    std::string key = library_key(ecosystem, package->name);
    if (key == package->name) continue;
    Package held = *package;
    held.source_name = std::move(key);
    package = &batch.held_otherwise.emplace_back(std::move(held));
  }
  batch.packages = std::move(packages);
  batch.scheme = scheme;
  batches.push_back(std::move(batch));
}

/// Leaves the libraries that answer for themselves: what nobody else installed, and of what is
/// declared alone that of which nothing is installed, in whatever spelling of its name.
std::vector<const Package*> answering(const std::vector<const Package*>& libraries,
                                      std::string_view ecosystem) {
  const auto key_of = [&](const Package* library) { return library_key(ecosystem, library->name); };
  std::unordered_set<std::string> installed;
  for (const Package* library : libraries) {
    if (library->origin != Origin::declared) installed.insert(key_of(library));
  }
  std::vector<const Package*> left;
  std::ranges::copy_if(libraries, std::back_inserter(left), [&](const Package* library) {
    if (!library->owner.empty()) return false;
    return library->origin != Origin::declared || !installed.contains(key_of(library));
  });
  return left;
}

}  // namespace

std::vector<std::string_view> library_ecosystems_of(const std::vector<Package>& packages) {
  std::vector<std::string_view> wanted;
  for (const advisory::LibraryEcosystem& row : advisory::library_ecosystems()) {
    const bool is_wanted = std::ranges::any_of(packages, [&](const Package& package) {
      return package.type == row.type && package.owner.empty();
    });
    if (is_wanted) wanted.push_back(row.name);
  }
  std::ranges::sort(wanted);
  return wanted;
}

std::vector<Batch> batches_of(const std::vector<Package>& packages, const std::optional<OsInfo>& os,
                              const AdvisorySource& source, Notes& notes) {
  std::vector<Batch> batches;
  std::vector<const Package*> of_system;
  std::map<PackageType, std::vector<const Package*>> elsewhere;
  for (const Package& package : packages) {
    const bool is_of_system = package.type != PackageType::bitnami && !is_library(package.type);
    (is_of_system ? of_system : elsewhere[package.type]).push_back(&package);
  }
  if (!of_system.empty() && os) add_system_batch(of_system, *os, source, notes, batches);
  if (!of_system.empty() && !os) {
    const std::vector<Location>& places = of_system.front()->locations;
    note(notes, NoteLevel::incomplete, "unknown-os",
         fmt::format("{} packages were found but no operating system: whose advisories hold for "
                     "them cannot be told",
                     of_system.size()),
         places.empty() ? "packages" : places.front().path);
  }
  add_ecosystem_batch(std::move(elsewhere[PackageType::bitnami]), PackageType::bitnami, kBitnami,
                      version::find_scheme("bitnami"), source, notes, batches);
  for (const advisory::LibraryEcosystem& row : advisory::library_ecosystems()) {
    add_ecosystem_batch(answering(elsewhere[row.type], row.name), row.type, row.name,
                        advisory::scheme_of(row.name), source, notes, batches);
  }
  return batches;
}

}  // namespace bulkhead::match
