// CVEs of Ubuntu's security interface.
#include "feed_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return bulkhead::fuzz::try_feed_reader(data, size, bulkhead::advisory::read_ubuntu_cve);
}
