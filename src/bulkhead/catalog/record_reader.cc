#include "bulkhead/catalog/record_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::catalog {

RecordReader::RecordReader(std::string_view format, const ReadContext& context)
    : format_(format), context_(context), splitter_(context.run.limits.stanza_bytes) {}

template <class Feed>
void RecordReader::cut(Feed feed) {
  feed([this](std::string_view record, std::uint64_t offset) { add(record, offset); },
       [this](std::uint64_t offset) {
         note(NoteLevel::incomplete, Code::limit_exceeded,
              fmt::format("a record is longer than {} bytes (--max-stanza-bytes)",
                          limits().stanza_bytes),
              offset);
       });
}

Result<void> RecordReader::data(ByteView chunk) {
  cut([&](auto visit, auto too_long) { splitter_.feed(chunk, visit, too_long); });
  bytes_ += chunk.size();
  if (!chunk.empty()) is_in_line_ = chunk.back() != std::byte{'\n'};
  return {};
}

Result<FactsPtr> RecordReader::end() {
  cut([&](auto visit, auto too_long) { splitter_.finish(visit, too_long); });
  if (is_in_line_) {  // package managers end the last line; an editor may have left it open
    note(NoteLevel::info, Code::truncated,
         "it ends inside a line; if it was cut there, packages are missing", bytes_);
  }
  return take_facts();
}

bool RecordReader::admit(std::uint64_t text_bytes, std::uint64_t offset) {
  if (is_full_) return false;
  if (records_ >= limits().packages) {
    is_full_ = true;
    note(NoteLevel::incomplete, Code::limit_exceeded,
         fmt::format("more than {} packages (--max-packages); the rest is left out",
                     limits().packages),
         offset);
  } else if (text_bytes > kMaxRecordTextBytes - text_bytes_) {
    is_full_ = true;
    note(NoteLevel::incomplete, Code::limit_exceeded,
         fmt::format("more than {} bytes of names and versions; the rest is left out",
                     kMaxRecordTextBytes),
         offset);
  }
  if (is_full_) return false;
  ++records_;
  text_bytes_ += text_bytes;
  return true;
}

void RecordReader::note(NoteLevel level, Code code, std::string_view what, std::uint64_t offset) {
  context_.notes.add(level, {code, fmt::format("{}: {}", format_, what), {}, offset});
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F;
  });
}

}  // namespace bulkhead::catalog
