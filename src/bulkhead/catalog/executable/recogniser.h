#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::executable {

/// A library or program that an executable was found to hold.
struct Part {
  PackageType type = PackageType::generic;
  std::string name;
  std::string version;
  Confidence confidence = Confidence::certain;
  std::string evidence = {};  // where the file does not say it in as many words
  auto operator<=>(const Part&) const = default;
};

/// Looks for one kind of trace in an executable while its bytes stream by: each file is read once,
/// for all recognisers. It keeps what it needs of the bytes itself, in bounded memory, and what it
/// finds does not depend on where chunks end.
class Recogniser {
 public:
  virtual ~Recogniser() = default;
  /// 1 byte to a chunk, in order.
  virtual void data(ByteView chunk) = 0;
  /// After the last byte. A trace that cannot be read is noted.
  virtual void end(std::vector<Part>& found, Notes& notes) = 0;
};

/// What stands at the start of an executable: its headers and what they say of segments.
inline constexpr std::size_t kHeadBytes = 4096;

}  // namespace bulkhead::catalog::executable
