#include "bulkhead/catalog/library_file.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/text_reader.h"

namespace bulkhead::catalog {
namespace {

struct Library {
  std::string_view name;
  std::string_view version;
  std::string_view license;
  auto operator<=>(const Library&) const = default;
};

struct ListFacts final : Facts {
  PackageType type = PackageType::generic;
  Origin origin = Origin::declared;
  std::string packed;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + packed.capacity(); }
};

std::string_view take_word(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return word;
}

/// The libraries by name and version, each once: a lock file names one for each that wants it.
std::vector<Library> unpack(std::string_view rest) {
  std::vector<Library> all;
  while (!rest.empty()) {
    Library next;
    next.name = take_word(rest);
    next.version = take_word(rest);
    next.license = take_word(rest);
    all.push_back(next);
  }
  std::ranges::sort(all);
  const auto same = std::ranges::unique(all, [](const Library& a, const Library& b) {
    return std::tie(a.name, a.version) == std::tie(b.name, b.version);
  });
  all.erase(same.begin(), same.end());
  return all;
}

class LibraryReader final : public TextReader {
 public:
  LibraryReader(const LibraryFormat& format, const FileInfo& file, const ReadContext& context)
      : TextReader(format.name, {context.run.limits.*format.most, format.option}, file, context),
        format_(format) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    LibraryList list(limits().packages);
    if (const Result<void> parsed = format_.parse(text, list); !parsed) {
      note(NoteLevel::info, parsed.error().code, parsed.error().what, parsed.error().offset);
    }
    if (list.refused() > 0) {
      note(NoteLevel::info, Code::malformed,
           fmt::format("records without a valid name and version: {}", list.refused()));
    }
    if (list.dropped() > 0) {
      note(NoteLevel::incomplete, Code::limit_exceeded,
           fmt::format("more than {} libraries (--max-packages): {} were left out",
                       limits().packages, list.dropped()));
    }
    if (list.packed().empty()) return nullptr;
    auto facts = std::make_shared<ListFacts>();
    facts->type = format_.type;
    facts->origin = format_.origin;
    for (const Library& library : unpack(list.packed())) {
      for (const std::string_view word : {library.name, library.version, library.license}) {
        facts->packed.append(word).push_back('\0');
      }
    }
    facts->packed.shrink_to_fit();
    return facts;
  }

  const LibraryFormat& format_;
};

class IgnoringReader final : public FileReader {
 public:
  Result<void> data(ByteView /*chunk*/) override { return {}; }
  Result<FactsPtr> end() override { return nullptr; }
};

/// Does it lie in an installed gem's own folder, "gems/NAME-VERSION/"?
bool lies_in_gem(std::string_view path) {
  constexpr std::string_view kGems = "gems/";
  for (std::size_t at = path.find(kGems); at != std::string_view::npos;
       at = path.find(kGems, at + 1)) {
    if (at > 0 && path[at - 1] != '/') continue;
    const std::string_view rest = path.substr(at + kGems.size());
    const std::string_view folder = rest.substr(0, rest.find('/'));
    const std::size_t dash = folder.rfind('-');
    if (dash == std::string_view::npos || folder.size() == rest.size()) continue;
    if (dash + 1 < folder.size() && folder[dash + 1] >= '0' && folder[dash + 1] <= '9') return true;
  }
  return false;
}

/// The last components of `path`, as many as `tail` has; empty where it has fewer.
std::string_view end_of(std::string_view path, std::string_view tail) {
  auto components = std::ranges::count(tail, '/') + 1;
  for (std::size_t at = path.size(); at > 0; --at) {
    if (path[at - 1] == '/' && --components == 0) return path.substr(at);
  }
  return components == 1 ? path : std::string_view();
}

}  // namespace

void LibraryList::add(std::string_view name, std::string_view version, std::string_view license) {
  if (!is_library_word(name) || !is_library_word(version)) return refuse();
  if (count_ == most_) {
    ++dropped_;
    return;
  }
  ++count_;
  packed_.append(name).push_back('\0');
  packed_.append(version).push_back('\0');
  packed_.append(license.substr(0, license.find('\0'))).push_back('\0');
}

bool lies_in_package(std::string_view path) {
  constexpr std::string_view kFolders[] = {"dist-packages", "node_modules", "site-packages"};
  return lies_in_gem(path) || std::ranges::any_of(kFolders, [&](std::string_view folder) {
           return lies_below(path, folder);
         });
}

std::unique_ptr<FileReader> open_library_file(std::span<const LibraryFormat> formats,
                                              const FileInfo& file, const ReadContext& context) {
  for (const LibraryFormat& format : formats) {
    if (!matches_glob(format.tail, end_of(file.path, format.tail))) continue;
    if (format.origin == Origin::declared && lies_in_package(file.path)) break;
    return std::make_unique<LibraryReader>(format, file, context);
  }
  return ignore_file();
}

std::unique_ptr<FileReader> ignore_file() { return std::make_unique<IgnoringReader>(); }

void join_library_files(std::span<const JoinFile> files, Inventory& out) {
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const ListFacts*>(file.facts);
    if (facts == nullptr) continue;
    for (std::string_view rest = facts->packed; !rest.empty();) {
      Package package;
      package.type = facts->type;
      package.origin = facts->origin;
      package.name = take_word(rest);
      package.version = take_word(rest);
      if (const std::string_view license = take_word(rest); !license.empty()) {
        package.licenses.emplace_back(license);
      }
      add_library(std::move(package), file, "", out);
    }
  }
}

bool lies_below(std::string_view path, std::string_view folder) {
  for (std::size_t at = path.find(folder); at != std::string_view::npos;
       at = path.find(folder, at + 1)) {
    const std::size_t end = at + folder.size();
    if ((at == 0 || path[at - 1] == '/') && end < path.size() && path[end] == '/') return true;
  }
  return false;
}

}  // namespace bulkhead::catalog
