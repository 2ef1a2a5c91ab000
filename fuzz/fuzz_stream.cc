// An archive that arrives as a stream, in chunks of a size that the first byte says: whatever is
// read, each layer of the target has its result.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/registry.h"
#include "bulkhead/scan/stream_reader.h"

namespace {

using namespace bulkhead;

class BytesStream final : public io::Stream {
 public:
  BytesStream(ByteView bytes, std::size_t chunk) : rest_(bytes), chunk_(chunk) {}
  Result<std::size_t> read(MutableByteView out) override {
    const std::size_t length = std::min({chunk_, out.size(), rest_.size()});
    std::copy_n(rest_.data(), length, out.data());
    rest_ = rest_.subspan(length);
    return length;
  }

 private:
  ByteView rest_;
  std::size_t chunk_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  RunContext context = quiet_context();
  context.limits.entries = 2000;
  context.limits.spool_bytes = 1 << 20;
  context.limits.decoded_bytes = 16 << 20;
  context.chunk_bytes = 4096;
  BytesStream stream(std::as_bytes(std::span(data, size)).subspan(1), (data[0] + 1U) * 16U);
  image::TargetRequest request;
  request.spool_folder = "/tmp";
  scan::KeptBudget budget;
  Notes notes(context.limits.notes);
  const auto read = scan::read_stream(stream, scan::StreamKind::any, {}, request,
                                      catalog::inspectors(), {}, context, budget, notes);
  if (!read) return 0;
  if (read->layers.size() != read->target.layers.size()) std::abort();
  if (read->kept.size() != read->layers.size()) std::abort();
  return 0;
}
