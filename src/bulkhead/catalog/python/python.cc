#include "bulkhead/catalog/python/python.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <utility>

#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/python/archive.h"
#include "bulkhead/catalog/python/conda.h"
#include "bulkhead/catalog/python/direct_url.h"
#include "bulkhead/catalog/python/facts.h"
#include "bulkhead/catalog/python/locks.h"
#include "bulkhead/catalog/python/metadata.h"
#include "bulkhead/catalog/python/requirements.h"
#include "bulkhead/model/library_name.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog::python {
namespace {

using Open = std::unique_ptr<FileReader> (*)(const FileInfo&, const ReadContext&);

// Who reads what: in the order of kTails.
constexpr Open kReaders[] = {
    open_metadata,      // *.dist-info/METADATA
    open_direct_url,    // *.dist-info/direct_url.json
    open_metadata,      // *.egg-info/PKG-INFO
    open_metadata,      // *.egg-info
    open_metadata,      // EGG-INFO/PKG-INFO
    open_archive,       // *.egg
    open_archive,       // *.whl
    open_vendored,      // _vendor/vendor.txt
    open_vendored,      // _vendor/vendored.txt
    open_vendored,      // vendor/vendor.txt
    open_requirements,  // *requirements*.txt
    open_requirements,  // requirements/*.txt
    open_lock,          // Pipfile.lock
    open_lock,          // poetry.lock
    open_lock,          // uv.lock
    open_lock,          // pdm.lock
    open_lock,          // pylock.toml
    open_lock,          // pylock.*.toml
    open_conda,         // conda-meta/*.json
};
static_assert(std::size(kReaders) == std::size(kTails));

/// Does `path` end in what `tail` is of?
bool fits(std::string_view tail, std::string_view path) {
  std::size_t begin = path.size();
  for (auto rest = std::ranges::count(tail, '/') + 1; rest > 0; --rest) {
    if (begin == 0) return false;
    const std::size_t slash = path.rfind('/', begin - 1);
    if (slash == std::string_view::npos) {
      begin = 0;
      if (rest > 1) return false;
    } else {
      begin = rest > 1 ? slash : slash + 1;
    }
  }
  return matches_glob(tail, path.substr(begin));
}

std::string_view folder_of(std::string_view path) {
  const std::size_t end = path.rfind('/');
  return end == std::string_view::npos ? std::string_view() : path.substr(0, end);
}

using DirectUrls = std::unordered_map<std::string_view, const DirectUrl*>;

/// Says where the library was installed from: in its purl, as far as that is no local folder.
void add_direct_url(const DirectUrl& url, Package& package) {
  package.purl =
      make_purl(type_name(package.type), "", library_key("PyPI", package.name), package.version,
                {{"download_url", url.download_url}, {"vcs_url", url.vcs_url}});
  package.id = package.purl;
  if (!url.folder_url.empty()) {
    package.evidence = (url.is_editable ? "editable, from " : "installed from ") + url.folder_url;
  }
}

void add_libraries(const LibraryFacts& facts, const JoinFile& file, const DirectUrls& urls,
                   Inventory& out) {
  for (const Library& library : facts.libraries) {
    Package package;
    package.type = PackageType::pypi;
    package.name = library.name;
    package.version = library.version;
    package.origin = facts.origin;
    package.confidence = facts.confidence;
    package.evidence = facts.evidence;
    if (!library.license.empty()) package.licenses.push_back(library.license);
    add_library(std::move(package), file, "", out);
    const auto url = urls.find(folder_of(file.path));
    if (url != urls.end()) add_direct_url(*url->second, out.packages.back());
  }
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  for (std::size_t i = 0; i < std::size(kTails); ++i) {
    if (fits(kTails[i], file.path)) return kReaders[i](file, context);
  }
  return open_metadata(file, context);  // not reached: only such files are wanted
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  DirectUrls urls;
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const DirectUrlFacts*>(file.facts);
    if (facts != nullptr) urls.emplace(folder_of(file.path), &facts->url);
  }
  for (const JoinFile& file : files) {
    if (const auto* const facts = dynamic_cast<const LibraryFacts*>(file.facts)) {
      add_libraries(*facts, file, urls, out);
    } else if (const auto* const conda = dynamic_cast<const CondaFacts*>(file.facts)) {
      add_conda(*conda, file, out);
    }
  }
}

}  // namespace bulkhead::catalog::python
