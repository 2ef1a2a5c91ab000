#pragma once

#include <cstdint>
#include <memory>

#include "bulkhead/base/bytes.h"
#include "bulkhead/io/decoder.h"

namespace bulkhead::io {

/// Raw deflate data (RFC 1951) and the CRC-32 of what it held, by one library. `GzipDecoder` puts
/// the members around it, so that all libraries agree on what a gzip file is.
class Inflater {
 public:
  enum class State { running, done, damaged };
  struct Inflated {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    State state = State::running;  // `damaged`: all data before the damage has been handed out
  };
  virtual ~Inflater() = default;
  /// A new member begins.
  virtual void reset() = 0;
  /// Makes progress unless `in` and what is held back are used up or `out` is full.
  virtual Inflated inflate(ByteView in, MutableByteView out) = 0;
  /// Once `done`: bytes that follow the deflate data and were taken off `in` too soon, 8 at most.
  virtual ByteView leftover() const = 0;
  /// Once `done`: CRC-32 of all that was produced since `reset`.
  virtual std::uint32_t crc() const = 0;
};

std::unique_ptr<Inflater> make_zlib_inflater();
#ifdef BULKHEAD_HAVE_ISAL
std::unique_ptr<Inflater> make_isal_inflater();
#endif

}  // namespace bulkhead::io
