#include "bulkhead/advisory/store.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/manifest.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/advisory/sources.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/base/text.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

constexpr std::string_view kFeedOfKnownExploited = "cisa-kev";

/// A feed's file, opened when it is first asked.
struct OpenFeed {
  Database database;
  Query by_package;
  Query text;
  Query by_name;
  Query support;
};

/// Is it the file that the manifest means? A cut or foreign one is told from its size and first
/// bytes; damage inside it is found by SQLite where it is read.
Result<void> check_file(const std::string& path, std::uint64_t size_bytes) {
  // https://www.sqlite.org/fileformat.html, 1.3, "The Database Header".
  constexpr std::string_view kMagic{"SQLite format 3\0", 16};
  BH_TRY(const auto source, io::open_file(path));
  std::array<std::byte, kMagic.size()> head{};
  BH_TRY(const std::size_t got, source->read_at(0, head));
  if (source->size() != size_bytes || as_text(ByteView(head).first(got)) != kMagic) {
    return fail(Code::malformed, "advisory store: the file is damaged: import its feed again");
  }
  return {};
}

Result<std::unique_ptr<OpenFeed>> open_feed(const std::string& path, std::uint64_t size_bytes) {
  BH_CHECK(check_file(path, size_bytes));
  auto feed = std::make_unique<OpenFeed>();
  BH_TRY(feed->database, Database::open_immutable(path));
  BH_TRY(Query version, feed->database.prepare("PRAGMA user_version"));
  BH_TRY(const bool has_version, version.step());
  if (!has_version || version.integer(0) != kStoreVersion) {
    return fail(Code::unsupported,
                "advisory store: written by another version: import its feed again");
  }
  version.reset();
  BH_TRY(feed->by_package,
         feed->database.prepare("SELECT id, facts FROM statements WHERE package = ? ORDER BY n"));
  BH_TRY(feed->text,
         feed->database.prepare("SELECT title, detail, refs, published, modified FROM advisories"
                                " WHERE id = ?"));
  BH_TRY(feed->by_name,
         feed->database.prepare(
             "SELECT package, id, facts FROM statements WHERE id IN (SELECT advisories.id FROM ids"
             " JOIN advisories ON advisories.n = ids.n WHERE ids.name = ?1) OR package = ?2"
             " ORDER BY package, n LIMIT ?3"));
  BH_TRY(feed->support, feed->database.prepare(
                            "SELECT release, ends, extended, source FROM support WHERE os = ?"));
  return feed;
}

}  // namespace

struct Store::State {
  std::string folder;
  std::vector<FeedInfo> feeds;
  std::vector<std::uint64_t> sizes;
  std::vector<std::unique_ptr<OpenFeed>> open;
  // Places in `feeds`, in order, by the name that ecosystems are compared by.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_ecosystem;

  std::string path_of(std::size_t place) const { return folder + "/" + feeds[place].file; }

  Result<OpenFeed*> open_at(std::size_t place) {
    if (open[place] == nullptr) {
      Result<std::unique_ptr<OpenFeed>> opened = open_feed(path_of(place), sizes[place]);
      if (!opened) return std::unexpected(located(opened.error(), path_of(place)));
      open[place] = std::move(*opened);
    }
    return open[place].get();
  }

  /// One row that has an id and facts in these columns.
  Result<Statement> statement_of(std::size_t place, const Query& row, int id_column,
                                 std::string_view package) const {
    Statement statement;
    statement.feed = feeds[place].name;
    statement.advisory_id = row.text(id_column);
    statement.affected.ecosystem = feeds[place].ecosystem;
    statement.affected.name = package;
    BH_CHECK(decode_statement(row.blob(id_column + 1), statement));
    return statement;
  }

  Result<void> find_in(std::size_t place, std::string_view package, std::vector<Statement>& into);
  Result<std::optional<AdvisoryText>> text_in(std::size_t place, std::string_view id);
  Result<void> support_in(std::size_t place, std::string_view os_id,
                          std::vector<SupportDates>& into);
  Result<void> search_in(std::size_t place, std::string_view id, std::size_t most,
                         std::vector<SearchRow>& into);
};

Result<void> Store::State::find_in(std::size_t place, std::string_view package,
                                   std::vector<Statement>& into) {
  BH_TRY(OpenFeed * feed, open_at(place));
  Query& row = feed->by_package;
  row.bind(1, package);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    Result<Statement> statement = statement_of(place, row, 0, package);
    if (!statement) {
      row.reset();
      return std::unexpected(statement.error());
    }
    into.push_back(std::move(*statement));
  }
}

Result<std::optional<AdvisoryText>> Store::State::text_in(std::size_t place, std::string_view id) {
  BH_TRY(OpenFeed * feed, open_at(place));
  Query& row = feed->text;
  row.bind(1, id);
  BH_TRY(const bool has_row, row.step());
  if (!has_row) return std::optional<AdvisoryText>();
  AdvisoryText text;
  text.title = row.text(0);
  text.detail = row.text(1);
  Result<std::vector<std::string>> references = decode_texts(row.blob(2));
  text.published_unix_s = row.integer(3);
  text.modified_unix_s = row.integer(4);
  row.reset();
  if (!references) return std::unexpected(references.error());
  text.references = std::move(*references);
  return text;
}

Result<void> Store::State::support_in(std::size_t place, std::string_view os_id,
                                      std::vector<SupportDates>& into) {
  BH_TRY(OpenFeed * feed, open_at(place));
  Query& row = feed->support;
  row.bind(1, os_id);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    into.push_back({std::string(os_id), std::string(row.text(0)), std::string(row.text(1)),
                    std::string(row.text(2)), std::string(row.text(3))});
  }
}

Result<void> Store::State::search_in(std::size_t place, std::string_view id, std::size_t most,
                                     std::vector<SearchRow>& into) {
  BH_TRY(OpenFeed * feed, open_at(place));
  Query& row = feed->by_name;
  const std::string name = to_lower(id);
  row.bind(1, name);
  row.bind(2, id);
  row.bind(3, static_cast<std::int64_t>(most - into.size()));
  const std::size_t first = into.size();
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) break;
    Result<Statement> statement = statement_of(place, row, 1, row.text(0));
    if (!statement) {
      row.reset();
      return std::unexpected(statement.error());
    }
    into.push_back({feeds[place].ecosystem, std::move(*statement), ""});
  }
  for (std::size_t i = first; i < into.size(); ++i) {
    BH_TRY(const auto text, text_in(place, into[i].statement.advisory_id));
    if (text) into[i].title = text->title;
  }
  return {};
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::string& folder) {
  BH_TRY(std::vector<ManifestFeed> feeds, read_manifest(folder));
  auto state = std::make_unique<State>();
  state->folder = folder;
  for (ManifestFeed& feed : feeds) {
    state->by_ecosystem[std::string(normal_ecosystem(feed.info.ecosystem))].push_back(
        state->feeds.size());
    state->feeds.push_back(std::move(feed.info));
    state->sizes.push_back(feed.size_bytes);
  }
  state->open.resize(state->feeds.size());
  return Store(std::move(state));
}

const std::vector<FeedInfo>& Store::feeds() const { return state_->feeds; }

bool Store::has_ecosystem(std::string_view ecosystem) const {
  return !ecosystem.empty() && state_->by_ecosystem.contains(normal_ecosystem(ecosystem));
}

Result<std::vector<Statement>> Store::find(std::string_view ecosystem, std::string_view package) {
  std::vector<Statement> statements;
  const auto places = state_->by_ecosystem.find(normal_ecosystem(ecosystem));
  if (places == state_->by_ecosystem.end()) return statements;
  for (const std::size_t place : places->second) {
    const Result<void> done = state_->find_in(place, package, statements);
    if (!done) return std::unexpected(located(done.error(), state_->path_of(place)));
  }
  return statements;
}

Result<std::vector<Statement>> Store::find_cve(std::string_view cve) { return find("", cve); }

Result<std::vector<SupportDates>> Store::support_of(std::string_view os_id) {
  std::vector<SupportDates> dates;
  const auto places = state_->by_ecosystem.find(support_ecosystem(os_id));
  if (places == state_->by_ecosystem.end()) return dates;
  for (const std::size_t place : places->second) {
    const Result<void> done = state_->support_in(place, os_id, dates);
    if (!done) return std::unexpected(located(done.error(), state_->path_of(place)));
  }
  std::ranges::stable_sort(dates, {}, &SupportDates::release);
  return dates;
}

Result<std::optional<AdvisoryText>> Store::text(std::string_view feed,
                                                std::string_view advisory_id) {
  const auto found = std::ranges::lower_bound(
      state_->feeds, feed, {}, [](const FeedInfo& info) -> std::string_view { return info.name; });
  if (found == state_->feeds.end() || found->name != feed) return std::optional<AdvisoryText>();
  const auto place = static_cast<std::size_t>(found - state_->feeds.begin());
  auto text = state_->text_in(place, advisory_id);
  if (!text) return std::unexpected(located(text.error(), state_->path_of(place)));
  return text;
}

Result<bool> Store::is_known_exploited(std::string_view cve) {
  BH_TRY(const std::vector<Statement> about, find_cve(cve));
  return std::ranges::find(about, kFeedOfKnownExploited, &Statement::feed) != about.end();
}

Result<std::vector<Store::SearchRow>> Store::search(std::string_view id, std::size_t most) {
  std::vector<SearchRow> rows;
  for (std::size_t place = 0; place < state_->feeds.size() && rows.size() < most; ++place) {
    if (state_->feeds[place].ecosystem.empty()) continue;  // speaks of no package: see find_cve
    const Result<void> done = state_->search_in(place, id, most, rows);
    if (!done) return std::unexpected(located(done.error(), state_->path_of(place)));
  }
  return rows;
}

}  // namespace bulkhead::advisory
