#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/image/entry_log.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/model/note.h"
#include "bulkhead/scan/wants.h"

namespace bulkhead::scan {

/// What an inspector learnt from one file of a layer.
struct FileFacts {
  std::uint32_t ordinal = 0;    // of the entry in the layer
  std::uint32_t inspector = 0;  // its place in the list of inspectors
  FactsPtr facts;               // null: the file was read and held nothing
  std::size_t path_hash = 0;    // of the entry's clean path
};

/// Tells paths apart, but for one pair in 2^64.
std::size_t path_hash(std::string_view path);

/// What one pass over a layer gives; nothing of it points into the layer's bytes.
struct LayerResult {
  image::EntryLog entries;
  std::vector<FileFacts> facts;  // by ordinal
  Notes notes;

  explicit LayerResult(const Limits& limits) : notes(limits.notes) {}
  LayerResult(const LayerResult&) = default;
  LayerResult(LayerResult&&) noexcept = default;
  LayerResult& operator=(const LayerResult&) = default;
  LayerResult& operator=(LayerResult&&) noexcept = default;
};

/// What all layers of a target keep together; bounded by --max-entries, --max-name-bytes,
/// --max-fact-bytes and --max-spool-bytes.
struct KeptBudget {
  std::atomic<std::uint64_t> entries = 0;
  std::atomic<std::uint64_t> name_bytes = 0;
  std::atomic<std::uint64_t> fact_bytes = 0;
  std::atomic<std::uint64_t> spool_bytes = 0;
};

/// Hands one file's bytes to every inspector that wants it. An inspector's error ends the file for
/// that inspector alone, as a gap; the bytes go on to the others.
class FileTee {
 public:
  FileTee(std::span<const Inspector> inspectors, const RunContext& context, KeptBudget& budget,
          Notes& notes)
      : inspectors_(inspectors), context_(context), budget_(budget), notes_(notes) {}

  /// @param place  Names the file in notes ("layer 2!var/lib/dpkg/status").
  void open(std::uint32_t inspector, const FileInfo& file, std::string_view place);
  bool is_open() const { return !readers_.empty(); }
  void data(ByteView chunk);
  /// Moves what was learnt to `out`, under `ordinal` and `path`, the entry's own.
  void end(std::uint32_t ordinal, std::string_view path, std::vector<FileFacts>& out);
  /// The file's bytes ended too early: nothing of it is kept, and that is a gap.
  void abandon();

 private:
  struct OpenReader {
    std::uint32_t inspector = 0;
    std::string place;
    std::unique_ptr<Notes> notes;  // of this file, without its place yet
    std::unique_ptr<ReadContext> context;
    std::unique_ptr<FileReader> reader;
  };
  void settle(OpenReader& open);
  bool is_affordable(const FactsPtr& facts);

  std::span<const Inspector> inspectors_;
  const RunContext& context_;
  KeptBudget& budget_;
  Notes& notes_;
  std::vector<OpenReader> readers_;
};

/// Which entries of an archive count, and under which clean path: the same for every pass, since
/// an entry's ordinal is its place among them.
class EntryFilter {
 public:
  explicit EntryFilter(const Limits& limits) : limits_(limits) {}
  /// Says whether the entry is kept; `path()` is then its clean path. `error` says why not.
  bool accept(const archive::EntryHeader& header, Error& error);
  const std::string& path() const { return path_; }
  std::uint64_t escaped() const { return escaped_; }

 private:
  const Limits& limits_;
  std::string path_;
  std::uint64_t escaped_ = 0;
};

/// The sink of one layer's entries: logs every entry for the overlay, and hands the bytes of
/// wanted files to the inspectors that want them.
class LayerPass final : public archive::EntrySink {
 public:
  /// All arguments outlive the pass. `where` names the layer in notes ("layer 2").
  LayerPass(std::span<const Inspector> inspectors, const RunContext& context, KeptBudget& budget,
            std::string where);

  Result<Want> begin(const archive::EntryHeader& header) override;
  Result<void> data(ByteView chunk) override;
  Result<void> end() override;
  bool is_sated() const override { return !is_sniffing_ && !tee_.is_open(); }
  void note(Error error, bool is_gap) override;

  LayerResult take() &&;

  /// Of the entry that `begin` took last: its place and clean path; no place where it left it out.
  std::optional<std::uint32_t> ordinal() const {
    return is_accepted_ ? std::optional(ordinal_) : std::nullopt;
  }
  const std::string& path() const { return filter_.path(); }
  /// Of the entry that `begin` took last: somebody wants it for its path.
  bool is_wanted_by_path() const { return is_wanted_by_path_; }

 private:
  void open_by_path(const archive::EntryHeader& header);
  void open_by_magic();
  void open(std::uint32_t inspector);

  Wants wants_;
  const RunContext& context_;
  KeptBudget& budget_;
  std::string where_;
  LayerResult result_;
  EntryFilter filter_;
  FileTee tee_;
  std::uint32_t ordinal_ = 0;
  bool is_accepted_ = false;
  bool is_wanted_by_path_ = false;
  bool is_sniffing_ = false;  // the file's first bytes still decide who wants it
  std::string head_;          // those that have come
  std::uint32_t mode_ = 0;
  std::uint64_t size_bytes_ = 0;
  bool is_full_ = false;  // the budget is used up: nothing more is kept
};

/// An entry whose bytes went by before an inspector knew that it wants them.
struct LateWant {
  std::uint32_t ordinal = 0;
  std::uint32_t inspector = 0;
  std::string path;  // under which the inspector wants it
  auto operator<=>(const LateWant&) const = default;
};

/// Reads single entries of a layer once more.
class LatePass final : public archive::EntrySink {
 public:
  /// @param wants  Sorted by ordinal; outlives the pass.
  LatePass(std::span<const Inspector> inspectors, std::span<const LateWant> wants,
           const RunContext& context, KeptBudget& budget, std::string where);

  Result<Want> begin(const archive::EntryHeader& header) override;
  Result<void> data(ByteView chunk) override;
  Result<void> end() override;
  void note(Error, bool) override {}  // the first pass has said it

  bool is_done() const { return wants_.empty() && !tee_.is_open(); }
  std::vector<FileFacts> take_facts() { return std::move(facts_); }
  Notes take_notes() { return std::move(notes_); }

 private:
  std::span<const LateWant> wants_;  // those not met yet
  std::string where_;
  EntryFilter filter_;
  Notes notes_;
  FileTee tee_;
  std::uint32_t next_ordinal_ = 0;
  std::uint32_t ordinal_ = 0;
  std::vector<FileFacts> facts_;
};

}  // namespace bulkhead::scan
