#include "bulkhead/advisory/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bulkhead/advisory/cve_scores.h"
#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/manifest.h"
#include "bulkhead/advisory/name_index.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/advisory/sources.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/base/text.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

// Larger feeds are read page by page: most of what they have is not asked for.
constexpr std::uint64_t kMostReadAhead = 16 << 20;

constexpr std::string_view kFeedOfKnownExploited = "cisa-kev";

/// A feed's file, opened when it is first asked. Most questions are never asked of most feeds, so
/// each is prepared by itself.
class OpenFeed {
 public:
  explicit OpenFeed(Database database) : database_(std::move(database)) {}

  Result<Query*> by_package() {
    return ready(by_package_, "SELECT id, facts FROM statements WHERE package = ? ORDER BY n");
  }
  Result<Query*> text() {
    return ready(text_,
                 "SELECT title, detail, refs, published, modified FROM advisories WHERE id = ?");
  }
  /// The blocks in which the keys of a name may lie, the last one first, up to the last key.
  Result<Query*> names() {
    return ready(names_, "SELECT first, block FROM names WHERE first <= ? ORDER BY first DESC");
  }
  Result<Query*> by_number() {
    return ready(by_number_, "SELECT packages FROM advisories WHERE n = ?");
  }
  Result<Query*> support() {
    return ready(support_, "SELECT release, ends, extended, source FROM support WHERE os = ?");
  }
  /// The block that a CVE would be in.
  Result<Query*> scores() {
    return ready(scores_,
                 "SELECT first, block FROM scores WHERE first <= ? ORDER BY first DESC LIMIT 1");
  }

 private:
  struct LazyQuery {
    Query query;
    bool is_ready = false;
  };
  Result<Query*> ready(LazyQuery& lazy, std::string_view sql) {
    if (!lazy.is_ready) {
      BH_TRY(lazy.query, database_.prepare(sql));
      lazy.is_ready = true;
    }
    return &lazy.query;
  }

  Database database_;
  LazyQuery by_package_;
  LazyQuery text_;
  LazyQuery names_;
  LazyQuery by_number_;
  LazyQuery support_;
  LazyQuery scores_;
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

/// Has the kernel begin to read the whole file: a scan asks for pages all over it, each of which
/// would be waited for by itself. What cannot be done costs nothing but that.
void read_ahead(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::posix_fadvise(file, 0, 0, POSIX_FADV_WILLNEED);
  ::close(file);
}

Result<std::unique_ptr<OpenFeed>> open_feed(const std::string& path, std::uint64_t size_bytes) {
  BH_CHECK(check_file(path, size_bytes));
  if (size_bytes <= kMostReadAhead) read_ahead(path);
  BH_TRY(Database database, Database::open_immutable(path));
  BH_TRY(Query version, database.prepare("PRAGMA user_version"));
  BH_TRY(const bool has_version, version.step());
  if (!has_version || version.integer(0) != kStoreVersion) {
    return fail(Code::unsupported,
                "advisory store: written by another version: import its feed again");
  }
  version = Query();
  return std::make_unique<OpenFeed>(std::move(database));
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
  Result<void> score_in(std::size_t place, std::string_view cve, std::vector<Statement>& into);
  Result<std::optional<AdvisoryText>> text_in(std::size_t place, std::string_view id);
  Result<void> support_in(std::size_t place, std::string_view os_id,
                          std::vector<SupportDates>& into);
  Result<void> search_in(std::size_t place, std::string_view id, std::size_t most,
                         std::vector<SearchRow>& into);
};

Result<void> Store::State::find_in(std::size_t place, std::string_view package,
                                   std::vector<Statement>& into) {
  BH_TRY(OpenFeed * feed, open_at(place));
  BH_TRY(Query * asked, feed->by_package());
  Query& row = *asked;
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

Result<void> Store::State::score_in(std::size_t place, std::string_view cve,
                                    std::vector<Statement>& into) {
  const std::optional<std::uint64_t> number = pack_cve(cve);
  if (!number) return {};
  BH_TRY(OpenFeed * feed, open_at(place));
  BH_TRY(Query * asked, feed->scores());
  Query& row = *asked;
  row.bind(1, static_cast<std::int64_t>(*number));
  BH_TRY(const bool has_row, row.step());
  if (!has_row) return {};
  const auto found =
      find_in_block(row.blob(1), static_cast<std::uint64_t>(row.integer(0)), *number);
  row.reset();
  if (!found) return std::unexpected(found.error());
  if (!*found) return {};
  Statement statement;
  statement.feed = feeds[place].name;
  statement.advisory_id = cve;
  statement.cves = {statement.advisory_id};
  statement.affected.name = cve;
  statement.epss = **found;
  into.push_back(std::move(statement));
  return {};
}

Result<std::optional<AdvisoryText>> Store::State::text_in(std::size_t place, std::string_view id) {
  BH_TRY(OpenFeed * feed, open_at(place));
  BH_TRY(Query * asked, feed->text());
  Query& row = *asked;
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
  BH_TRY(Query * asked, feed->support());
  Query& row = *asked;
  row.bind(1, os_id);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    into.push_back({std::string(os_id), std::string(row.text(0)), std::string(row.text(1)),
                    std::string(row.text(2)), std::string(row.text(3))});
  }
}

/// Numbers of the feed's advisories that may be named `id`.
Result<std::vector<std::int64_t>> numbers_of(OpenFeed& feed, std::string_view id) {
  std::vector<std::int64_t> numbers;
  const auto keys = keys_of_name(id);
  BH_TRY(Query * row, feed.names());
  row->bind(1, keys.second);
  for (;;) {
    BH_TRY(const bool has_row, row->step());
    if (!has_row) return numbers;
    const Result<void> done = find_numbers(row->blob(1), keys, numbers);
    const bool is_last = row->integer(0) < keys.first;
    if (!done || is_last) row->reset();
    if (!done) return std::unexpected(done.error());
    if (is_last) return numbers;
  }
}

/// The packages that advisories which may be named `id` speak of, and `id` itself.
Result<std::set<std::string>> packages_of(OpenFeed& feed, std::string_view id) {
  std::set<std::string> packages = {std::string(id)};
  BH_TRY(const std::vector<std::int64_t> numbers, numbers_of(feed, id));
  BH_TRY(Query * row, feed.by_number());
  for (const std::int64_t number : numbers) {
    row->bind(1, number);
    BH_TRY(const bool has_row, row->step());
    if (!has_row) continue;
    Result<std::vector<std::string>> names = decode_texts(row->blob(0));
    row->reset();
    if (!names) return std::unexpected(names.error());
    for (std::string& name : *names) packages.insert(std::move(name));
  }
  return packages;
}

/// @param name  In lower case.
bool is_named(const Statement& statement, std::string_view name) {
  const auto is_it = [&](const std::string& text) { return to_lower(text) == name; };
  return is_it(statement.advisory_id) || std::ranges::any_of(statement.cves, is_it) ||
         std::ranges::any_of(statement.aliases, is_it);
}

Result<void> Store::State::search_in(std::size_t place, std::string_view id, std::size_t most,
                                     std::vector<SearchRow>& into) {
  BH_TRY(OpenFeed * feed, open_at(place));
  BH_TRY(const std::set<std::string> packages, packages_of(*feed, id));
  const std::string name = to_lower(id);
  for (const std::string& package : packages) {
    if (into.size() == most) break;
    std::vector<Statement> statements;
    BH_CHECK(find_in(place, package, statements));
    for (Statement& statement : statements) {
      const bool is_wanted = package == id || is_named(statement, name);
      if (!is_wanted || into.size() == most) continue;
      BH_TRY(const auto text, text_in(place, statement.advisory_id));
      into.push_back({feeds[place].ecosystem, std::move(statement), text ? text->title : ""});
    }
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

Result<std::vector<Statement>> Store::find_cve(std::string_view cve) {
  std::vector<Statement> statements;
  const auto places = state_->by_ecosystem.find("");
  if (places == state_->by_ecosystem.end()) return statements;
  for (const std::size_t place : places->second) {
    Result<void> done = state_->find_in(place, cve, statements);
    if (done) done = state_->score_in(place, cve, statements);
    if (!done) return std::unexpected(located(done.error(), state_->path_of(place)));
  }
  return statements;
}

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
