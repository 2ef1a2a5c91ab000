#include "bulkhead/io/drive_decoder_test.h"

#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::io::test {

Outcome decode(Decoder& decoder, std::string_view stored, std::size_t in_size,
               std::size_t out_size) {
  Outcome outcome;
  std::vector<std::byte> out(out_size);
  // Pieces are copied, so that a sanitizer sees a read past their end.
  for (std::size_t at = 0;; at += in_size) {
    const bool is_end = at >= stored.size();
    const std::string_view text = is_end ? std::string_view() : stored.substr(at, in_size);
    const std::vector<char> piece(text.begin(), text.end());
    ByteView in = std::as_bytes(std::span(piece));
    while (true) {
      const auto step = decoder.step(in, out);
      if (!step) {
        outcome.error = step.error();
        EXPECT_EQ(decoder.finish().error().what, outcome.error->what) << "an error is final";
        return outcome;
      }
      EXPECT_LE(step->consumed, in.size());
      EXPECT_LE(step->produced, out.size());
      outcome.plain += as_text(ByteView(out).first(step->produced));
      in = in.subspan(step->consumed);
      if (in.empty() && step->produced < out.size()) break;
      if (step->consumed + step->produced == 0) {
        ADD_FAILURE() << "no progress";
        return outcome;
      }
    }
    if (is_end) break;
  }
  if (const auto finished = decoder.finish(); !finished) outcome.error = finished.error();
  return outcome;
}

}  // namespace bulkhead::io::test
