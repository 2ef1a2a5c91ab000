#include "bulkhead/scan/wants.h"

#include <algorithm>

#include "bulkhead/image/path.h"

namespace bulkhead::scan {
namespace {

std::size_t components_of(std::string_view glob) {
  return static_cast<std::size_t>(std::ranges::count(glob, '/')) + 1;
}

/// The last `components` components of `path`; empty where it has fewer.
std::string_view last_components(std::string_view path, std::size_t components) {
  std::size_t begin = path.size();
  for (; components > 0; --components) {
    if (begin == 0) return {};
    const std::size_t slash = path.rfind('/', begin - 1);
    if (slash == std::string_view::npos) return components == 1 ? path : std::string_view();
    begin = slash;
  }
  return path.substr(begin + 1);
}

/// What stands behind the last dot of a name; empty where there is none.
std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

void sort_once(std::vector<std::uint32_t>& inspectors) {
  std::ranges::sort(inspectors);
  const auto repeated = std::ranges::unique(inspectors);
  inspectors.erase(repeated.begin(), repeated.end());
}

}  // namespace

Wants::Wants(std::span<const Inspector> inspectors) : inspectors_(inspectors) {
  for (std::uint32_t i = 0; i < inspectors.size(); ++i) {
    for (const std::string_view pattern : inspectors[i].patterns) {
      const std::string_view root = pattern.substr(0, pattern.find('/'));
      (root.contains('*') ? starred_roots_ : by_root_[root]).push_back({i, pattern, 0});
    }
    for (const std::string_view tail : inspectors[i].tails) add_tail(i, tail);
    for (const std::string_view magic : inspectors[i].magics) {
      magics_.emplace_back(i, magic);
      most_magic_bytes_ = std::max(most_magic_bytes_, magic.size());
    }
  }
}

void Wants::add_tail(std::uint32_t inspector, std::string_view glob) {
  const Row row{inspector, glob, components_of(glob)};
  const std::string_view name = image::name_of(glob);
  if (!name.contains('*')) {
    by_name_[name].push_back(row);
  } else if (const std::string_view extension = extension_of(name);
             !extension.empty() && !extension.contains('*')) {
    by_extension_[extension].push_back(row);
  } else {
    starred_names_.push_back(row);
  }
}

void Wants::take(const Rows& rows, std::string_view path, std::vector<std::uint32_t>& into) {
  for (const Row& row : rows) {
    const std::string_view part =
        row.components == 0 ? path : last_components(path, row.components);
    if (!part.empty() && matches_glob(row.glob, part)) into.push_back(row.inspector);
  }
}

void Wants::take(const Table& table, std::string_view key, std::string_view path,
                 std::vector<std::uint32_t>& into) {
  if (const auto found = table.find(key); found != table.end()) take(found->second, path, into);
}

void Wants::take_tails(std::string_view path, std::vector<std::uint32_t>& into) const {
  const std::string_view name = image::name_of(path);
  take(by_name_, name, path, into);
  take(by_extension_, extension_of(name), path, into);
  take(starred_names_, path, into);
}

std::vector<std::uint32_t> Wants::by_path(std::string_view path) const {
  std::vector<std::uint32_t> wanting;
  take(by_root_, path.substr(0, path.find('/')), path, wanting);
  take(starred_roots_, path, wanting);
  take_tails(path, wanting);
  sort_once(wanting);
  return wanting;
}

std::vector<std::uint32_t> Wants::by_tail(std::string_view path) const {
  std::vector<std::uint32_t> wanting;
  take_tails(path, wanting);
  sort_once(wanting);
  return wanting;
}

std::vector<std::uint32_t> Wants::by_magic(std::string_view head) const {
  std::vector<std::uint32_t> wanting;
  for (const auto& [inspector, magic] : magics_) {
    if (head.starts_with(magic)) wanting.push_back(inspector);
  }
  sort_once(wanting);
  return wanting;
}

}  // namespace bulkhead::scan
