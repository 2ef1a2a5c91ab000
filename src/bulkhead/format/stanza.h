#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::format {

/// Cuts a stream of bytes into stanzas: runs of lines between blank lines, as package databases
/// and RFC 822 headers have them. Chunk borders do not matter; memory is one stanza.
///
/// A line is blank where it is empty or holds only spaces, tabs and "\r".
class StanzaSplitter {
 public:
  /// @param most  Bytes of one stanza; a longer one is passed over up to the next blank line.
  explicit StanzaSplitter(std::uint64_t most) : most_(most) {}

  /// Calls `visit(std::string_view stanza, std::uint64_t offset)` for each stanza that ended in
  /// `chunk`; `offset` is of its first byte in the stream. The view dies at return. For a stanza
  /// that was too long `too_long(std::uint64_t offset)` is called instead.
  template <class Visit, class TooLong>
  void feed(ByteView chunk, Visit visit, TooLong too_long);
  /// The stream ended: the last stanza, if there is one.
  template <class Visit, class TooLong>
  void finish(Visit visit, TooLong too_long);

 private:
  std::uint64_t most_;
  // (members by the implementer)
};

/// One "Name: value" line and its continuation lines.
struct StanzaField {
  std::string_view name;
  std::string_view
      value;  // trimmed at both ends; continuation lines are still in it, with their "\n "
};

}  // namespace bulkhead::format
