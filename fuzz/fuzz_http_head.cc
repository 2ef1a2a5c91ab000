// The lines of an answer's head, its Retry-After and where its Location leads.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/net/head_reader.h"
#include "bulkhead/net/retry.h"
#include "bulkhead/net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  using namespace bulkhead::net;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  HeadReader reader;
  while (!rest.empty()) {
    if (!reader.add_line(take_line(rest))) return 0;
  }
  const HttpHead& head = reader.head();
  if (reader.is_complete() && head.status < 200) abort();
  static_cast<void>(head.content_length());
  if (const auto value = head.header("retry-after")) {
    if (parse_retry_after(*value, 1'000'000'000).value_or(0) > 604'800'000) abort();
  }
  if (const auto location = head.header("location")) {
    static const Result<Url> base = parse_url("https://host.example:8443/v2/a?b=c");
    const Result<Url> next = resolve_url(*base, std::string(*location));
    if (next && next->scheme != "http" && next->scheme != "https") abort();
    // What is resolved can be asked for, and leads to the same server.
    if (next && !parse_url(next->text)) abort();
    if (next && !parse_url(next->text)->is_same_origin(*next)) abort();
    for (const char c : display_url(*location)) {
      if (static_cast<unsigned char>(c) < 0x20) abort();
    }
  }
  return 0;
}
