// Any bytes as an executable: headers, sections and notes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bulkhead/binary/executable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace binary = bulkhead::binary;
  const auto file =
      bulkhead::io::memory_source(std::string(reinterpret_cast<const char*>(data), size));
  const auto executable = binary::read_executable(*file);
  if (!executable) return 0;
  executable->offset_of(0x1000);
  for (const binary::ElfNote& note : binary::read_notes(*executable, *file)) {
    if (note.description.size() > size) std::abort();
  }
  if (const auto sections = binary::read_sections(*executable, *file)) {
    binary::find_section(*sections, ".text");
  }
  return 0;
}
