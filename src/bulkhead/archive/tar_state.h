#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/archive/tar.h"
#include "bulkhead/archive/tar_header.h"
#include "bulkhead/archive/tar_member.h"
#include "bulkhead/archive/tar_sparse.h"

// The tar reader's inside: tar.cc moves it on block by block, tar_extension.cc reads extension
// headers, tar_data.cc hands out members and their data. Internal to the room.
//
// The machine that turns bytes into members. A stage takes what it needs from the chunk and says
// which stage is next; `pass_` bytes that nobody wants always go by before the next stage looks.
// Every stage works on until it needs bytes that are not there, so the calls to the sink do not
// depend on where chunks end.
namespace bulkhead::archive {

enum class TarStage {
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

// Zeros that stand for the holes of sparse files. A few header bytes can claim a hole of any
// size, so one file gets at most this many (a real lastlog claims far more, with nothing behind
// it), and all files of an archive together not many times that.
inline constexpr std::uint64_t kMaxHoleBytes = 64 << 20;
inline constexpr std::uint64_t kMaxArchiveHoleBytes = 1 << 30;

/// A path within a message: cut where it is long, nothing in it that a terminal obeys.
std::string shown_path(std::string_view path);

class TarReader::State {
 public:
  State(EntrySink& s, const Limits& l) : sink_(s), limits_(l) {}

  Result<void> run(ByteView chunk);
  Result<void> finish();

 private:
  friend class TarReader;  // its accessors read the state

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
    stage_ = TarStage::failed;
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
  TarStage stage_ = TarStage::header;
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

}  // namespace bulkhead::archive
