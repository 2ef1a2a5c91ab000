// What a publisher of advisories says of a file in headers, and our own note of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/advisory/digest_headers.h"
#include "bulkhead/advisory/fetch_state.h"
#include "bulkhead/base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  const std::string text(as_text(std::as_bytes(std::span(data, size))));
  net::HttpHead head;
  head.headers = {{"Repr-Digest", text}, {"Digest", text}};
  const auto digest = advisory::DigestHeaders::of(head);
  if (digest.algorithm.empty() != digest.base64.empty()) std::abort();
  if (const auto state = advisory::parse_fetch_state(text)) {
    // What is written of it is read the same.
    if (advisory::parse_fetch_state(advisory::format_fetch_state(*state)) != state) std::abort();
  }
  return 0;
}
