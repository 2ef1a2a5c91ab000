#include "bulkhead/archive/tar.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/archive/tar_header.h"
#include "bulkhead/archive/tar_member.h"
#include "bulkhead/archive/tar_sparse.h"
#include "bulkhead/base/text.h"

// The machine that turns bytes into members. A stage takes what it needs from the chunk and says
// which stage is next; `pass_` bytes that nobody wants always go by before the next stage looks.
// Every stage works on until it needs bytes that are not there, so the calls to the sink do not
// depend on where chunks end.
namespace bulkhead::archive {
namespace {

// Zeros that stand for the holes of sparse files. A few header bytes can claim a hole of any
// size, so one file gets at most this many (a real lastlog claims far more, with nothing behind
// it), and all files of an archive together not many times that.
constexpr std::uint64_t kMaxHoleBytes = 64 << 20;
constexpr std::uint64_t kMaxArchiveHoleBytes = 1 << 30;
constexpr std::array<std::byte, 64 << 10> kZeros{};

constexpr std::size_t kShownPathBytes = 200;  // of a path within a message

std::string shown(std::string_view path) {
  const bool is_long = path.size() > kShownPathBytes;
  return to_terminal(path.substr(0, kShownPathBytes)) + (is_long ? "..." : "");
}

std::uint64_t count_nonzero(ByteView bytes) {
  const auto zeros = std::count(bytes.begin(), bytes.end(), std::byte{0});
  return bytes.size() - static_cast<std::uint64_t>(zeros);
}

enum class Stage {
  header,         // the next header block, or the end blocks
  record,         // the text of an extension header
  sparse_blocks,  // the rest of an old GNU sparse map
  sparse_text,    // the sparse map at the start of the data
  peek,           // the block that tells whether a link has data
  data,           // what the sink wants
  skipped,        // the sink does not want the data that `pass_` lets by; `end` is due
  ended,
  failed,
};

}  // namespace

struct TarReader::State {
  State(EntrySink& s, const Limits& l) : sink_(s), limits_(l) {}

  Result<void> run(ByteView chunk);
  Result<void> finish();

  std::uint64_t take(ByteView& chunk, std::uint64_t most);
  const std::byte* take_block(ByteView& chunk);
  Result<void> step(ByteView& chunk, bool& needs_bytes);
  Result<void> on_header(TarBlock block);
  Result<void> on_record(ByteView& chunk);
  Result<void> on_data(ByteView& chunk, bool& needs_bytes);
  Result<void> on_sparse_data(ByteView& chunk, bool& needs_bytes);
  Result<void> on_peek(TarBlock block);
  void on_sparse_block(TarBlock block, bool is_header);
  Result<void> on_sparse_text(TarBlock block);

  Result<void> start_extension(char type);
  Result<void> end_extension();
  Result<void> end_pax();
  Result<void> start_member();
  Result<void> begin_entry();
  Result<void> end_entry();
  Result<void> settle_and_begin();
  void drop_member(const char* why);
  Result<void> end_peek();
  std::unexpected<Error> cut(std::string_view where) const;
  void stop() {
    stage_ = Stage::failed;
    pass_ = 0;
  }
  void pass_data();
  void give_up_holes();
  std::string* record_buffer();
  void note(Code code, std::string what, std::uint64_t offset, bool is_gap) {
    sink_.note(Error{code, std::move(what), {}, offset}, is_gap);
  }

  EntrySink& sink_;
  const Limits& limits_;
  Stage stage_ = Stage::header;
  std::uint64_t position_ = 0;  // of the next byte in the archive
  std::uint64_t pass_ = 0;      // of the next bytes nobody wants this many
  std::uint64_t pad_ = 0;       // the last this many of them are filler
  std::uint64_t entries_ = 0;
  std::uint64_t trailing_nonzero_ = 0;
  bool saw_zero_block_ = false;

  std::array<std::byte, kTarBlock> partial_block_;  // a block that chunks cut
  std::size_t partial_ = 0;
  std::array<std::byte, kTarBlock> header_block_;  // the current header: views point into it
  std::uint64_t header_offset_ = 0;
  TarNameBuffer joined_name_;

  TarExtensions extensions_;
  bool are_extensions_used_ = false;  // they belong to the member before
  TarGlobals globals_;
  std::string global_text_;
  PaxRecords global_pax_;
  char record_type_ = 0;
  std::uint64_t record_left_ = 0;

  TarMember member_;
  std::uint64_t left_ = 0;        // stored bytes of the member that are still to come
  std::uint64_t member_end_ = 0;  // where the filler behind them ends
  std::vector<SparseSegment> segments_;
  SparseTextMap text_map_;
  std::uint64_t map_bytes_ = 0;
  SparseCursor cursor_;
  std::uint64_t hole_left_ = 0;  // zeros that this file may still get
  std::uint64_t archive_hole_left_ = kMaxArchiveHoleBytes;
};

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
    case Stage::ended:
      trailing_nonzero_ += count_nonzero(chunk);
      [[fallthrough]];
    case Stage::failed:
      take(chunk, chunk.size());
      needs_bytes = true;
      return {};
    case Stage::skipped:
      return end_entry();
    case Stage::data:
      return on_data(chunk, needs_bytes);
    case Stage::record:
      needs_bytes = chunk.empty();
      return on_record(chunk);
    case Stage::header:
    case Stage::sparse_blocks:
    case Stage::sparse_text:
    case Stage::peek:
      break;
  }
  const std::byte* bytes = take_block(chunk);
  needs_bytes = bytes == nullptr;
  if (needs_bytes) return {};
  const TarBlock block(bytes, kTarBlock);
  if (stage_ == Stage::header) return on_header(block);
  if (stage_ == Stage::peek) return on_peek(block);
  if (stage_ == Stage::sparse_text) return on_sparse_text(block);
  on_sparse_block(block, false);
  return stage_ == Stage::sparse_blocks ? Result<void>{} : settle_and_begin();
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
    stage_ = Stage::ended;
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

// --- extension headers --------------------------------------------------------------------------

std::string* TarReader::State::record_buffer() {
  switch (record_type_) {
    case 'L':
      return &extensions_.name;
    case 'K':
      return &extensions_.link;
    case 'g':
      return &global_text_;
    default:
      return &extensions_.pax_text;
  }
}

Result<void> TarReader::State::start_extension(char type) {
  const TarNumber size = read_fields(header_block_).size;
  if (!size.is_good || size.value < 0) {
    return fail(Code::malformed, "tar: an extension header's size cannot be read", header_offset_);
  }
  const auto bytes = static_cast<std::uint64_t>(size.value);
  if (type != 'g' && !extensions_.offset) extensions_.offset = header_offset_;
  pad_ = whole_blocks(bytes) - bytes;
  if (bytes > limits_.header_bytes) {
    note(Code::limit_exceeded,
         fmt::format("tar: an extension header of {} bytes is larger than --max-header-bytes",
                     bytes),
         header_offset_, true);
    if (type != 'g') extensions_.is_lost = true;
    pass_ = whole_blocks(bytes);
    pad_ = 0;  // the member that it describes has to follow
    return {};
  }
  record_type_ = type;
  record_left_ = bytes;
  record_buffer()->clear();
  stage_ = Stage::record;
  return bytes == 0 ? end_extension() : Result<void>{};
}

Result<void> TarReader::State::on_record(ByteView& chunk) {
  const std::string_view text = as_text(chunk);
  const auto taken = static_cast<std::size_t>(take(chunk, record_left_));
  record_buffer()->append(text.substr(0, taken));
  record_left_ -= taken;
  return record_left_ == 0 ? end_extension() : Result<void>{};
}

Result<void> TarReader::State::end_extension() {
  stage_ = Stage::header;
  pass_ = pad_;
  if (record_type_ != 'L' && record_type_ != 'K') return end_pax();
  std::string& text = *record_buffer();
  text.resize(field_text(as_bytes(text)).size());
  (record_type_ == 'L' ? extensions_.has_name : extensions_.has_link) = true;
  return {};
}

Result<void> TarReader::State::end_pax() {
  const bool is_global = record_type_ == 'g';
  PaxRecords& records = is_global ? global_pax_ : extensions_.pax;
  if (auto problem = parse_pax(*record_buffer(), records)) {
    problem->error.offset += header_offset_ + kTarBlock;
    if (problem->is_size_lost) return std::unexpected(std::move(problem->error));
    sink_.note(std::move(problem->error), true);
  }
  if (!is_global) {
    extensions_.has_pax = true;
    return {};
  }
  // POSIX, GNU tar and Python apply global records; Go's reader and libarchive do not. Where that
  // moves or renames files, what an image unpacks to depends on who unpacks it.
  if ((records.set & (kPaxPath | kPaxLink | kPaxSize)) != 0) {
    note(Code::unsupported, "tar: a global header sets path, link or size: readers differ on it",
         header_offset_, true);
  }
  if (!records.xattrs.empty()) {
    note(Code::unsupported, "tar: extended attributes of a global header were not taken",
         header_offset_, true);
  }
  globals_.apply(records);
  return {};
}

// --- members ------------------------------------------------------------------------------------

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
      return stage_ == Stage::sparse_blocks ? Result<void>{} : settle_and_begin();
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
      stage_ = Stage::sparse_text;
      return {};
  }
  if (member_.may_lack_data) {
    stage_ = Stage::peek;
    return {};
  }
  return begin_entry();
}

// Lets the rest of the member's stored bytes and their filler by.
void TarReader::State::pass_data() {
  pass_ = member_end_ - position_;
  pad_ = std::min(pass_, whole_blocks(member_.stored_bytes) - member_.stored_bytes);
  stage_ = Stage::header;
}

void TarReader::State::drop_member(const char* why) {
  note(Code::malformed,
       fmt::format("tar: \"{}\" was left out: {}", shown(member_.header.path), why),
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
    stage_ = Stage::data;
    if (member_.sparse == SparseForm::none) return {};
    cursor_.start(segments_, member_.real_bytes);
    hole_left_ = std::min(kMaxHoleBytes, archive_hole_left_);
    return {};
  }
  pass_data();
  stage_ = Stage::skipped;
  return {};
}

Result<void> TarReader::State::end_entry() {
  stage_ = Stage::header;
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

// --- data ---------------------------------------------------------------------------------------

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
                   shown(member_.header.path), member_.real_bytes),
       member_.header.offset, left_ > 0);
  pass_data();
  stage_ = Stage::skipped;
}

void TarReader::State::on_sparse_block(TarBlock block, bool is_header) {
  map_bytes_ += kTarBlock;
  // A map that is too large is still walked to its end, since the data starts behind it.
  const bool is_kept = map_bytes_ <= limits_.header_bytes;
  if (!is_kept) segments_.clear();
  const OldSparseBlock map = is_header ? read_old_sparse_header(block, segments_)
                                       : read_old_sparse_extension(block, segments_);
  if (map.fault != nullptr) member_.drop = map.fault;
  if (!is_kept) member_.drop = "its sparse map is larger than --max-header-bytes";
  stage_ = map.is_extended ? Stage::sparse_blocks : Stage::header;
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
    member_.drop = left_ == 0 || next == SparseTextMap::Step::bad
                       ? "its sparse map cannot be read"
                       : "its sparse map is larger than --max-header-bytes";
  }
  return settle_and_begin();
}

Result<void> TarReader::State::settle_and_begin() {
  if (member_.drop == nullptr) {
    member_.drop = settle_sparse(segments_, member_.real_bytes, left_);
  }
  return begin_entry();
}

// --- the end ------------------------------------------------------------------------------------

// A link or directory at the archive's end has no data, whatever its header says.
Result<void> TarReader::State::end_peek() {
  position_ -= partial_;
  member_.stored_bytes = left_ = 0;
  member_end_ = position_;
  BH_CHECK(begin_entry());
  position_ += partial_;
  return stage_ == Stage::skipped || stage_ == Stage::data ? end_entry() : Result<void>{};
}

Result<void> TarReader::State::finish() {
  if (stage_ == Stage::ended || stage_ == Stage::failed) return {};
  const bool is_data_cut = pass_ > pad_;
  if (stage_ == Stage::peek) BH_CHECK(end_peek());
  if (stage_ == Stage::skipped && !is_data_cut) BH_CHECK(end_entry());
  if (stage_ == Stage::data || stage_ == Stage::skipped) {
    const std::uint64_t lacking = stage_ == Stage::data ? left_ : pass_ - pad_;
    return cut(fmt::format("inside the data of \"{}\": {} bytes are lacking",
                           shown(member_.header.path), lacking));
  }
  if (is_data_cut) return cut("inside a record that was passed over");
  if (stage_ == Stage::record) return cut("inside an extension header");
  if (stage_ != Stage::header) {
    return cut(fmt::format("inside the sparse map of \"{}\"", shown(member_.header.path)));
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

// --- the reader ---------------------------------------------------------------------------------

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

bool TarReader::is_ended() const { return state_->stage_ == Stage::ended; }

std::uint64_t TarReader::trailing_nonzero() const { return state_->trailing_nonzero_; }

std::uint64_t TarReader::entry_count() const { return state_->entries_; }

}  // namespace bulkhead::archive
