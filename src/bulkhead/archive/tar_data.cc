#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/archive/tar_state.h"
#include "bulkhead/base/text.h"

namespace bulkhead::archive {
namespace {

constexpr std::array<std::byte, 64 << 10> kZeros{};

constexpr std::size_t kShownPathBytes = 200;

}  // namespace

std::string shown_path(std::string_view path) {
  const bool is_long = path.size() > kShownPathBytes;
  return to_terminal(path.substr(0, kShownPathBytes)) + (is_long ? "..." : "");
}

Result<void> TarReader::State::start_member() {
  are_extensions_used_ = true;
  BH_TRY(member_, resolve_member(header_block_, extensions_, globals_, joined_name_, header_offset_,
                                 limits_, sink_));
  left_ = member_.stored_bytes;
  member_end_ = position_ + whole_blocks(left_);
  switch (read_type(header_block_)) {
    case 'V':
      note(Code::unsupported, "tar: a volume label was passed over", header_offset_, false);
      pass_data();
      return {};
    case 'M':
      note(Code::unsupported, "tar: the rest of a file from another volume was passed over",
           header_offset_, true);
      pass_data();
      return {};
    default:
      break;
  }
  switch (member_.sparse) {
    case SparseForm::none:
      break;
    case SparseForm::old_gnu:
      map_bytes_ = 0;
      on_sparse_block(header_block_, true);
      return stage_ == TarStage::sparse_blocks ? Result<void>{} : settle_and_begin();
    case SparseForm::records:
      if (const SparseFault fault = parse_sparse_records(extensions_.pax.sparse, segments_)) {
        member_.drop = fault;
      }
      return settle_and_begin();
    case SparseForm::text:
      if (left_ == 0) member_.drop = "its sparse map is not there";
      if (member_.drop != nullptr) break;
      map_bytes_ = 0;
      segments_.clear();
      text_map_.start();
      stage_ = TarStage::sparse_text;
      return {};
  }
  if (member_.may_lack_data) {
    stage_ = TarStage::peek;
    return {};
  }
  return begin_entry();
}

// Lets the rest of the member's stored bytes and their filler by.
void TarReader::State::pass_data() {
  pass_ = member_end_ - position_;
  pad_ = std::min(pass_, whole_blocks(member_.stored_bytes) - member_.stored_bytes);
  stage_ = TarStage::header;
}

void TarReader::State::drop_member(const char* why) {
  note(member_.drop_code,
       fmt::format("tar: \"{}\" was left out: {}", shown_path(member_.header.path), why),
       member_.header.offset, true);
  pass_data();
}

Result<void> TarReader::State::begin_entry() {
  if (member_.drop != nullptr) {
    drop_member(member_.drop);
    return {};
  }
  if (entries_ >= limits_.entries) {
    return fail(Code::limit_exceeded,
                fmt::format("tar: more than {} entries (--max-entries)", limits_.entries),
                member_.header.offset);
  }
  ++entries_;
  member_.header.data_offset = position_;
  BH_TRY(const EntrySink::Want want, sink_.begin(member_.header));
  const bool has_data =
      member_.header.type == EntryType::file || member_.header.type == EntryType::hardlink;
  if (want == EntrySink::Want::stream && has_data) {
    stage_ = TarStage::data;
    if (member_.sparse == SparseForm::none) return {};
    cursor_.start(segments_, member_.real_bytes);
    hole_left_ = std::min(kMaxHoleBytes, archive_hole_left_);
    return {};
  }
  pass_data();
  stage_ = TarStage::skipped;
  return {};
}

Result<void> TarReader::State::end_entry() {
  stage_ = TarStage::header;
  return sink_.end();
}

Result<void> TarReader::State::on_peek(TarBlock block) {
  position_ -= kTarBlock;  // whatever the block is, it is read again as that
  if (classify_block(block) != BlockKind::other) {
    member_.stored_bytes = left_ = 0;
    member_end_ = position_;
  } else if (member_.header.type == EntryType::hardlink) {
    member_.header.size_bytes = member_.stored_bytes;
  } else {
    note(Code::malformed, "tar: data of a member that is no file was passed over", header_offset_,
         false);
  }
  BH_CHECK(begin_entry());
  return run(block);
}

Result<void> TarReader::State::on_data(ByteView& chunk, bool& needs_bytes) {
  if (member_.sparse != SparseForm::none) return on_sparse_data(chunk, needs_bytes);
  if (left_ > 0) {
    const ByteView start = chunk;
    const std::uint64_t taken = take(chunk, left_);
    needs_bytes = taken == 0;
    if (needs_bytes) return {};
    left_ -= taken;
    BH_CHECK(sink_.data(start.first(static_cast<std::size_t>(taken))));
    if (left_ > 0) return {};
  }
  pass_data();
  return end_entry();
}

Result<void> TarReader::State::on_sparse_data(ByteView& chunk, bool& needs_bytes) {
  if (const std::uint64_t hole = cursor_.hole(); hole > 0) {
    const std::uint64_t count = std::min({hole, hole_left_, std::uint64_t{kZeros.size()}});
    if (count == 0) {
      give_up_holes();
      return {};
    }
    hole_left_ -= count;
    archive_hole_left_ -= count;
    cursor_.advance(count);
    return sink_.data(ByteView(kZeros).first(static_cast<std::size_t>(count)));
  }
  if (const std::uint64_t stored = cursor_.stored(); stored > 0) {
    const ByteView start = chunk;
    const std::uint64_t taken = take(chunk, stored);
    needs_bytes = taken == 0;
    if (needs_bytes) return {};
    left_ -= taken;
    cursor_.advance(taken);
    return sink_.data(start.first(static_cast<std::size_t>(taken)));
  }
  pass_data();
  pad_ = pass_;  // stored bytes that the map does not name are filler too
  return end_entry();
}

// The file ends here for the sink: only a loss if stored bytes are still to come.
void TarReader::State::give_up_holes() {
  note(Code::limit_exceeded,
       fmt::format("tar: \"{}\": the rest of a sparse file's {} bytes was left out",
                   shown_path(member_.header.path), member_.real_bytes),
       member_.header.offset, left_ > 0);
  pass_data();
  stage_ = TarStage::skipped;
}

void TarReader::State::on_sparse_block(TarBlock block, bool is_header) {
  map_bytes_ += kTarBlock;
  // A map that is too large is still walked to its end, since the data starts behind it.
  const bool is_kept = map_bytes_ <= limits_.header_bytes;
  if (!is_kept) segments_.clear();
  const OldSparseBlock map = is_header ? read_old_sparse_header(block, segments_)
                                       : read_old_sparse_extension(block, segments_);
  if (map.fault != nullptr) member_.drop = map.fault;
  if (!is_kept) {
    member_.drop = "its sparse map is larger than --max-header-bytes";
    member_.drop_code = Code::limit_exceeded;
  }
  stage_ = map.is_extended ? TarStage::sparse_blocks : TarStage::header;
  member_end_ = position_ + whole_blocks(left_);
}

Result<void> TarReader::State::on_sparse_text(TarBlock block) {
  map_bytes_ += kTarBlock;
  const std::uint64_t in_data = std::min<std::uint64_t>(left_, kTarBlock);
  left_ -= in_data;
  const SparseTextMap::Step next = text_map_.take(block, segments_);
  if (next == SparseTextMap::Step::more && left_ > 0 && map_bytes_ < limits_.header_bytes) {
    return {};
  }
  if (next != SparseTextMap::Step::done) {
    const bool is_bad = left_ == 0 || next == SparseTextMap::Step::bad;
    member_.drop = is_bad ? "its sparse map cannot be read"
                          : "its sparse map is larger than --max-header-bytes";
    if (!is_bad) member_.drop_code = Code::limit_exceeded;
  }
  return settle_and_begin();
}

Result<void> TarReader::State::settle_and_begin() {
  if (member_.drop == nullptr) {
    member_.drop = settle_sparse(segments_, member_.real_bytes, left_);
  }
  return begin_entry();
}

}  // namespace bulkhead::archive
