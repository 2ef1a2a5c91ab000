#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/bytes.h"

namespace bulkhead::format {

/// Cuts a stream of bytes into stanzas: runs of lines between blank lines, as package databases
/// and RFC 822 headers have them. Chunk borders do not matter; memory is one stanza and a chunk.
///
/// A line is blank where it is empty or a lone "\r". One of spaces and tabs is not: dpkg and apk
/// take it for a part of the stanza, and a cut there would lose the fields that follow. Blank
/// lines and "\r" before a stanza are passed over.
/// @see deb-822(5); dpkg, lib/dpkg/parse.c, parse_stanza
class StanzaSplitter {
 public:
  /// @param most  Bytes of one stanza; a longer one is passed over up to the next blank line.
  explicit StanzaSplitter(std::uint64_t most) : most_(most) {}

  /// Calls `visit(std::string_view stanza, std::uint64_t offset)` for each stanza that ended in
  /// `chunk`; `offset` is of its first byte in the stream. The view holds whole lines and dies at
  /// return. For a stanza that was too long `too_long(std::uint64_t offset)` is called instead.
  template <class Visit, class TooLong>
  void feed(ByteView chunk, Visit visit, TooLong too_long) {
    std::string_view rest = as_text(chunk);
    while (const std::optional<Stanza> stanza = next(rest)) tell(*stanza, visit, too_long);
  }

  /// The stream ended: the last stanza, if there is one.
  template <class Visit, class TooLong>
  void finish(Visit visit, TooLong too_long) {
    if (const std::optional<Stanza> stanza = last()) tell(*stanza, visit, too_long);
  }

 private:
  struct Stanza {
    std::string_view text;
    std::uint64_t offset;
    bool is_too_long;
  };
  enum class Place { between_stanzas, in_line, after_newline, after_newline_and_cr };

  template <class Visit, class TooLong>
  static void tell(const Stanza& stanza, Visit& visit, TooLong& too_long) {
    if (stanza.is_too_long) {
      too_long(stanza.offset);
    } else {
      visit(stanza.text, stanza.offset);
    }
  }

  /// Takes bytes off `rest` up to the end of a stanza; nothing where `rest` ran out before.
  std::optional<Stanza> next(std::string_view& rest);
  std::optional<Stanza> last();
  /// Adds to the stanza's bytes, or stops keeping them where they are too many.
  void hold(std::string_view part);

  std::uint64_t most_;
  std::uint64_t consumed_ = 0;  // bytes of the stream before the current chunk's rest
  std::uint64_t start_ = 0;     // where in the stream the current stanza began
  Place place_ = Place::between_stanzas;
  bool is_too_long_ = false;
  bool is_spent_ = false;  // held_ was given out and is to be emptied
  std::string held_;       // the current stanza's bytes of earlier chunks
};

/// One "Name: value" line and its continuation lines.
struct StanzaField {
  std::string_view name;   // trimmed; empty where the line is none: no colon, nothing before it,
                           // or a continuation line without a field above
  std::string_view value;  // trimmed at both ends; continuation lines are still in it, with their
                           // "\n "
  std::uint64_t offset;    // of the line in the stanza
};

/// Takes a stanza apart. Fields are views into the stanza.
class StanzaFields {
 public:
  explicit StanzaFields(std::string_view stanza) : stanza_(stanza), rest_(stanza) {}
  /// The next field, or nothing after the last one.
  std::optional<StanzaField> next();

 private:
  std::string_view stanza_;
  std::string_view rest_;
};

}  // namespace bulkhead::format
