#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/archive/tar.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/hash.h"

namespace bulkhead::scan {

/// What of a layer is checked while it is read.
struct Verify {
  bool has_digest = true;  // the blob's digest, where it is known
  bool is_all = false;     // the diff ID of compressed layers, too (--verify=all)
};

/// The digests of a layer that was read before anybody knew what they must be.
struct LayerDigests {
  Digest stored;
  std::optional<Digest> plain;  // SHA-256 of the tar in it; nothing where nobody asked for it
};

/// What is wrong with `digests`, as `source` says they should be; nothing where they hold.
std::vector<Error> check_digests(const LayerDigests& digests, const image::LayerSource& source);

/// Reads one layer's blob from its first byte to its last: digest, decoding, tar walk, in chunks
/// that stay in the cache.
///
/// It runs on one thread; a second one without work may take over its consuming half (hashing and
/// walking) at any time, through a bounded ring of chunks. The result is the same: entries reach
/// the sink in order, from one thread at a time.
///
/// What is wrong with the blob is told to the sink as notes: the call fails only when cancelled.
class LayerReader {
 public:
  /// All arguments outlive the reader.
  /// @param is_done  Asked now and then; once true the rest of the blob is left unread.
  LayerReader(const image::LayerSource& source, archive::EntrySink& sink, Verify verify,
              const RunContext& context, std::function<bool()> is_done = {});

  /// @error io  Cancelled.
  Result<void> run();

  /// Makes the reader digest all bytes although the source names no digests. Before `run`.
  /// @param algorithm  Of the stored bytes' digest: "sha256" or "sha512".
  /// @param has_plain  The tar of a compressed layer, too.
  void compute_digests(std::string algorithm, bool has_plain);
  /// Those that were computed so. After `run`.
  const std::optional<LayerDigests>& digests() const { return digests_; }

  /// Stored bytes that are still to be read; for choosing whom to help.
  std::uint64_t remaining() const { return remaining_.load(std::memory_order_relaxed); }
  /// Engages the caller as the one helper, if there is none yet and enough is left to be worth it.
  bool engage_helper();
  /// Takes over the consuming half and returns when the layer has been read (at once, where that
  /// is so already). From another thread than `run`, after `engage_helper` said yes.
  void help();

 private:
  enum class Kind { stored, plain, both };
  struct Slot {
    std::vector<std::byte> bytes;
    std::size_t size = 0;
    Kind kind = Kind::both;
  };
  using SlotPtr = std::unique_ptr<Slot>;

  Result<void> read_blob();
  void start(ByteView head);
  void decode(ByteView stored);
  void drain();
  void stop_decoding(Error error);
  void finish();
  std::uint64_t skip_ahead(std::uint64_t offset);

  SlotPtr acquire();
  void emit(SlotPtr slot);
  void consume(const Slot& slot);

  const image::LayerSource& source_;
  archive::EntrySink& sink_;
  Verify verify_;
  const RunContext& context_;
  std::function<bool()> is_done_;

  // The producing half.
  io::BlobDecoder decoder_;
  bool is_plain_ = false;
  bool is_cut_ = false;  // the blob could not be read to its end
  std::optional<Error> decode_error_;
  SlotPtr out_;  // being filled with decoded bytes
  std::atomic<std::uint64_t> remaining_ = 0;

  // The consuming half: touched by one thread at a time, handed over under `mutex_`.
  archive::TarReader tar_;
  std::optional<io::Hasher> stored_hash_;
  std::optional<io::Hasher> plain_hash_;
  std::string computed_;  // the algorithm; empty: no digests are computed that nobody named
  bool is_computing_plain_ = false;
  std::optional<LayerDigests> digests_;
  std::optional<Error> tar_error_;

  // Between the two.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SlotPtr> free_;
  std::size_t slots_made_ = 0;
  std::deque<SlotPtr> queue_;
  std::atomic<bool> is_help_offered_ = false;
  bool is_split_ = false;
  bool is_produced_ = false;  // the producer has emitted its last slot
  bool is_consumed_ = false;  // the helper has consumed it
};

}  // namespace bulkhead::scan
