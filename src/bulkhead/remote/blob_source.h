#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "bulkhead/base/run_context.h"
#include "bulkhead/io/source.h"
#include "bulkhead/model/digest.h"
#include "bulkhead/remote/repository.h"

namespace bulkhead::remote {

/// How patiently a broken transfer is resumed.
struct ResumeOptions {
  unsigned most_failures = 4;               // in a row that brought next to nothing
  std::uint64_t progress_bytes = 64 << 10;  // more than next to nothing
  std::uint64_t first_wait_ms = 100;        // doubled after each failure of a row
};

/// A blob in a registry as a source, made for whoever reads it from its first byte to its last: one
/// transfer runs along with the reads, and no byte is kept.
///
/// Nothing is opened before the first read. A read elsewhere starts a new transfer there. A
/// transfer that breaks is resumed where it broke; a registry that knows no ranges sends all again,
/// and what was read already is passed over. Digests are the reader's to check.
///
/// @error (of read_at) malformed  The registry's length is not the descriptor's; truncated, io: the
///        transfer broke again and again; not_found, io: what the registry said.
class BlobSource final : public io::Source {
 public:
  /// @param context  Outlives the source.
  BlobSource(std::shared_ptr<Repository> repository, Digest digest, std::uint64_t size_bytes,
             const RunContext& context, ResumeOptions options = {});

  std::uint64_t size() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override;

 private:
  // What a read moves; guarded by `mutex_`.
  struct Transfer {
    std::unique_ptr<net::BodyStream> body;
    std::uint64_t position = 0;   // of the next byte of `body`
    std::uint64_t opened_at = 0;  // where it began to bring something new
    unsigned failures = 0;        // in a row
    bool has_length = false;      // the answer said how long it is
  };

  Result<std::size_t> read_once(std::uint64_t offset, MutableByteView out) const;
  Result<void> open_at(std::uint64_t offset) const;
  Result<void> check_head(const net::HttpHead& head, std::uint64_t offset) const;
  Result<void> pass_over(std::uint64_t bytes) const;
  Result<void> check_end() const;
  Result<void> wait_before_retry() const;

  const std::shared_ptr<Repository> repository_;
  const Digest digest_;
  const std::uint64_t size_bytes_;
  const RunContext& context_;
  const ResumeOptions options_;
  mutable std::mutex mutex_;
  mutable Transfer transfer_;
};

}  // namespace bulkhead::remote
