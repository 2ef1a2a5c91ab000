#pragma once

#include <cstdint>

#include "bulkhead/base/bytes.h"

namespace bulkhead::io {

/// The CRC-32 of gzip and zip, of `bytes` appended to what gave `crc` (0 at the start).
std::uint32_t update_crc32(std::uint32_t crc, ByteView bytes);

}  // namespace bulkhead::io
