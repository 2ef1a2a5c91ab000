#include "bulkhead/format/xml.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

class Trace final : public XmlSink {
 public:
  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& all) override {
    out += "<" + std::string(name);
    for (const auto& one : all) out += " " + std::string(one.name) + "=" + std::string(one.value);
    out += ">";
    return {};
  }
  Result<void> end(std::string_view, std::string_view text) override {
    out += std::string(text) + "/";
    return {};
  }
  std::string out;
};

Result<std::string> read(std::string_view text, std::size_t step, const XmlLimits& limits = {}) {
  Trace trace;
  XmlReader reader(trace, limits);
  for (std::size_t at = 0; at < text.size(); at += step)
    BH_CHECK(reader.feed(text.substr(at, step)));
  BH_CHECK(reader.finish());
  return trace.out;
}

constexpr std::string_view kText = "<a:r x:k='1&amp;2'>t<b/>u<![CDATA[<]]></a:r>";

TEST(Xml, GivesTheSameInEveryChunkSize) {
  for (std::size_t step = 1; step <= kText.size(); ++step) {
    EXPECT_EQ(read(kText, step).value_or("error"), "<r k=1&2><b>/tu</") << step;
  }
}

TEST(Xml, RefusesACutAtEveryByte) {
  for (std::size_t cut = 0; cut < kText.size(); ++cut) {
    EXPECT_FALSE(read(kText.substr(0, cut), 7)) << cut;
  }
}

TEST(Xml, RefusesDocumentTypesAndKeepsLimits) {
  const auto doctype = read("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 5);
  ASSERT_FALSE(doctype);
  EXPECT_EQ(doctype.error().code, Code::unsupported);
  EXPECT_EQ(read("<a><b/></a>", 5, {1, 9, 9}).error().code, Code::limit_exceeded);
  EXPECT_EQ(read("<a b='' c=''/>", 5, {9, 1, 9}).error().code, Code::limit_exceeded);
  EXPECT_EQ(read("<a>12<b>34</b></a>", 5, {9, 9, 3}).error().code, Code::limit_exceeded);
  EXPECT_EQ(read("<a>\n</b>", 5).error().code, Code::malformed);
}

}  // namespace
}  // namespace bulkhead::format
