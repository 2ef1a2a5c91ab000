#include <fmt/format.h>

#include "bulkhead/archive/tar_state.h"

namespace bulkhead::archive {

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
  stage_ = TarStage::record;
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
  stage_ = TarStage::header;
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

}  // namespace bulkhead::archive
