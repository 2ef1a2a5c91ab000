#include "bulkhead/report/text_fields.h"

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

using namespace std::string_literals;

TEST(TextFields, ReplacesWhatDatabasesRefuse) {
  EXPECT_EQ(utf8("a\0b\xff"s), "a\xEF\xBF\xBD"s + "b\xEF\xBF\xBD");
  EXPECT_EQ(utf8("päivää\n"), "päivää\n");
}

TEST(TextFields, CutsBetweenCharacters) {
  struct Row {
    std::string text;
    std::size_t most;
    std::string want;
    std::string_view why;
  };
  const Row rows[] = {
      {"", 0, "", "nothing to cut"},
      {"abc", 3, "abc", "it fits"},
      {"abcd", 3, "ab…", "the ellipsis counts"},
      {"äöüß", 4, "äöüß", "characters, not bytes"},
      {"äöüß", 3, "äö…", "no half characters"},
      {"😀😀😀", 2, "😀…", "four bytes each"},
      {"\xff\xff\xff", 2, "\xEF\xBF\xBD…", "each replacement is a character"},
      {"abc", 0, "", "no room even for the ellipsis"},
      {std::string(1'000'000, 'x'), 2, "x…", "endless text"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(utf8_prefix(row.text, row.most), row.want);
    EXPECT_TRUE(to_utf8(utf8_prefix(row.text, row.most)).is_exact);
  }
}

TEST(TextFields, EncodesPathsAsRelativeReferences) {
  EXPECT_EQ(uri_of_path("/var/lib/dpkg/status"), "var/lib/dpkg/status");
  EXPECT_EQ(uri_of_path("//a b/%41?#"), "a%20b/%2541%3F%23");
  EXPECT_EQ(uri_of_path("c:d"), "c%3Ad") << "no scheme";
  EXPECT_EQ(uri_of_path("\xff\xc3\xa9"), "%FF%C3%A9") << "bytes, whatever they mean";
  EXPECT_EQ(uri_of_path("/"), "");
}

TEST(TextFields, KnowsWebAddresses) {
  for (const char* good : {"https://example.org/a?b=c#d", "http://x", "ftp://x/y"}) {
    EXPECT_TRUE(is_web_address(good)) << good;
  }
  for (const char* bad : {"", "https://", "javascript://x", "example.org", "https://a b",
                          "https://a>b", "https://a\nb", "https://\xc3\xa9", "x https://a"}) {
    EXPECT_FALSE(is_web_address(bad)) << bad;
  }
}

TEST(TextFields, TakesTheMeaningOffMarkdown) {
  EXPECT_EQ(markdown_text("![x](http://e)"), "\\!\\[x\\]\\(http\\://e\\)");
  EXPECT_EQ(markdown_text("<b>&amp; `c`|"), "\\<b\\>\\&amp; \\`c\\`\\|");
}

}  // namespace
}  // namespace bulkhead::report
