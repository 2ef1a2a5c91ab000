#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bulkhead/archive/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  constexpr std::uint64_t kMost = 64 << 10;
  const auto source = io::memory_source(std::string(as_text(std::as_bytes(std::span(data, size)))));
  Limits limits;
  limits.entries = 50;
  const auto members = archive::read_zip_directory(*source, limits);
  if (!members) return 0;
  for (const archive::ZipMember& member : *members) {
    const auto text = archive::read_zip_member(*source, member, kMost);
    if (text && (text->size() != member.size_bytes || text->size() > kMost)) std::abort();
  }
  return 0;
}
