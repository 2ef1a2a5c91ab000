#include "bulkhead/catalog/library_sink.h"

#include <algorithm>
#include <utility>

#include "bulkhead/model/library_name.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog {
namespace {

// Maven's coordinates are the longest that are seen, some 150 bytes.
constexpr std::size_t kMostWordBytes = 512;

}  // namespace

std::string library_purl(PackageType type, std::string_view name, std::string_view version) {
  if (type == PackageType::pypi) {  // PyPI takes all spellings for one library
    return make_purl(type_name(type), "", library_key("PyPI", name), version, {});
  }
  const char separator = type == PackageType::maven ? ':' : '/';
  const std::size_t end = name.rfind(separator);
  if (end == std::string_view::npos) return make_purl(type_name(type), "", name, version, {});
  return make_purl(type_name(type), name.substr(0, end), name.substr(end + 1), version, {});
}

void add_library(Package package, const JoinFile& file, std::string_view inside, Inventory& out) {
  package.purl = library_purl(package.type, package.name, package.version);
  package.id = package.purl;
  std::string path = "/" + std::string(file.path);
  if (!inside.empty()) path.append("!/").append(inside);
  package.locations = {{file.layer, std::move(path)}};
  out.packages.push_back(std::move(package));
}

bool is_library_word(std::string_view text) {
  return !text.empty() && text.size() <= kMostWordBytes && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
  });
}

}  // namespace bulkhead::catalog
