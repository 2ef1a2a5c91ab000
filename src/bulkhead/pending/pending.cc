#include "bulkhead/pending/pending.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/net/url.h"
#include "bulkhead/pending/read_repositories.h"

namespace bulkhead::pending {
namespace {

/// How one package manager's repositories are read.
struct Manager {
  PackageType type;
  std::string_view name;
  void (*read)(std::span<const Repository> repositories, Reading& reading);
};

constexpr std::array<Manager, 3> kManagers = {{
    {PackageType::apk, "apk", read_apk_repositories},
    {PackageType::deb, "apt", read_apt_repositories},
    {PackageType::rpm, "rpm", read_rpm_repositories},
}};

// Names that a note gives as examples.
constexpr std::size_t kMostNames = 5;

/// Can its files be fetched, or found below a folder? Media and folders of the target's own hold
/// nothing that a publisher could still change.
bool is_readable(const Repository& repository) {
  const std::string& url = repository.url.empty() ? repository.mirror_list : repository.url;
  return net::is_url(url);
}

/// Schemes of places within reach of the target alone: noted, but no gap.
bool is_local(std::string_view url) {
  return url.starts_with("cdrom:") || url.starts_with("file:") || url.starts_with("copy:") ||
         url.starts_with("/") || url.starts_with("cd:") || url.starts_with("dvd:") ||
         url.starts_with("hd:") || url.starts_with("dir:") || url.starts_with("iso:");
}

std::string place_of(const Repository& repository) {
  return fmt::format("{} line {}", repository.path, repository.line);
}

void note_unreadable(const Repository& repository, Notes& notes) {
  const std::string& url = repository.url.empty() ? repository.mirror_list : repository.url;
  notes.add({is_local(url) ? NoteLevel::info : NoteLevel::incomplete, "repository-not-read",
             fmt::format("{} is not looked at: {}", net::display_url(url),
                         is_local(url) ? "it is within the target's reach alone"
                                       : "only http and https are read"),
             place_of(repository)});
}

/// Packages that no source has ever had under this name say nothing of being up to date.
void note_unknown(std::span<const Package> packages, PackageType type, const OfferList& list,
                  Notes& notes) {
  std::unordered_set<std::string_view> names;
  for (const Offer& offer : list.offers) {
    if (list.sources[offer.source].type == type) names.insert(offer.name);
  }
  std::size_t count = 0;
  std::string examples;
  for (const Package& package : packages) {
    // rpm's own record of a key that it trusts is no package.
    if (package.type != type || package.name == "gpg-pubkey" || names.contains(package.name)) {
      continue;
    }
    if (++count <= kMostNames) {
      examples += fmt::format("{}{}", examples.empty() ? "" : ", ", to_terminal(package.name));
    }
  }
  if (count == 0) return;
  notes.add({NoteLevel::info, "packages-in-no-repository",
             fmt::format("{} {} packages are in none of the repositories that were read ({}{}): "
                         "whether they have updates is not known",
                         count, type_name(type), examples, count > kMostNames ? ", ..." : ""),
             "target"});
}

}  // namespace

std::vector<PendingUpdate> find_pending(std::span<const Package> packages,
                                        std::span<const Repository> repositories,
                                        const PendingOptions& options, const RunContext& context,
                                        Notes& notes) {
  IndexFiles files(options, context);
  Reading reading{packages, files, context, notes};
  for (const Manager& manager : kManagers) {
    if (WantedNames(packages, manager.type).is_empty()) continue;
    std::vector<Repository> own;
    bool has_any = false;
    for (const Repository& repository : repositories) {
      if (repository.type != manager.type) continue;
      has_any = true;
      if (!is_readable(repository)) {
        note_unreadable(repository, notes);
      } else if (own.size() >= kMostSources) {
        notes.add(NoteLevel::incomplete,
                  {Code::limit_exceeded,
                   fmt::format("{}: more than {} repositories; the rest is left out", manager.name,
                               kMostSources),
                   place_of(repository)});
        break;
      } else {
        own.push_back(repository);
      }
    }
    if (own.empty()) {
      notes.add(
          {NoteLevel::incomplete, "no-repositories",
           fmt::format("the target names no {}repository of {}: pending updates are not known",
                       has_any ? "readable " : "", manager.name),
           "target"});
      continue;
    }
    manager.read(own, reading);
    note_unknown(packages, manager.type, reading.list, notes);
  }
  return choose_updates(packages, reading.list);
}

}  // namespace bulkhead::pending
