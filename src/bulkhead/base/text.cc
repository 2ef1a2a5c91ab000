#include "bulkhead/base/text.h"

#include <ctime>
#include <cwchar>

#include <fmt/format.h>

namespace bulkhead {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed sequence at the start of `bytes` (Unicode 15, table 3-7) and its
/// code point; 0 where there is none.
std::size_t decode_utf8(std::string_view bytes, char32_t& point) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) {
    point = lead;
    return 1;
  }
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    point = lead & 0x1F;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    point = lead & 0x0F;
    if (lead == 0xE0) low = 0xA0;   // no overlong forms
    if (lead == 0xED) high = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;  // nothing above U+10FFFF
  } else {
    return 0;
  }
  if (bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = at(i);
    if (next < low || next > high) return 0;
    point = (point << 6) | (next & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

/// Characters that move, hide or reorder text on a terminal.
bool is_unsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (H. Hinnant's algorithm).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

/// Takes `count` digits off the front of `rest`.
bool take_digits(std::string_view& rest, std::size_t count, unsigned& value) {
  if (rest.size() < count) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (rest[i] < '0' || rest[i] > '9') return false;
    value = value * 10 + static_cast<unsigned>(rest[i] - '0');
  }
  rest.remove_prefix(count);
  return true;
}

bool take_char(std::string_view& rest, char wanted) {
  if (rest.empty() || rest.front() != wanted) return false;
  rest.remove_prefix(1);
  return true;
}

/// The offset at the end of an RFC 3339 time: nothing, "Z", "+hh:mm" or "-hh:mm", in seconds.
bool take_zone(std::string_view& rest, std::int64_t& offset_s) {
  offset_s = 0;
  if (rest.empty() || take_char(rest, 'Z') || take_char(rest, 'z')) return rest.empty();
  const bool is_west = rest.front() == '-';
  if (!is_west && rest.front() != '+') return false;
  rest.remove_prefix(1);
  unsigned hours = 0;
  unsigned minutes = 0;
  if (!take_digits(rest, 2, hours)) return false;
  take_char(rest, ':');
  if (!take_digits(rest, 2, minutes)) return false;
  offset_s = (is_west ? -1 : 1) * static_cast<std::int64_t>(hours * 3600 + minutes * 60);
  return rest.empty();
}

}  // namespace

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    std::uint32_t group = static_cast<unsigned char>(bytes[i]);
    group = (group << 8) | (left > 1 ? static_cast<unsigned char>(bytes[i + 1]) : 0U);
    group = (group << 8) | (left > 2 ? static_cast<unsigned char>(bytes[i + 2]) : 0U);
    text.push_back(kAlphabet[(group >> 18) & 63]);
    text.push_back(kAlphabet[(group >> 12) & 63]);
    text.push_back(left > 1 ? kAlphabet[(group >> 6) & 63] : '=');
    text.push_back(left > 2 ? kAlphabet[group & 63] : '=');
  }
  return text;
}

Utf8 to_utf8(std::string_view bytes) {
  Utf8 result;
  result.text.reserve(bytes.size());
  while (!bytes.empty()) {
    char32_t point = 0;
    const std::size_t length = decode_utf8(bytes, point);
    if (length == 0) {
      result.text += kReplacement;
      result.is_exact = false;
      bytes.remove_prefix(1);
    } else {
      result.text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return result;
}

std::string to_terminal(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    char32_t point = 0;
    const std::size_t length = decode_utf8(bytes, point);
    if (length == 0) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
      bytes.remove_prefix(1);
      continue;
    }
    if (!is_unsafe(point)) {
      text += bytes.substr(0, length);
    } else if (point < 0x80) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned>(point));
    } else {
      text += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(point));
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::size_t terminal_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    char32_t point = 0;
    const std::size_t length = decode_utf8(text, point);
    if (length == 0) {
      ++width;
      text.remove_prefix(1);
      continue;
    }
    // wcwidth says -1 for what the locale does not know: such a character takes a column.
    const int columns = point < 0x80 ? 1 : wcwidth(static_cast<wchar_t>(point));
    width += columns < 0 ? 1 : static_cast<std::size_t>(columns);
    text.remove_prefix(length);
  }
  return width;
}

std::string format_utc(std::int64_t unix_s) {
  const std::time_t time = unix_s;
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return "1970-01-01T00:00:00Z";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::int64_t parse_utc(std::string_view text) {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!take_digits(text, 4, year) || !take_char(text, '-') || !take_digits(text, 2, month) ||
      !take_char(text, '-') || !take_digits(text, 2, day)) {
    return 0;
  }
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return 0;
  std::int64_t seconds = days_from_civil(year, month, day) * 86400;
  if (text.empty()) return seconds;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!(take_char(text, 'T') || take_char(text, 't') || take_char(text, ' ')) ||
      !take_digits(text, 2, hour) || !take_char(text, ':') || !take_digits(text, 2, minute) ||
      !take_char(text, ':') || !take_digits(text, 2, second)) {
    return 0;
  }
  if (hour > 23 || minute > 59 || second > 60) return 0;
  if (take_char(text, '.')) {
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
  }
  std::int64_t offset_s = 0;
  if (!take_zone(text, offset_s)) return 0;
  seconds += static_cast<std::int64_t>(hour * 3600 + minute * 60 + second) - offset_s;
  return seconds < 0 ? 0 : seconds;
}

}  // namespace bulkhead
