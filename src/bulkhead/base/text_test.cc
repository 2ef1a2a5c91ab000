#include "bulkhead/base/text.h"

#include <clocale>

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

TEST(Text, TakesLinesWithAndWithoutALastNewline) {
  std::string_view rest = "one\n\ntwo";
  EXPECT_EQ(take_line(rest), "one");
  EXPECT_EQ(take_line(rest), "");
  EXPECT_EQ(take_line(rest), "two");
  EXPECT_TRUE(rest.empty());
}

TEST(Text, TrimsAndSplits) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, EncodesHexAndBase64) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
  // RFC 4648, section 10.
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

struct Utf8Row {
  std::string_view bytes, want;
  bool is_exact;
  std::string_view why;
};

constexpr Utf8Row kUtf8Rows[] = {
    {"plain", "plain", true, "ASCII"},
    {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x8B", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x8B", true,
     "2, 3 and 4 bytes"},
    {"a\xFFz", "a\xEF\xBF\xBDz", false, "a byte that never occurs"},
    {"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD", false, "overlong NUL"},
    {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", false, "a surrogate"},
    {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", false,
     "above U+10FFFF"},
    {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD", false, "cut short"},
};

TEST(Text, MakesUtf8) {
  for (const Utf8Row& row : kUtf8Rows) {
    SCOPED_TRACE(row.why);
    const Utf8 got = to_utf8(row.bytes);
    EXPECT_EQ(got.text, row.want);
    EXPECT_EQ(got.is_exact, row.is_exact);
  }
}

TEST(Text, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(to_terminal("a\x1b[2J\n"), "a\\x1b[2J\\x0a");
  EXPECT_EQ(to_terminal("x\xE2\x80\xAEgnp"), "x\\u{202e}gnp");
  EXPECT_EQ(to_terminal("\xFF"), "\\xff");
  EXPECT_EQ(to_terminal("\xC2\x9B"), "\\u{9b}");
  EXPECT_EQ(to_terminal("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Text, MeasuresColumns) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  EXPECT_EQ(terminal_width("abc"), 3U);
  EXPECT_EQ(terminal_width("\xE6\xBC\xA2"), 2U);  // a wide character
  EXPECT_EQ(terminal_width("e\xCC\x81"), 1U);     // a combining accent takes none
}

struct TimeRow {
  std::string_view text;
  std::int64_t want;
  std::string_view why;
};

constexpr TimeRow kTimeRows[] = {
    {"1970-01-01", 0, "the first day"},
    {"2026-11-23", 1795392000, "a date alone"},
    {"2026-11-23T20:00:01Z", 1795464001, "UTC"},
    {"2026-11-23T20:00:01.123456Z", 1795464001, "a fraction is cut off"},
    {"2026-11-23T22:00:01+02:00", 1795464001, "an offset"},
    {"2024-02-29T00:00:00Z", 1709164800, "a leap day"},
    {"0001-01-01T00:00:00Z", 0, "a placeholder year"},
    {"2026-13-01", 0, "no such month"},
    {"2026-11-23Tx", 0, "no time"},
    {"yesterday", 0, "no date"},
};

TEST(Text, ReadsAndWritesTimes) {
  for (const TimeRow& row : kTimeRows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(parse_utc(row.text), row.want);
  }
  EXPECT_EQ(format_utc(1795464001), "2026-11-23T20:00:01Z");
  EXPECT_EQ(parse_utc(format_utc(951782399)), 951782399);
}

}  // namespace
}  // namespace bulkhead
