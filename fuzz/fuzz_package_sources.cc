// The files that name package repositories; the first byte says which kind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/repositories/apk_repositories.h"
#include "bulkhead/catalog/repositories/apt_sources.h"
#include "bulkhead/catalog/repositories/words.h"
#include "bulkhead/catalog/repositories/yum_repos.h"
#include "bulkhead/pending/index_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  using namespace bulkhead::catalog::repositories;
  if (size == 0) return 0;
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)).subspan(1));
  Notes notes(10);
  const YumVars vars = {{"releasever", "9"}, {"basearch", "x86_64"}, {"none", ""}};
  const auto found = data[0] % 4 == 0   ? parse_apt_list(text, "/f", notes)
                     : data[0] % 4 == 1 ? parse_apt_deb822(text, "/f", notes)
                     : data[0] % 4 == 2 ? parse_apk_repositories(text, "/f", notes)
                                        : parse_yum_repos(text, vars, "/f", notes);
  if (found.size() > kMostRepositories) std::abort();
  for (const Repository& repository : found) {
    // Nothing that is read from a folder may lie outside of it.
    for (const std::string& place : pending::places_of({repository.url, repository.suite}, "/m")) {
      if (!place.starts_with("/m/") || (place + "/").contains("/../")) std::abort();
    }
  }
  return 0;
}
