#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/io/decoder.h"

namespace bulkhead::io::test {

/// What came out of a decoder.
struct Outcome {
  std::string plain;
  std::optional<Error> error;
};

/// Decodes `stored` in pieces of `in_size` into buffers of `out_size`, and checks the contract of
/// `step` on the way.
Outcome decode(Decoder& decoder, std::string_view stored, std::size_t in_size = 1 << 16,
               std::size_t out_size = 1 << 16);

}  // namespace bulkhead::io::test
