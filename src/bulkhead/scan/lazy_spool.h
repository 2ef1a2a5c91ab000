#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bulkhead/base/run_context.h"
#include "bulkhead/io/spool.h"
#include "bulkhead/scan/layer_pass.h"

namespace bulkhead::scan {

/// A private spool that is made when its first byte comes. All of a scan together keep to
/// --max-spool-bytes. Used by one thread at a time.
class LazySpool {
 public:
  /// @param context, budget  Outlive it.
  LazySpool(std::string folder, const RunContext& context, KeptBudget& budget)
      : folder_(std::move(folder)), context_(context), budget_(budget) {}

  /// @error limit_exceeded  All spools together would grow past the bound; io: disk full, ...
  Result<void> append(ByteView bytes);
  std::uint64_t size() const { return size_; }
  /// Nothing more comes; from now on `source` gives what was written. A second call does nothing.
  void finish();
  /// Null where nothing was written.
  const std::shared_ptr<const io::Source>& source() const { return source_; }

 private:
  std::string folder_;
  const RunContext& context_;
  KeptBudget& budget_;
  std::optional<io::Spool> spool_;
  std::shared_ptr<const io::Source> source_;
  std::uint64_t size_ = 0;
};

}  // namespace bulkhead::scan
