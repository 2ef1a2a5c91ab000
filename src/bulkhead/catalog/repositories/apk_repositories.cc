#include "bulkhead/catalog/repositories/apk_repositories.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/repositories/words.h"

namespace bulkhead::catalog::repositories {

std::vector<Repository> parse_apk_repositories(std::string_view text, const std::string& path,
                                               Notes& notes) {
  std::vector<Repository> repositories;
  std::uint64_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    ++number;
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || words.front().starts_with('#')) continue;
    const bool has_tag = words.front().starts_with('@');
    if (words.size() != (has_tag ? 2 : 1)) {
      notes.add(NoteLevel::incomplete,
                {Code::malformed,
                 fmt::format("apk repositories: line {}: not \"[@TAG] URL\"", number), path});
      continue;
    }
    if (repositories.size() >= kMostRepositories) {
      notes.add(NoteLevel::incomplete,
                {Code::limit_exceeded,
                 fmt::format("apk repositories: more than {}", kMostRepositories), path});
      break;
    }
    Repository repository{
        .type = PackageType::apk, .url = std::string(words.back()), .path = path, .line = number};
    if (has_tag) repository.tag = words.front().substr(1);
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

}  // namespace bulkhead::catalog::repositories
