// XML texts, in chunks of a size that the first byte tells.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/format/xml.h"

namespace {
class Ignore final : public bulkhead::format::XmlSink {
  bulkhead::Result<void> begin(std::string_view,
                               const std::vector<bulkhead::format::XmlAttribute>&) override {
    return {};
  }
  bulkhead::Result<void> end(std::string_view, std::string_view) override { return {}; }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Ignore sink;
  bulkhead::format::XmlReader reader(sink);
  const auto text = bulkhead::as_text(std::as_bytes(std::span(data, size))).substr(1);
  const std::size_t step = std::size_t{data[0]} + 1;
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (!reader.feed(text.substr(at, step))) return 0;
  }
  if (!reader.finish()) return 0;  // refused: an answer, too
  return 0;
}
