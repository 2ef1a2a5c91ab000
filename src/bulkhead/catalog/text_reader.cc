#include "bulkhead/catalog/text_reader.h"

#include <fmt/format.h>

namespace bulkhead::catalog {

Result<void> TextReader::data(ByteView chunk) {
  if (text_.append(chunk)) return {};
  return fail(Code::limit_exceeded,
              fmt::format("{}: more than {} bytes (--{})", format_, most_.bytes, most_.option));
}

void TextReader::note(NoteLevel level, Code code, std::string_view what, std::uint64_t offset) {
  context_.notes.add(level, {code, fmt::format("{}: {}", format_, what), {}, offset});
}

}  // namespace bulkhead::catalog
