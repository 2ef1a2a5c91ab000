#include "bulkhead/io/stepped_decoder.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::io {

Result<Decoder::Step> SteppedDecoder::step(ByteView in, MutableByteView out) {
  if (error_) return std::unexpected(*error_);
  Buffers io{in, out};
  given_ = in.size();
  while (true) {
    Result<Turn> turned = turn(io);
    if (!turned) {
      error_ = std::move(turned).error();
      break;
    }
    if (*turned == Turn::wants_buffers) break;
  }
  const Step step{in.size() - io.in.size(), out.size() - io.out.size()};
  // A library that stands still with input and room would make its caller call for ever.
  if (!error_ && step.consumed + step.produced == 0 && !in.empty() && !out.empty()) {
    error_ = Error{Code::malformed, "compressed data: the decoder makes no progress", {}, taken_};
  }
  taken_ += step.consumed;
  given_ = 0;
  if (error_ && step.produced == 0) return std::unexpected(*error_);
  return step;
}

Result<void> SteppedDecoder::finish() {
  if (error_) return std::unexpected(*error_);
  return check_end();
}

Result<SteppedDecoder::Turn> SteppedDecoder::skip_padding(Buffers& io,
                                                          bool may_start(std::byte first),
                                                          std::string_view name) {
  if (io.in.empty()) return Turn::wants_buffers;
  const std::byte first = io.in.front();
  if (!is_in_padding_ && may_start(first)) return Turn::again;
  const auto end = std::ranges::find_if(io.in, [](std::byte b) { return b != std::byte{0}; });
  const auto zeros = static_cast<std::size_t>(end - io.in.begin());
  io.in = io.in.subspan(zeros);
  is_in_padding_ = is_in_padding_ || zeros != 0;
  if (io.in.empty()) return Turn::wants_buffers;
  return fail(Code::malformed, fmt::format("{}: other bytes than zeros follow the last one", name),
              offset(io));
}

}  // namespace bulkhead::io
