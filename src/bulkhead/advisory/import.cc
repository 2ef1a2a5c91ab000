#include "bulkhead/advisory/import.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/feeds.h"
#include "bulkhead/advisory/manifest.h"
#include "bulkhead/advisory/set_aside.h"
#include "bulkhead/advisory/staging.h"
#include "bulkhead/advisory/walk_input.h"
#include "bulkhead/advisory/writer.h"

namespace bulkhead::advisory {
namespace {

using FeedIndex = Staging::FeedIndex;
using Part = Staging::Part;

/// A unit of publication while it is read (see InputSink), for the formats of which one document
/// is one record.
struct Unit {
  std::string place;
  Part part = 0;
  std::uint64_t documents = 0;             // that gave anything to a feed
  std::map<FeedKey, std::uint64_t> feeds;  // and how many of them named this one
};

/// Statements of one kind that were left out.
struct LeftOut {
  std::uint64_t count = 0;
  std::string example;  // the first one's, and its document's place
  std::string place;
};
using LeftOutKinds = std::map<std::string, LeftOut, std::less<>>;

/// Takes one document's records into the staging file.
class DocumentRecords final : public RecordSink {
 public:
  DocumentRecords(Staging& staging, Part part, std::string_view place, Notes& notes,
                  LeftOutKinds& left_out)
      : staging_(staging), part_(part), place_(place), notes_(notes), left_out_(left_out) {
    staging_.begin_document();
  }

  Result<void> declare(const FeedKey& feed) override {
    records_.try_emplace(feed, 0);
    return {};
  }
  Result<void> add(const FeedKey& feed, const Advisory& advisory) override {
    Result<FeedIndex> index = staging_.feed(feed);
    Result<void> done =
        index ? staging_.add(*index, part_, advisory) : std::unexpected(index.error());
    is_fatal_ = is_fatal_ || !done;
    if (done) ++records_[feed];
    // One advisory may stand in several feeds, one after the other.
    if (advisory.id != last_id_) ++advisories_;
    last_id_ = advisory.id;
    return done;
  }
  Result<void> add(const FeedKey& feed, const SupportDates& dates) override {
    Result<FeedIndex> index = staging_.feed(feed);
    Result<void> done = index ? staging_.add(*index, part_, dates) : std::unexpected(index.error());
    is_fatal_ = is_fatal_ || !done;
    if (done) ++records_[feed];
    ++advisories_;
    return done;
  }
  void withdrawn() override { ++withdrawn_; }
  void note(Error error) override {
    ++noted_;
    // What a reader has no use for is told, and is no gap.
    const bool is_gap = error.code != Code::unsupported;
    notes_.add(is_gap ? NoteLevel::incomplete : NoteLevel::info, located(std::move(error), place_));
  }
  void left_out(std::string_view kind, std::string_view example, std::uint64_t count) override {
    auto known = left_out_.find(kind);
    if (known == left_out_.end()) {
      known = left_out_
                  .emplace(std::string(kind), LeftOut{0, std::string(example), std::string(place_)})
                  .first;
    }
    known->second.count += count;
  }

  /// The staging file failed, not the document.
  bool is_fatal() const { return is_fatal_; }
  const std::map<FeedKey, std::uint64_t>& records() const { return records_; }
  /// Advisories and support dates, whatever number of feeds they belong to.
  std::uint64_t advisories() const { return advisories_; }
  void add_to(FormatTally& tally, bool is_whole_feed) const;

 private:
  Staging& staging_;
  Part part_;
  std::string_view place_;
  Notes& notes_;
  LeftOutKinds& left_out_;
  bool is_fatal_ = false;
  std::uint64_t advisories_ = 0;
  std::string last_id_ = {};
  std::uint64_t withdrawn_ = 0;
  std::uint64_t noted_ = 0;
  std::map<FeedKey, std::uint64_t> records_;
};

void DocumentRecords::add_to(FormatTally& tally, bool is_whole_feed) const {
  std::uint64_t kept = advisories_;
  if (is_whole_feed) {
    kept = 0;
    for (const auto& [key, count] : records_) kept += count;
  }
  tally.kept += kept;
  tally.withdrawn += withdrawn_;
  tally.noted += noted_;
  if (kept == 0 && withdrawn_ == 0 && noted_ == 0) ++tally.empty;
}

/// One import: what the walk finds goes into the staging file, then feed by feed into the store.
class Import final : public InputSink {
 public:
  Import(Staging& staging, const RunContext& context)
      : staging_(staging), context_(context), notes_(context.limits.notes) {}

  void begin_unit(std::string_view place) override {
    units_.push_back({std::string(place), staging_.begin_part(), 0, {}});
  }
  Result<void> end_unit(bool is_whole) override;
  Result<bool> document(std::string_view place, std::string_view text) override;
  void note(Note note) override {
    if (note.level == NoteLevel::incomplete && !damage_) damage_ = note;
    notes_.add(std::move(note));
  }

  /// What has been read is a whole publication of `file` (import_publication).
  Result<void> check_publication(const SourceFile& file) const;
  Result<ImportResult> publish_into(const std::string& folder);

 private:
  bool set_aside(const Document& document, std::string_view place);
  Result<void> take_records(const DocumentRecords& document);
  Result<void> take_feeds(const DocumentRecords& document, Part part, std::string_view place);

  Staging& staging_;
  const RunContext& context_;
  Notes notes_;
  std::optional<Note> damage_ = {};  // of the input's containers, not of a record in it
  std::vector<Unit> units_;
  std::map<FeedKey, std::uint64_t> whole_feeds_;  // and how many records the kept document has
  std::map<std::string_view, FormatTally> tallies_;
  // Documents by the reason that nothing is read of them: how many, and the first one's place.
  std::map<std::string_view, std::pair<std::uint64_t, std::string>> set_aside_;
  LeftOutKinds left_out_;
  std::uint64_t records_ = 0;
};

Result<bool> Import::document(std::string_view place, std::string_view text) {
  const Result<Document> document = open_document(text);
  if (!document) {
    notes_.add(NoteLevel::incomplete, located(document.error(), place));
    return true;
  }
  const FeedFormat* format = find_format(*document);
  if (format == nullptr) return set_aside(*document, place);
  const Part part = format->is_whole_feed ? staging_.begin_part() : units_.back().part;
  DocumentRecords records(staging_, part, place, notes_, left_out_);
  const Result<void> done = format->read(*document, records);
  FormatTally& tally = tallies_[format->name];
  ++tally.documents;
  if (!done && records.is_fatal()) return std::unexpected(done.error());
  if (!done) {
    const bool is_gap = done.error().code != Code::unsupported;
    notes_.add(is_gap ? NoteLevel::incomplete : NoteLevel::info, located(done.error(), place));
    ++tally.noted;
    return true;
  }
  records.add_to(tally, format->is_whole_feed);
  BH_CHECK(format->is_whole_feed ? take_feeds(records, part, place) : take_records(records));
  return true;
}

/// False where it is of no known kind.
bool Import::set_aside(const Document& document, std::string_view place) {
  const std::string_view reason = reason_to_set_aside(document);
  if (reason.empty()) return false;
  const auto [known, is_new] = set_aside_.try_emplace(reason, 0, place);
  ++known->second.first;
  return true;
}

Result<void> Import::take_records(const DocumentRecords& document) {
  if (document.records().empty()) return {};
  Unit& unit = units_.back();
  ++unit.documents;
  records_ += document.advisories();
  for (const auto& [key, count] : document.records()) ++unit.feeds[key];
  return {};
}

/// The document is all of its feeds. Where an import has several of one feed, the one with the
/// most records counts (publishers' data grows), the last of equal ones.
Result<void> Import::take_feeds(const DocumentRecords& document, Part part,
                                std::string_view place) {
  for (const auto& [key, count] : document.records()) {
    const auto [known, is_new] = whole_feeds_.try_emplace(key, count);
    if (!is_new && known->second != count) {
      notes_.add(
          {NoteLevel::info, "double-feed",
           fmt::format("import: {} is there more than once; the document with {} records "
                       "counts, not the one with {}",
                       key.name, std::max(count, known->second), std::min(count, known->second)),
           std::string(place)});
    }
    if (count < known->second) continue;
    known->second = count;
    BH_TRY(const FeedIndex index, staging_.feed(key));
    staging_.keep(index, part, true);
  }
  return {};
}

/// An archive of OSV records in which every record names one ecosystem is that ecosystem's
/// publication: what its records say of others besides is only a part of those (AlmaLinux 10's
/// archive has 138 of AlmaLinux 8's 3237 advisories) and must not pass for, or replace, the whole
/// of them.
Result<void> Import::end_unit(bool is_whole) {
  const Unit unit = std::move(units_.back());
  units_.pop_back();
  if (!is_whole) return {};
  const bool has_owner = std::ranges::any_of(unit.feeds, [&](const auto& feed) {
    return feed.first.name.starts_with("osv/") && feed.second == unit.documents;
  });
  for (const auto& [key, count] : unit.feeds) {
    if (has_owner && count != unit.documents) {
      notes_.add({NoteLevel::info, "foreign-ecosystem",
                  fmt::format("import: {} records that also name {} are left to that ecosystem's "
                              "own data",
                              count, key.ecosystem),
                  unit.place});
      continue;
    }
    BH_TRY(const FeedIndex index, staging_.feed(key));
    staging_.keep(index, unit.part, false);
  }
  return {};
}

Result<void> Import::check_publication(const SourceFile& file) const {
  if (damage_) return fail(Code::malformed, damage_->what);
  const auto feeds = staging_.feeds();
  const bool is_of_it = std::ranges::any_of(
      feeds, [&](const auto& feed) { return file.is_of(feed.first.ecosystem); });
  if (is_of_it) return {};
  if (feeds.empty()) {
    // A document that its reader refused says why; what no reader knew has nothing to say.
    const auto why = std::ranges::find_if(notes_.all(), [](const Note& note) {
      return note.level == NoteLevel::incomplete || note.code == "unsupported";
    });
    return fail(Code::malformed,
                why == notes_.all().end() ? "advisory data: it is empty" : why->what);
  }
  return fail(Code::malformed, fmt::format("advisory data: it has none of {} but {}", file.family,
                                           feeds.front().first.name));
}

Result<ImportResult> Import::publish_into(const std::string& folder) {
  BH_CHECK(staging_.settle({"alma-errata/", "bodhi/", "csaf/", "cvrf/", "debian-dsa/", "nvd",
                            "osv/", "red-hat-cve/", "rocky-errata/", "ubuntu-"}));
  ImportResult result;
  std::vector<ManifestFeed> feeds;
  for (const auto& [key, index] : staging_.feeds()) {
    if (context_.is_cancelled()) return fail(Code::io, "import: cancelled");
    BH_TRY(const WrittenFeed written, write_feed(folder, key, staging_, index));
    FeedInfo info{key.name,        key.ecosystem,         written.file,
                  written.records, written.newest_unix_s, context_.now_unix_s};
    result.feeds.push_back(info);
    feeds.push_back({std::move(info), written.size_bytes});
  }
  if (feeds.empty()) {
    notes_.add({NoteLevel::incomplete, "no-advisory-data",
                "import: nothing of a known format was found", ""});
  } else {
    BH_CHECK(publish(folder, feeds, context_.now_unix_s));
  }
  for (const auto& [reason, documents] : set_aside_) {
    notes_.add({NoteLevel::info, "unsupported",
                fmt::format("import: {} set aside: {}",
                            documents.first == 1 ? "a document is"
                                                 : fmt::format("{} documents are", documents.first),
                            reason),
                documents.second});
  }
  for (const auto& [kind, left_out] : left_out_) {
    notes_.add({NoteLevel::info, "unsupported",
                fmt::format("{}, and left out: {}, the first of {}", kind, left_out.count,
                            left_out.example),
                left_out.place});
  }
  result.records = records_;
  for (const auto& [key, count] : whole_feeds_) result.records += count;
  for (auto& [format, tally] : tallies_) {
    tally.format = format;
    result.formats.push_back(tally);
  }
  result.notes = std::move(notes_).take_sorted();
  return result;
}

Result<void> make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return std::unexpected(
      Error{Code::io, fmt::format("import: cannot make the store: {}", error.message()), folder});
}

}  // namespace

Result<ImportResult> import_paths(const std::string& folder, const std::vector<std::string>& paths,
                                  const RunContext& context) {
  BH_CHECK(make_folder(folder));
  BH_TRY(Staging staging, Staging::create(folder, context.limits.spool_bytes));
  Import import(staging, context);
  for (const std::string& path : paths) BH_CHECK(walk_input(path, import, context));
  return import.publish_into(folder);
}

Result<ImportResult> import_publication(const std::string& folder, const std::string& path,
                                        const SourceFile& file, const RunContext& context) {
  BH_CHECK(make_folder(folder));
  BH_TRY(Staging staging, Staging::create(folder, context.limits.spool_bytes));
  Import import(staging, context);
  BH_CHECK(walk_input(path, import, context));
  BH_CHECK(import.check_publication(file));
  return import.publish_into(folder);
}

}  // namespace bulkhead::advisory
