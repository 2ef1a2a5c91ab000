#include "bulkhead/catalog/rpm/sqlite_db.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/sqlite_file.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::string_view kFormat = "rpm rpmdb.sqlite";

/// How many bytes of a header of `header_bytes` lie in the page of the table, and not in overflow
/// pages. (Space that a database reserves in each page is not looked at: rpm reserves none, and a
/// wrong number only makes rows look changed.)
/// @see https://www.sqlite.org/fileformat2.html, section 1.6, table b-tree leaf cell
std::uint64_t bytes_in_page(std::uint64_t header_bytes, std::uint64_t page_bytes) {
  std::uint64_t head = 3;  // the row's own: its length, the types of the number and of the header
  for (std::uint64_t type = header_bytes * 2 + 12; type >= 128; type >>= 7) ++head;
  const std::uint64_t row = head + header_bytes;
  if (row <= page_bytes - 35) return header_bytes;
  const std::uint64_t least = (page_bytes - 12) * 32 / 255 - 23;
  const std::uint64_t fitting = least + (row - least) % (page_bytes - 4);
  const std::uint64_t here = fitting <= page_bytes - 35 ? fitting : least;
  return here > head ? here - head : 0;
}

RowMark mark_of(const PackageRow& row, std::uint64_t page_bytes) {
  const std::uint64_t here = bytes_in_page(row.header.size(), page_bytes);
  return {row.number, row.header.size(),
          std::hash<std::string_view>()(as_text(row.header.first(here)))};
}

/// Reads all rows that can be read, and notes where some cannot.
class RowReader {
 public:
  RowReader(Pages& pages, RecordKeeper& out) : pages_(pages), out_(out) {}

  /// @param take      Gets each row and where it lies.
  /// @param selected  Is called when the schema has been read.
  template <class Take, class Selected>
  void read(Take take, Selected selected) {
    const Result<void> all = run(false, take, selected);
    if (all) return;
    out_.gap(all.error());
    // The rows behind the damage, against their order, up to damage again or the last one known.
    if (is_selected_ && !out_.is_full()) {
      const Result<void> rest = run(true, take, selected);
      if (!rest && rest.error().offset != all.error().offset) out_.gap(rest.error());
    }
  }

 private:
  template <class Take, class Selected>
  Result<void> run(bool is_backwards, Take& take, Selected& selected) {
    BH_TRY(SqliteFile database, SqliteFile::open(pages_, out_.limits().rpm_header_bytes));
    BH_CHECK(database.select(is_backwards));
    is_selected_ = true;
    selected();
    // Rows do not overlap: together they are no larger than the database.
    const std::uint64_t most = pages_.count() * pages_.page_bytes();
    PackageRow row;
    while (!out_.is_full()) {
      BH_TRY(const bool is_there, database.next(row));
      if (!is_there || (is_backwards && last_ && row.number <= *last_)) break;
      if (!is_backwards) last_ = row.number;
      row_bytes_ += row.header.size();
      if (row_bytes_ > most) {
        return fail(Code::malformed, "its packages overlap; the rest is left out",
                    database.last_offset());
      }
      take(row, database.last_offset());
    }
    return {};
  }

  Pages& pages_;
  RecordKeeper& out_;
  bool is_selected_ = false;
  std::optional<std::int64_t> last_;  // the last row in order that could be read
  std::uint64_t row_bytes_ = 0;
};

void note_cut(const RandomFile& file, const SqliteHead& head, RecordKeeper& out) {
  if (file.size() % head.page_bytes == 0) return;
  out.gap(Code::truncated, "the file ends inside a page", file.size());
}

}  // namespace

std::uint64_t LoggableFacts::memory_bytes() const {
  return RecordFacts::memory_bytes() + sizeof(*this) - sizeof(RecordFacts) +
         marks.capacity() * sizeof(RowMark) + skeleton.memory_bytes();
}

FactsPtr read_sqlite(const RandomFile& file, const Limits& limits, Notes& notes) {
  RecordKeeper out(kFormat, limits, notes);
  std::string scratch;
  const Result<ByteView> bytes =
      file.read(0, std::min<std::uint64_t>(file.size(), kSqliteHeadBytes), scratch);
  const Result<SqliteHead> head = bytes ? read_sqlite_head(*bytes) : std::unexpected(bytes.error());
  if (!head) {
    out.gap(head.error());
    return nullptr;
  }
  note_cut(file, *head, out);
  if (!head->may_have_log) {
    FilePages pages(file, head->page_bytes, nullptr);
    RowReader(pages, out)
        .read([&](const PackageRow& row, std::uint64_t at) { out.add_header(row.header, at); },
              [] {});
    auto facts = std::make_unique<RecordFacts>();
    std::move(out).finish(*facts);
    return facts;
  }
  auto facts = std::make_unique<LoggableFacts>(limits);
  facts->page_bytes = head->page_bytes;
  FilePages pages(file, head->page_bytes, &facts->skeleton);
  RowReader(pages, out)
      .read(
          [&](const PackageRow& row, std::uint64_t at) {
            const std::size_t before = out.records().size();
            out.add_header(row.header, at);
            if (out.records().size() > before)
              facts->marks.push_back(mark_of(row, head->page_bytes));
          },
          [&] { facts->skeleton.end_of_schema(); });
  std::move(out).finish(*facts);
  return facts;
}

RecordFacts apply_log(const LoggableFacts& database, const LogFacts& log, Notes& notes) {
  RecordFacts facts;
  RecordKeeper out("rpm rpmdb.sqlite with its log", database.limits, notes);
  if (log.page_bytes != database.page_bytes || database.skeleton.is_given_up()) {
    out.gap(database.skeleton.is_given_up() ? Code::limit_exceeded : Code::malformed,
            database.skeleton.is_given_up()
                ? "the log is ignored: the database is too large (--max-random-memory-bytes)"
                : "the log is ignored: it is of another size of page",
            0);
    facts.records = database.records;
    facts.owned_path_bytes = database.owned_path_bytes;
    return facts;
  }
  LoggedPages pages(log, database.skeleton);
  std::vector<std::size_t> by_number(database.marks.size());
  for (std::size_t i = 0; i < by_number.size(); ++i) by_number[i] = i;
  const auto number_of = [&](std::size_t i) { return database.marks[i].number; };
  std::ranges::sort(by_number, {}, number_of);
  RowReader(pages, out)
      .read(
          [&](const PackageRow& row, std::uint64_t at) {
            const bool is_whole = !pages.has_stub();
            const bool is_mixed = pages.has_logged_rest();
            pages.begin_row();
            if (is_whole) return out.add_header(row.header, at);
            const RowMark mark = mark_of(row, log.page_bytes);
            const auto known = std::ranges::lower_bound(by_number, row.number, {}, number_of);
            if (!is_mixed && known != by_number.end()) {
              const RowMark& old = database.marks[*known];
              if (old.number == mark.number && old.header_bytes == mark.header_bytes &&
                  old.start_hash == mark.start_hash) {
                return out.add(database.records[*known], at);
              }
            }
            out.gap(Code::malformed, fmt::format("row {} is only in part in the log", row.number),
                    at);
          },
          [&] { pages.begin_row(); });
  std::move(out).finish(facts);
  return facts;
}

}  // namespace bulkhead::catalog::rpm
