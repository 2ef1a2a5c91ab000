#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

/// Takes the first line off `rest`, without its "\n" (a "\r" before it stays). The last line may
/// lack the "\n". The view points into what `rest` pointed into.
std::string_view take_line(std::string_view& rest);

/// `text` without spaces, tabs, "\r" and "\n" at both ends.
std::string_view trim(std::string_view text);

/// The pieces of `text` between `separator`s; an empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

/// ASCII letters in lower case; other bytes as they are.
std::string to_lower(std::string_view text);

/// `value` as hexadecimal digits, two a byte.
std::string to_hex(std::string_view bytes);

/// RFC 4648 base64 with padding.
std::string to_base64(std::string_view bytes);

/// Text that was meant to be UTF-8, and whether it was.
struct Utf8 {
  std::string text;      // each byte that is no part of a well-formed sequence became U+FFFD
  bool is_exact = true;  // nothing was replaced
};

/// Well-formed UTF-8 as Unicode 15 table 3-7 defines it.
Utf8 to_utf8(std::string_view bytes);

/// `bytes` for a terminal: UTF-8, with control, bidirectional and other invisible formatting
/// characters as `\xNN` or `\u{NNNN}`, so that hostile names cannot move the cursor or reorder
/// text.
std::string to_terminal(std::string_view bytes);

/// Columns that `text` (the result of `to_terminal`) takes on a terminal, by wcwidth.
std::size_t terminal_width(std::string_view text);

/// "2026-11-23T20:00:00Z" of seconds since 1970 UTC.
std::string format_utc(std::int64_t unix_s);

/// Seconds since 1970 UTC of "2026-11-23", "2026-11-23T20:00:00Z" or with an offset or fraction;
/// 0 where the text is none of these or its year is below 1970.
std::int64_t parse_utc(std::string_view text);

}  // namespace bulkhead
