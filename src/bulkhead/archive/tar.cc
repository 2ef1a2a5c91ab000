#include "bulkhead/archive/tar.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "bulkhead/archive/tar_state.h"

namespace bulkhead::archive {
namespace {

std::uint64_t count_nonzero(ByteView bytes) {
  const auto zeros = std::count(bytes.begin(), bytes.end(), std::byte{0});
  return bytes.size() - static_cast<std::uint64_t>(zeros);
}

}  // namespace

std::uint64_t TarReader::State::take(ByteView& chunk, std::uint64_t most) {
  const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(most, chunk.size()));
  chunk = chunk.subspan(taken);
  position_ += taken;
  return taken;
}

// The next whole block, in the chunk itself where it lies there whole; null where bytes lack.
const std::byte* TarReader::State::take_block(ByteView& chunk) {
  const std::byte* start = chunk.data();
  if (partial_ == 0 && chunk.size() >= kTarBlock) {
    take(chunk, kTarBlock);
    return start;
  }
  const auto taken = static_cast<std::size_t>(take(chunk, kTarBlock - partial_));
  std::copy_n(start, taken, partial_block_.data() + partial_);
  partial_ += taken;
  if (partial_ < kTarBlock) return nullptr;
  partial_ = 0;
  return partial_block_.data();
}

Result<void> TarReader::State::run(ByteView chunk) {
  for (bool needs_bytes = false; !needs_bytes;) {
    if (pass_ > 0) {
      pass_ -= take(chunk, pass_);
      if (pass_ > 0) return {};
    }
    BH_CHECK(step(chunk, needs_bytes));
  }
  return {};
}

Result<void> TarReader::State::step(ByteView& chunk, bool& needs_bytes) {
  switch (stage_) {
    case TarStage::ended:
      trailing_nonzero_ += count_nonzero(chunk);
      [[fallthrough]];
    case TarStage::failed:
      take(chunk, chunk.size());
      needs_bytes = true;
      return {};
    case TarStage::skipped:
      return end_entry();
    case TarStage::data:
      return on_data(chunk, needs_bytes);
    case TarStage::record:
      needs_bytes = chunk.empty();
      return on_record(chunk);
    case TarStage::header:
    case TarStage::sparse_blocks:
    case TarStage::sparse_text:
    case TarStage::peek:
      break;
  }
  const std::byte* bytes = take_block(chunk);
  needs_bytes = bytes == nullptr;
  if (needs_bytes) return {};
  const TarBlock block(bytes, kTarBlock);
  if (stage_ == TarStage::header) return on_header(block);
  if (stage_ == TarStage::peek) return on_peek(block);
  if (stage_ == TarStage::sparse_text) return on_sparse_text(block);
  on_sparse_block(block, false);
  return stage_ == TarStage::sparse_blocks ? Result<void>{} : settle_and_begin();
}

Result<void> TarReader::State::on_header(TarBlock block) {
  const std::uint64_t offset = position_ - kTarBlock;
  if (are_extensions_used_) extensions_.clear();
  are_extensions_used_ = false;
  const BlockKind kind = classify_block(block);
  if (kind == BlockKind::zero && !saw_zero_block_) {
    saw_zero_block_ = true;
    return {};
  }
  if (saw_zero_block_) {
    stage_ = TarStage::ended;
    if (extensions_.offset) {
      note(Code::malformed, "tar: an extension header describes no member", *extensions_.offset,
           true);
    }
    if (kind == BlockKind::zero) return {};
    // GNU tar stops here with a warning, Go's reader with an error: neither unpacks what follows.
    note(Code::malformed, "tar: a lone zero block ends the archive", offset - kTarBlock, false);
    trailing_nonzero_ += count_nonzero(block);
    return {};
  }
  if (kind == BlockKind::other) {
    return fail(Code::malformed,
                offset == 0 ? "tar: this is no tar: the first header's checksum is wrong"
                            : "tar: a header's checksum is wrong",
                offset);
  }
  std::copy_n(block.data(), kTarBlock, header_block_.data());
  header_offset_ = offset;
  switch (const char type = read_type(block)) {
    case 'x':
    case 'X':  // Solaris: the same records
    case 'g':
    case 'L':
    case 'K':
      return start_extension(type);
    default:
      return start_member();
  }
}

// A link or directory at the archive's end has no data, whatever its header says.
Result<void> TarReader::State::end_peek() {
  position_ -= partial_;
  member_.stored_bytes = left_ = 0;
  member_end_ = position_;
  BH_CHECK(begin_entry());
  position_ += partial_;
  return stage_ == TarStage::skipped || stage_ == TarStage::data ? end_entry() : Result<void>{};
}

Result<void> TarReader::State::finish() {
  if (stage_ == TarStage::ended || stage_ == TarStage::failed) return {};
  const bool is_data_cut = pass_ > pad_;
  if (stage_ == TarStage::peek) BH_CHECK(end_peek());
  if (stage_ == TarStage::skipped && !is_data_cut) BH_CHECK(end_entry());
  if (stage_ == TarStage::data || stage_ == TarStage::skipped) {
    const std::uint64_t lacking = stage_ == TarStage::data ? left_ : pass_ - pad_;
    return cut(fmt::format("inside the data of \"{}\": {} bytes are lacking",
                           shown_path(member_.header.path), lacking));
  }
  if (is_data_cut) return cut("inside a record that was passed over");
  if (stage_ == TarStage::record) return cut("inside an extension header");
  if (stage_ != TarStage::header) {
    return cut(fmt::format("inside the sparse map of \"{}\"", shown_path(member_.header.path)));
  }
  const ByteView rest(partial_block_.data(), partial_);
  if (saw_zero_block_ || (partial_ > 0 && count_nonzero(rest) == 0)) {
    if (partial_ > 0) note(Code::truncated, "tar: the end blocks are cut", position_, false);
  } else if (partial_ > 0) {
    return cut("inside a header");
  }
  if (extensions_.offset && !are_extensions_used_) return cut("behind an extension header");
  if (pass_ > 0) note(Code::truncated, "tar: the last member's filler is cut", position_, false);
  return {};
}

std::unexpected<Error> TarReader::State::cut(std::string_view where) const {
  return fail(Code::truncated, fmt::format("tar: the archive ends {}", where), position_);
}

TarReader::TarReader(EntrySink& sink, const Limits& limits)
    : state_(std::make_unique<State>(sink, limits)) {}

TarReader::~TarReader() = default;

Result<void> TarReader::feed(ByteView chunk) {
  Result<void> result = state_->run(chunk);
  if (!result) state_->stop();
  return result;
}

Result<void> TarReader::finish() {
  Result<void> result = state_->finish();
  if (!result) state_->stop();
  return result;
}

std::uint64_t TarReader::skippable() const { return state_->pass_; }

void TarReader::skip(std::uint64_t bytes) {
  assert(bytes <= state_->pass_);
  state_->pass_ -= bytes;
  state_->position_ += bytes;
}

bool TarReader::is_ended() const { return state_->stage_ == TarStage::ended; }

std::uint64_t TarReader::trailing_nonzero() const { return state_->trailing_nonzero_; }

std::uint64_t TarReader::entry_count() const { return state_->entries_; }

}  // namespace bulkhead::archive
