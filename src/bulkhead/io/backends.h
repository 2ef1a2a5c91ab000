#pragma once

#include <memory>

#include "bulkhead/base/limits.h"
#include "bulkhead/io/decoder.h"

namespace bulkhead::io {

// One wrapper unit a library; `make_decoder` is their only caller.
std::unique_ptr<Decoder> make_zstd_decoder(const Limits& limits);
std::unique_ptr<Decoder> make_xz_decoder(const Limits& limits);
std::unique_ptr<Decoder> make_bzip2_decoder();

}  // namespace bulkhead::io
