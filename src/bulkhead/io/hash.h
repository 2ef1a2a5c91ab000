#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::io {

/// A running digest by OpenSSL.
class Hasher {
 public:
  /// @param algorithm  "sha256" or "sha512".
  /// @error unsupported  Another algorithm.
  static Result<Hasher> create(std::string_view algorithm);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(ByteView bytes);
  /// Lower-case hexadecimal; the hasher is then used up.
  std::string finish_hex();

 private:
  struct State;
  explicit Hasher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::io
