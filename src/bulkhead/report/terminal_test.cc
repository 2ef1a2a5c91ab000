#include "bulkhead/report/terminal.h"

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

struct FitRow {
  std::string_view text;
  std::size_t columns;
  std::string_view want, why;
};

constexpr FitRow kFitRows[] = {
    {"abc", 3, "abc", "it fits"},
    {"abcd", 3, "ab…", "it is cut"},
    {"abcd", 1, "…", "room for the sign only"},
    {"abcd", 0, "", "no room"},
    {"", 3, "", "nothing"},
    {"a\x1b", 9, "a\\x1b", "escapes count as they are shown"},
    {"äöü", 3, "äöü", "columns, not bytes"},
    {"äöüä", 3, "äö…", "no character is cut in two"},
    {"\xff\xfe\xfd", 5, "\\xff…", "bytes that are no text"},
};

TEST(Terminal, FitsTextIntoColumns) {
  for (const FitRow& row : kFitRows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(fit(row.text, row.columns), row.want);
  }
}

TEST(Terminal, CutsLongTextWithoutEscapingAllOfIt) {
  const std::string text = fit(std::string(64 << 20, '\x01'), 10);
  EXPECT_EQ(terminal_width(text), 10u);
}

TEST(Terminal, WrapsAtSpaces) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 8, 9), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("one two three", 7, 9), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("onetwothree", 4, 9), (Lines{"onet", "woth", "ree"}));
  EXPECT_EQ(wrap("one two three four", 8, 2), (Lines{"one two", "three f…"}));
  EXPECT_EQ(wrap("", 8, 2), Lines{});
  EXPECT_EQ(wrap("abc", 8, 1), (Lines{"abc"}));
}

TEST(Terminal, PaintsOnlyWhenAsked) {
  EXPECT_EQ(Painter(false).alarm("x"), "x");
  EXPECT_EQ(Painter(true).alarm("x"), "\x1b[1;31mx\x1b[0m");
  EXPECT_EQ(Painter(true).alarm(""), "");
}

}  // namespace
}  // namespace bulkhead::report
