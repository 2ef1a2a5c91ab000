// Every kind of release file. The first byte picks the kind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>

#include "bulkhead/catalog/os/release_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  using namespace bulkhead::catalog::os;
  constexpr Result<OsInfo> (*kParsers[])(std::string_view, Notes&) = {
      parse_os_release,     parse_lsb_release,  parse_alpine_release, parse_debian_version,
      parse_redhat_release, parse_suse_release, parse_plain_release,  parse_arch_release,
  };
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Notes notes(10);
  const Result<OsInfo> os = kParsers[data[0] % std::size(kParsers)](text, notes);
  if (os && os->id.empty()) abort();
  return 0;
}
