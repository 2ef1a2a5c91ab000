// A package's file list (dpkg's, opkg's) and its checksums: every path that comes out is a line of
// the input.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/file_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  std::uint64_t bad_lines = 0;
  const PathList lists[] = {
      catalog::parse_file_list(text, bad_lines),
      catalog::parse_md5sums(text, bad_lines),
      catalog::parse_opkg_list(text, bad_lines),
  };
  for (const PathList& list : lists) {
    list.for_each([&](std::string_view path) {
      if (path.empty() || path[0] == '/' || !text.contains(path)) abort();
    });
  }
  return 0;
}
