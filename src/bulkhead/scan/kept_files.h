#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/lazy_spool.h"

namespace bulkhead::scan {

/// Files of a layer that goes by once, kept in a private spool because their names look like those
/// that inspectors want: a link found later may lead to one of them.
class KeptFiles {
 public:
  /// @param spool  Where the bytes go; `finish` it before `read`.
  /// @param context, budget  Outlive the layer's pass.
  KeptFiles(std::shared_ptr<LazySpool> spool, const RunContext& context, KeptBudget& budget)
      : spool_(std::move(spool)), most_name_bytes_(context.limits.name_bytes), budget_(budget) {}

  /// The next file; what cannot be kept is as if it had not been there. Its record counts as names
  /// do.
  /// @return  Its bytes are wanted.
  bool begin(std::uint32_t ordinal, std::string_view path, std::uint32_t mode);
  void data(ByteView chunk);

  /// Gives the inspectors what they want of the files that were kept; the others are gaps.
  /// @param where  Names the layer in notes.  @param wants  Sorted.
  std::vector<FileFacts> read(std::string_view where, std::span<const Inspector> inspectors,
                              std::span<const LateWant> wants, const RunContext& context,
                              KeptBudget& budget, Notes& notes) const;

 private:
  struct File {
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
    std::uint32_t mode = 0;
    std::string path;
    bool is_whole = true;
  };
  void read_file(const File& file, FileTee& tee) const;

  std::shared_ptr<LazySpool> spool_;
  std::uint64_t most_name_bytes_;
  KeptBudget& budget_;
  std::map<std::uint32_t, File> files_;  // by ordinal
  File* open_ = nullptr;
};

/// A layer's pass that keeps the files of which `KeptFiles` speaks.
class KeepingPass final : public archive::EntrySink {
 public:
  KeepingPass(LayerPass& pass, KeptFiles& kept, std::span<const Inspector> inspectors);

  Result<Want> begin(const archive::EntryHeader& header) override;
  Result<void> data(ByteView chunk) override;
  Result<void> end() override;
  bool is_sated() const override { return !is_keeping_ && pass_.is_sated(); }
  void note(Error error, bool is_gap) override { pass_.note(std::move(error), is_gap); }

 private:
  bool is_name_wanted(std::string_view path) const;

  LayerPass& pass_;
  KeptFiles& kept_;
  std::vector<std::string_view> names_;  // last components of the inspectors' patterns
  bool is_keeping_ = false;
};

}  // namespace bulkhead::scan
