#include "bulkhead/catalog/npm/spec.h"

#include <algorithm>
#include <iterator>

namespace bulkhead::catalog::npm {
namespace {

constexpr std::string_view kLocalProtocols[] = {"file:", "link:", "portal:", "root:", "workspace:"};
constexpr std::string_view kArchives[] = {".tgz", ".tar.gz"};

bool is_archive(std::string_view path) {
  return std::ranges::any_of(kArchives,
                             [&](std::string_view archive) { return path.ends_with(archive); });
}

}  // namespace

std::optional<Spec> take_apart(std::string_view text) {
  const std::size_t at = text.find('@', 1);  // the first is a scope's
  if (at == std::string_view::npos) return std::nullopt;
  return Spec{text.substr(0, at), text.substr(at + 1)};
}

bool is_local(std::string_view rest) {
  // An archive that lies in the project holds a library of others.
  const std::string_view path = rest.substr(0, rest.find_first_of("#?"));
  if (path.starts_with("file:") && is_archive(path)) return false;
  return std::ranges::any_of(kLocalProtocols,
                             [&](std::string_view protocol) { return rest.starts_with(protocol); });
}

bool is_place(std::string_view rest) { return rest.find_first_of(":/") != std::string_view::npos; }

std::string_view version_of_place(std::string_view name, std::string_view place) {
  if (const std::size_t hash = place.find('#'); hash != std::string_view::npos) {
    const std::string_view commit = place.substr(hash + 1);
    constexpr std::string_view kKey = "commit=";
    return commit.starts_with(kKey) ? commit.substr(kKey.size()) : commit;
  }
  std::string_view file = place.substr(place.rfind('/') + 1);  // npos + 1 is 0: the whole
  file = file.substr(0, file.find('?'));
  const std::string_view base = name.substr(name.rfind('/') + 1);
  for (const std::string_view archive : kArchives) {
    if (!file.ends_with(archive)) continue;
    file.remove_suffix(archive.size());
    if (file.size() > base.size() && file.starts_with(base) && file[base.size()] == '-') {
      return file.substr(base.size() + 1);
    }
  }
  return {};
}

}  // namespace bulkhead::catalog::npm
