#include "bulkhead/report/xml.h"

#include <gtest/gtest.h>

namespace bulkhead::report {
namespace {

using namespace std::string_literals;

TEST(Xml, EscapesMarkup) {
  EXPECT_EQ(xml_text("<a b=\"c\">&amp;]]></a>"), "&lt;a b=\"c\"&gt;&amp;amp;]]&gt;&lt;/a&gt;");
  EXPECT_EQ(xml_attribute("\"<&>'"), "&quot;&lt;&amp;&gt;'");
}

TEST(Xml, KeepsLineEndsThatReadersWouldChange) {
  EXPECT_EQ(xml_text("a\n\tb\r"), "a\n\tb&#13;");
  EXPECT_EQ(xml_attribute("a\n\tb\r"), "a&#10;&#9;b&#13;");
}

TEST(Xml, ReplacesWhatXmlCannotSay) {
  const std::string replacement = "\xEF\xBF\xBD";
  for (int c = 0; c < 0x20; ++c) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    EXPECT_EQ(xml_text(std::string(1, static_cast<char>(c))), replacement) << c;
  }
  EXPECT_EQ(xml_text("\xEF\xBF\xBE\xEF\xBF\xBF"), replacement + replacement);
  EXPECT_EQ(xml_text("\xff"), replacement);
  EXPECT_EQ(xml_text("\xed\xa0\x80"), replacement + replacement + replacement) << "a surrogate";
  EXPECT_EQ(xml_text("\xEF\xBF\xBD\x7f😀"), "\xEF\xBF\xBD\x7f😀") << "allowed as they are";
}

}  // namespace
}  // namespace bulkhead::report
