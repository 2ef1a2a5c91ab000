#pragma once

#include <cstdint>
#include <memory>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/io/source.h"

namespace bulkhead::io {

/// A private temporary file without a name (O_TMPFILE, mode 0600): it vanishes with the process.
/// The one place to which bytes of a target are ever written.
class Spool {
 public:
  /// @param folder  Where, usually $TMPDIR or /tmp.  @param most  Bytes that it may grow to.
  static Result<Spool> create(const std::string& folder, std::uint64_t most);
  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) noexcept;
  ~Spool();

  /// @error limit_exceeded  It would grow past its bound (--max-spool-bytes); io: disk full, ...
  Result<void> append(ByteView bytes);
  std::uint64_t size() const;
  /// What has been written, for reading; the spool is then closed for writing.
  std::shared_ptr<const Source> into_source() &&;

 private:
  struct State;
  explicit Spool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::io
