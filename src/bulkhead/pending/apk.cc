#include <set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/pending/read_repositories.h"

namespace bulkhead::pending {

void read_apk_repositories(std::span<const Repository> repositories, Reading& reading) {
  const WantedNames wanted(reading.packages, PackageType::apk);
  const std::string architecture = main_architecture(reading.packages, PackageType::apk, "noarch");
  std::set<std::string> seen;
  std::size_t tagged = 0;
  for (const Repository& repository : repositories) {
    if (!repository.tag.empty()) {  // only for packages that ask for the tag
      ++tagged;
      continue;
    }
    if (!seen.insert(repository.url).second) continue;
    const FileName name{repository.url, architecture + "/APKINDEX.tar.gz"};
    auto rows = read_rows(reading, name, {}, wanted, "apk index", read_apk_index);
    if (!rows) {
      note_unread(reading, rows.error(), display_name(name));
      continue;
    }
    add_source(reading, {PackageType::apk, display_name({repository.url, ""})}, *std::move(rows));
  }
  if (tagged > 0) {
    reading.notes.add({NoteLevel::info, "tagged-repositories",
                       fmt::format("{} repositories have a tag and are not looked at: they are for "
                                   "packages that ask for it",
                                   tagged),
                       "/etc/apk/repositories"});
  }
}

}  // namespace bulkhead::pending
