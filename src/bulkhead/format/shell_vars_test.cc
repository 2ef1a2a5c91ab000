#include "bulkhead/format/shell_vars.h"

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

struct Row {
  std::string_view line, want;
  std::uint64_t bad_lines;
  std::string_view why;
};

constexpr Row kRows[] = {
    {"A=plain", "plain", 0, "bare"},
    {"A=", "", 0, "nothing is a value"},
    {"A=\"two words\"", "two words", 0, "double quotes"},
    {"A='two words'", "two words", 0, "single quotes"},
    {"A=two words", "two words", 0, "a bare value with a space, as some images have"},
    {"A=x \t", "x", 0, "blanks at the end"},
    {"  A=x", "x", 0, "blanks before the name"},
    {"A=x\r", "x", 0, "a line end of another system"},
    {R"(A="a \"b\" \$c \`d \\e")", R"(a "b" $c `d \e)", 0, "escapes in double quotes"},
    {R"(A="\n\x")", R"(\n\x)", 0, "a backslash before anything else is itself"},
    {R"(A='\n$x')", R"(\n$x)", 0, "nothing is special in single quotes"},
    {R"(A=\"x\ y)", R"("x y)", 0, "a bare backslash takes the next byte"},
    {R"(A=x\)", "x", 0, "a backslash at the end of the line"},
    {"A='it'\"'\"'s'", "it's", 0, "pieces are joined"},
    {"A=\"#1\"", "#1", 0, "no comment inside quotes"},
    {"A=1\nA=2", "2", 0, "the last assignment wins"},
    {"#A=1\n\n  # note\n", "", 0, "comments and blank lines"},
    {"A=\"open\nB=1", "", 1, "an open quote costs its own line only"},
    {"A='", "", 1, "an open quote and nothing else"},
    {"A=\"x\\\"", "", 1, "the closing quote is escaped"},
    {"A", "", 1, "no equals sign"},
    {"=x", "", 1, "no name"},
    {"A B=x", "", 1, "a name with a space"},
    {"1A=x", "", 1, "a name that begins with a digit"},
    {"A =x", "", 1, "a space before the equals sign"},
};

TEST(ShellVars, ReadsValues) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    const ShellVars vars = parse_shell_vars(row.line);
    EXPECT_EQ(vars.find("A"), row.want);
    EXPECT_EQ(vars.bad_lines, row.bad_lines);
    EXPECT_EQ(vars.first_bad_offset.has_value(), row.bad_lines > 0);
  }
}

TEST(ShellVars, KeepsTheNeighboursOfABadLine) {
  const ShellVars vars = parse_shell_vars("A=1\nB=\"2\nC=3\n???\nD=4");
  EXPECT_EQ(vars.find("A"), "1");
  EXPECT_EQ(vars.find("B"), "");
  EXPECT_EQ(vars.find("C"), "3");
  EXPECT_EQ(vars.find("D"), "4");
  EXPECT_EQ(vars.bad_lines, 2u);
  EXPECT_EQ(vars.first_bad_offset, 4u);
}

}  // namespace
}  // namespace bulkhead::format
