#include "bulkhead/scan/layer_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace bulkhead::scan {
namespace {

/// Chunks between the two halves: 8 MiB of the usual size. Fewer make the halves wait for each
/// other, more only take memory (docs/decisions/0002).
constexpr std::size_t kRingSlots = 32;
/// Below this a handover costs more than it brings.
constexpr std::uint64_t kWorthHelping = 1 << 20;

constexpr const char* kDiffIdAlgorithm = "sha256";
constexpr std::string_view kBlob = "blob";
constexpr std::string_view kTar = "layer's tar (diff ID)";

Error mismatch(std::string_view of, const Digest& should, std::string_view hex) {
  return {Code::malformed, fmt::format("digest mismatch: the {} should be {} and is {}:{}", of,
                                       should.str(), should.algorithm, hex)};
}

}  // namespace

LayerReader::LayerReader(const image::LayerSource& source, archive::EntrySink& sink, Verify verify,
                         const RunContext& context, std::function<bool()> is_done)
    : source_(source),
      sink_(sink),
      verify_(verify),
      context_(context),
      is_done_(std::move(is_done)),
      decoder_(context.limits, context.chunk_bytes),
      remaining_(source.blob ? source.blob->size() : 0),
      tar_(sink, context.limits) {}

bool LayerReader::engage_helper() {
  return remaining() >= kWorthHelping && !is_help_offered_.exchange(true);
}

Result<void> LayerReader::run() {
  Result<void> read = read_blob();
  {
    std::unique_lock lock(mutex_);
    is_produced_ = true;
    changed_.notify_all();
    if (is_split_) changed_.wait(lock, [&] { return is_consumed_; });
  }
  BH_CHECK(read);
  finish();
  return {};
}

void LayerReader::compute_digests(std::string algorithm, bool has_plain) {
  computed_ = std::move(algorithm);
  is_computing_plain_ = has_plain;
}

/// Finds out from the blob's first bytes what has to be done with them.
void LayerReader::start(ByteView head) {
  is_plain_ = io::detect_compression(head) == io::Compression::none;
  const auto want = [](const std::optional<Digest>& digest) -> std::optional<io::Hasher> {
    auto hasher = io::Hasher::create(digest->algorithm);
    if (!hasher) return std::nullopt;  // parse_digest let only known algorithms through
    return *std::move(hasher);
  };
  if (!computed_.empty()) {
    stored_hash_ = want(Digest{computed_, {}});
    const bool is_same_hash = is_plain_ && computed_ == kDiffIdAlgorithm;
    if ((is_plain_ || is_computing_plain_) && !is_same_hash) {
      plain_hash_ = want(Digest{kDiffIdAlgorithm, {}});
    }
    return;
  }
  if (verify_.has_digest && source_.digest) stored_hash_ = want(source_.digest);
  // A plain layer with both has the same bytes under both digests: one hash will do.
  const bool is_same = is_plain_ && source_.digest && source_.digest == source_.diff_id;
  if (source_.diff_id && !is_same && ((verify_.has_digest && is_plain_) || verify_.is_all)) {
    plain_hash_ = want(source_.diff_id);
  }
}

Result<void> LayerReader::read_blob() {
  const io::Source& blob = *source_.blob;
  bool is_started = blob.size() == 0;
  if (is_started) start({});  // no bytes have a digest, too
  for (std::uint64_t offset = 0; offset < blob.size();) {
    if (context_.is_cancelled()) return fail(Code::io, "cancelled");
    if (is_done_ && is_done_()) return {};
    SlotPtr slot = acquire();
    auto got = blob.read_at(offset, slot->bytes);
    if (!got && context_.is_cancelled()) return fail(Code::io, "cancelled");
    if (!got || *got == 0) {
      is_cut_ = true;
      stop_decoding(got ? Error{Code::truncated, "blob: it became shorter while it was read"}
                        : std::move(got).error());
      break;
    }
    slot->size = *got;
    const ByteView bytes = ByteView(slot->bytes).first(slot->size);
    if (!std::exchange(is_started, true)) start(bytes);
    offset += *got;
    slot->kind = is_plain_ ? Kind::both : Kind::stored;
    if (!is_plain_) decode(bytes);
    // Once decoding has failed, only a digest is left to be had from the rest.
    if (decode_error_ && !stored_hash_) break;
    emit(std::move(slot));
    const std::uint64_t skipped = skip_ahead(offset);
    offset += skipped;
    remaining_.store(blob.size() - offset, std::memory_order_relaxed);
    context_.progress->advance(*got + skipped);
  }
  if (is_started && !is_plain_) drain();
  return {};
}

/// Where a plain blob has no digest to check, the data of files that nobody wants is passed over.
std::uint64_t LayerReader::skip_ahead(std::uint64_t offset) {
  if (!is_plain_ || stored_hash_ || plain_hash_ || is_split_) return 0;
  const std::uint64_t skippable = std::min(tar_.skippable(), source_.blob->size() - offset);
  if (skippable > 0) tar_.skip(skippable);
  return skippable;
}

void LayerReader::decode(ByteView stored) {
  while (!stored.empty() && !decode_error_) {
    if (!out_) out_ = acquire();
    const auto step = decoder_.decode_into(stored, std::span(out_->bytes).subspan(out_->size));
    if (!step) return stop_decoding(step.error());
    stored = stored.subspan(step->consumed);
    out_->size += step->produced;
    if (out_->size == out_->bytes.size()) emit(std::move(out_));
  }
}

void LayerReader::drain() {
  while (!decode_error_) {
    if (!out_) out_ = acquire();
    const auto got = decoder_.drain_into(std::span(out_->bytes).subspan(out_->size));
    if (!got) {
      stop_decoding(got.error());
    } else if (*got == 0) {
      break;
    } else {
      out_->size += *got;
      if (out_->size == out_->bytes.size()) emit(std::move(out_));
    }
  }
  if (out_ && out_->size > 0) emit(std::move(out_));
}

void LayerReader::stop_decoding(Error error) {
  if (!decode_error_) decode_error_ = std::move(error);
}

LayerReader::SlotPtr LayerReader::acquire() {
  std::unique_lock lock(mutex_);
  // Alone, the two halves take turns and never hold more than a stored and a plain chunk.
  if (free_.empty() && slots_made_ >= kRingSlots) {
    changed_.wait(lock, [&] { return !free_.empty(); });
  }
  SlotPtr slot;
  if (free_.empty()) {
    ++slots_made_;
    lock.unlock();
    slot = std::make_unique<Slot>();
    slot->bytes.resize(context_.chunk_bytes);
  } else {
    slot = std::move(free_.back());
    free_.pop_back();
  }
  slot->size = 0;
  slot->kind = Kind::plain;
  return slot;
}

void LayerReader::emit(SlotPtr slot) {
  if (!is_split_ && is_help_offered_.load(std::memory_order_acquire)) {
    const std::lock_guard lock(mutex_);
    is_split_ = true;
  }
  if (!is_split_) consume(*slot);
  const std::lock_guard lock(mutex_);
  (is_split_ ? queue_.emplace_back() : free_.emplace_back()) = std::move(slot);
  if (is_split_) changed_.notify_all();
}

void LayerReader::help() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !queue_.empty() || is_produced_; });
    if (queue_.empty()) break;
    SlotPtr slot = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    consume(*slot);
    lock.lock();
    free_.push_back(std::move(slot));
    changed_.notify_all();
  }
  is_consumed_ = true;
  changed_.notify_all();
}

void LayerReader::consume(const Slot& slot) {
  const ByteView bytes = ByteView(slot.bytes).first(slot.size);
  if (slot.kind != Kind::plain && stored_hash_) stored_hash_->update(bytes);
  if (slot.kind == Kind::stored) return;
  if (plain_hash_) plain_hash_->update(bytes);
  if (tar_error_) return;
  if (auto fed = tar_.feed(bytes); !fed) tar_error_ = std::move(fed).error();
}

/// Both halves are done, on this thread's side of the lock.
void LayerReader::finish() {
  if (is_done_ && is_done_()) return;
  if (decode_error_) sink_.note(std::move(*decode_error_), true);
  if (tar_error_) {
    sink_.note(std::move(*tar_error_), true);
  } else if (auto ended = tar_.finish(); !ended && !decode_error_) {
    sink_.note(std::move(ended).error(), true);
  }
  if (const std::uint64_t trailing = tar_.trailing_nonzero(); trailing > 0) {
    sink_.note(
        {Code::malformed,
         fmt::format("tar: {} bytes after the end of the archive were left unread", trailing)},
        false);
  }
  // What was not read to its end has no digest: "mismatch" would sound like somebody's malice.
  if (is_cut_) return;
  if (!computed_.empty()) {
    if (!stored_hash_) return;  // it had no first byte
    digests_ = LayerDigests{{computed_, stored_hash_->finish_hex()}, {}};
    if (plain_hash_) {
      digests_->plain = Digest{kDiffIdAlgorithm, plain_hash_->finish_hex()};
    } else if (is_plain_) {
      digests_->plain = digests_->stored;
    }
    return;
  }
  const auto check = [&](std::optional<io::Hasher>& hasher, const std::optional<Digest>& digest,
                         std::string_view of) {
    if (!hasher) return;
    const std::string hex = hasher->finish_hex();
    if (hex != digest->hex) sink_.note(mismatch(of, *digest, hex), true);
  };
  check(stored_hash_, source_.digest, kBlob);
  check(plain_hash_, source_.diff_id, kTar);
}

std::vector<Error> check_digests(const LayerDigests& digests, const image::LayerSource& source) {
  std::vector<Error> errors;
  const auto check = [&](const std::optional<Digest>& is, const std::optional<Digest>& should,
                         std::string_view of) {
    if (!is || !should) return;
    if (is->algorithm != should->algorithm) {
      errors.push_back(
          {Code::unsupported, fmt::format("digest: the {} should be {}, which a layer that arrives "
                                          "before its manifest is not held against",
                                          of, should->str())});
    } else if (is->hex != should->hex) {
      errors.push_back(mismatch(of, *should, is->hex));
    }
  };
  check(digests.stored, source.digest, kBlob);
  // A plain layer with both has the same bytes under both digests.
  const bool is_same = source.digest && source.digest == source.diff_id;
  if (!is_same) check(digests.plain, source.diff_id, kTar);
  return errors;
}

}  // namespace bulkhead::scan
