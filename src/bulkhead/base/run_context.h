#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bulkhead/base/limits.h"

namespace bulkhead {

/// Told how far a long job is; called from several threads at once, but for `begin`.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Another job begins: "fetching advisories". Before the first one it is "reading layers".
  virtual void begin(std::string_view /*job*/) {}
  /// `bytes` more stored (compressed) bytes are going to be read.
  virtual void add_total(std::uint64_t bytes) = 0;
  /// `bytes` more stored bytes have been read.
  virtual void advance(std::uint64_t bytes) = 0;
};

enum class LogLevel { debug, info, warning, error };

/// Where diagnostics for people go (never results). Called from several threads at once.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view text) = 0;
};

/// What one run of the program may use and how it behaves; passed explicitly to whatever needs
/// it, and unchanged once the run has begun. The pointers are never null and outlive the run.
struct RunContext {
  Limits limits;
  unsigned jobs = 1;                    // threads that read layers
  std::size_t chunk_bytes = 256 << 10;  // read and decode buffer; a result never depends on it
  std::int64_t now_unix_s = 0;          // the clock: SOURCE_DATE_EPOCH or the time of start
  const std::atomic<bool>* cancelled = nullptr;
  Log* log = nullptr;
  Progress* progress = nullptr;

  bool is_cancelled() const { return cancelled->load(std::memory_order_relaxed); }
};

/// A context for tests, fuzz targets and tools: default limits, one thread, no output.
RunContext quiet_context();

}  // namespace bulkhead
