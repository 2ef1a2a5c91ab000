#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/repomd.h"
#include "bulkhead/format/xml.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/net/url.h"
#include "bulkhead/pending/read_repositories.h"

namespace bulkhead::pending {
namespace {

constexpr std::size_t kMostMirrors = 3;  // that are tried of a list
constexpr std::string_view kRepomd = "repodata/repomd.xml";

/// The addresses of a metalink: those of repomd.xml, without that name.
class MetalinkSink final : public format::XmlSink {
 public:
  Result<void> begin(std::string_view, const std::vector<format::XmlAttribute>&) override {
    return {};
  }
  Result<void> end(std::string_view name, std::string_view text) override {
    const std::string_view url = trim(text);
    if (name != "url" || !net::is_url(url) || !url.ends_with(kRepomd)) return {};
    if (urls.size() < kMostMirrors) urls.emplace_back(url.substr(0, url.size() - kRepomd.size()));
    return {};
  }
  std::vector<std::string> urls;
};

/// The first addresses of a list of mirrors, or of a metalink.
Result<std::vector<std::string>> read_mirrors(std::string_view text) {
  if (trim(text).starts_with('<')) {
    MetalinkSink sink;
    format::XmlReader reader(sink);
    BH_CHECK(reader.feed(text));
    BH_CHECK(reader.finish());
    return std::move(sink.urls);
  }
  std::vector<std::string> urls;
  while (!text.empty() && urls.size() < kMostMirrors) {
    const std::string_view line = trim(take_line(text));
    if (net::is_url(line)) urls.emplace_back(line);
  }
  return urls;
}

std::string label_of(const Repository& repository) {
  const std::string& url = repository.url.empty() ? repository.mirror_list : repository.url;
  return fmt::format("{} {}", display_name({url, ""}), to_terminal(repository.id));
}

/// Where a repository lies, and its index.
struct Found {
  std::string url;
  format::Repomd index;
};

/// The first of `urls` that has an index; `error` is why the others have none.
std::optional<Found> first_index(const std::vector<std::string>& urls, Reading& reading,
                                 Error& error) {
  for (const std::string& url : urls) {
    const FileName name{url, std::string(kRepomd)};
    const auto text = reading.files.fetch(name, {}, format::kMostRepomdBytes);
    if (!text) {
      error = text.error();
      continue;
    }
    auto index = format::parse_repomd(*text);
    if (index) return Found{url, *std::move(index)};
    error = located(std::move(index).error(), display_name(name));
  }
  return std::nullopt;
}

Result<Found> find_index(const Repository& repository, Reading& reading) {
  Error error{Code::not_found, "rpm: no mirror has the repository's index", label_of(repository)};
  std::vector<std::string> urls;
  // A copy by dnf's reposync has a folder for each repository's id, where others have a host's.
  if (reading.files.has_from() && !repository.id.empty()) urls.push_back("http://" + repository.id);
  if (!repository.url.empty()) urls.push_back(repository.url);
  if (auto found = first_index(urls, reading, error)) return *std::move(found);
  if (!repository.url.empty() || repository.mirror_list.empty()) {
    return std::unexpected(std::move(error));
  }
  BH_TRY(const std::string list,
         reading.files.fetch({repository.mirror_list, ""}, {}, kMostDocumentBytes));
  auto mirrors = read_mirrors(list);
  if (!mirrors) return std::unexpected(located(std::move(mirrors).error(), label_of(repository)));
  if (auto found = first_index(*mirrors, reading, error)) return *std::move(found);
  return std::unexpected(std::move(error));
}

Expected expected_of(const format::RepomdEntry& entry, Reading& reading, const FileName& name) {
  Expected expected;
  expected.size_bytes = entry.size;
  const bool is_known =
      entry.checksum && (entry.checksum->type == "sha256" || entry.checksum->type == "sha512");
  if (is_known) {
    expected.algorithm = entry.checksum->type;
    expected.hex = entry.checksum->hex;
  } else {
    reading.notes.add({NoteLevel::info, "index-not-verified",
                       "repomd.xml has no SHA-256 or SHA-512 of it: it is read unverified",
                       display_name(name)});
  }
  return expected;
}

using OpenReader = std::unique_ptr<IndexReader> (*)(RowSink& sink, const Limits& limits);

/// The rows of one file that repomd.xml lists.
Result<std::vector<Offer>> read_entry(const Found& found, std::string_view type,
                                      std::string_view format, OpenReader open,
                                      const WantedNames& wanted, Reading& reading) {
  const format::RepomdEntry* entry = found.index.find(type);
  if (entry == nullptr) {
    return fail(Code::not_found, fmt::format("repomd.xml lists no {}", type));
  }
  const FileName name{found.url, entry->href};
  return read_rows(reading, name, expected_of(*entry, reading, name), wanted, format, open);
}

bool is_excluded(const Repository& repository, std::string_view name) {
  const auto fits = [&](const std::string& glob) { return matches_glob(glob, name); };
  if (std::ranges::any_of(repository.excluded, fits)) return true;
  return !repository.included.empty() && std::ranges::none_of(repository.included, fits);
}

/// Says of each row which module's stream it is of.
void put_modules(const Repository& repository, const std::vector<Offer>& of_modules,
                 std::vector<Offer>& rows) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Key, std::string_view> modules;
  for (const Offer& row : of_modules) {
    modules[{row.name, row.version, row.architecture}] = row.module;
  }
  for (Offer& row : rows) {
    const auto module = modules.find({row.name, row.version, row.architecture});
    if (repository.is_module_exempt) {
      row.module = kAnyModule;
    } else if (module != modules.end()) {
      row.module = module->second;
    } else if (row.version.contains(".module+") || row.version.contains(".module_")) {
      row.module = "?";  // built for a module that nobody lists any more
    }
  }
}

void read_repository(const Repository& repository, const WantedNames& wanted, Reading& reading) {
  const std::string label = label_of(repository);
  auto found = find_index(repository, reading);
  if (!found) return note_unread(reading, found.error(), label);
  for (const Error& error : found->index.notes) note_unread(reading, error, label);
  auto rows = read_entry(
      *found, "primary", "rpm primary",
      [](RowSink& sink, const Limits&) { return read_rpm_primary(sink); }, wanted, reading);
  if (!rows) return note_unread(reading, rows.error(), label);
  std::vector<Offer> of_modules;
  if (found->index.find("modules") != nullptr) {
    auto read = read_entry(
        *found, "modules", "rpm modules",
        [](RowSink& sink, const Limits&) { return read_rpm_modules(sink); }, wanted, reading);
    if (!read) return note_unread(reading, read.error(), label);
    of_modules = *std::move(read);
  }
  put_modules(repository, of_modules, *rows);
  if (found->index.find("updateinfo") != nullptr) {
    auto notices = read_entry(
        *found, "updateinfo", "rpm updateinfo",
        [](RowSink& sink, const Limits&) { return read_rpm_updateinfo(sink); }, wanted, reading);
    if (notices) {
      rows->insert(rows->end(), std::make_move_iterator(notices->begin()),
                   std::make_move_iterator(notices->end()));
    } else {  // the updates are known all the same, but not which of them are for security
      note_unread(reading, notices.error(), label);
    }
  }
  std::erase_if(*rows, [&](const Offer& row) { return is_excluded(repository, row.name); });
  const int priority = -static_cast<int>(std::min<std::uint32_t>(repository.priority, 1'000'000));
  add_source(reading, {PackageType::rpm, label, priority}, *std::move(rows));
}

}  // namespace

void read_rpm_repositories(std::span<const Repository> repositories, Reading& reading) {
  const WantedNames wanted(reading.packages, PackageType::rpm);
  std::set<std::string> seen;
  for (const Repository& repository : repositories) {
    if (seen.insert(label_of(repository)).second) read_repository(repository, wanted, reading);
  }
}

}  // namespace bulkhead::pending
