#include "bulkhead/format/repomd.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

const std::string kSum(64, 'a');

std::string document(std::string_view inner) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" "
      "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n<revision> 1700 </revision>\n{}"
      "</repomd>\n",
      inner);
}

std::string entry(std::string_view inner, std::string_view type = "updateinfo") {
  return fmt::format("<data type=\"{}\">{}</data>\n", type, inner);
}

TEST(Repomd, ReadsAllThatAnEntrySays) {
  const auto read = parse_repomd(document(
      entry("<location href=\"repodata/p.xml.zst\"/>", "primary") +
      entry(fmt::format("<checksum type=\"sha256\">{}</checksum>"
                        "<open-checksum type=\"SHA\">{}</open-checksum>"
                        "<location href=\"repodata/u.xml.gz\"/><timestamp>1701.5</timestamp>"
                        "<size>12</size><open-size>345</open-size><database_version>10"
                        "</database_version>",
                        kSum, std::string(40, 'B')))));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->revision, "1700");
  EXPECT_TRUE(read->notes.empty());
  ASSERT_EQ(read->entries.size(), 2U);
  const RepomdEntry* found = read->find("updateinfo");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->href, "repodata/u.xml.gz");
  EXPECT_EQ(found->checksum, (RepomdChecksum{"sha256", kSum}));
  EXPECT_EQ(found->open_checksum, (RepomdChecksum{"sha1", std::string(40, 'b')}));
  EXPECT_EQ(found->size, 12U);
  EXPECT_EQ(found->open_size, 345U);
  EXPECT_EQ(found->timestamp_unix_s, 1701);
  EXPECT_EQ(read->find("modules"), nullptr);
  EXPECT_FALSE(read->find("primary")->checksum);
}

TEST(Repomd, TakesTheFirstOfAType) {
  const auto read =
      parse_repomd(document(entry("<location href='a'/>") + entry("<location href='b'/>")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->find("updateinfo")->href, "a");
}

TEST(Repomd, PassesOverWhatLeavesTheRepositoryOrIsNotUnderstood) {
  const std::string place = "<location href='repodata/a'/>";
  const std::string bad[] = {
      "<location href='../../etc/passwd'/>",
      "<location href='repodata/../../a'/>",
      "<location href='/etc/passwd'/>",
      "<location href='//other.example/a'/>",
      "<location href='https://other.example/a'/>",
      "<location href='file:a'/>",
      "<location href='a\\b'/>",
      "<location href='a?b'/>",
      "<location href='a#b'/>",
      "<location href='a&#9;b'/>",
      "<location href='a//b'/>",
      "<location href='./a'/>",
      "<location href='" + std::string(2000, 'a') + "'/>",
      "<location href=''/>",
      "<location xml:base='https://other.example/' href='a'/>",
      "",
      place + "<checksum type='sha256'>badid</checksum>",
      place + "<checksum type='crc'>" + kSum + "</checksum>",
      place + "<checksum>" + kSum + "</checksum>",
      place + "<checksum type='sha256'>" + std::string(64, 'g') + "</checksum>",
      place + "<open-checksum type='sha256'>" + kSum + "0</open-checksum>",
      place + "<size>-1</size>",
      place + "<size>1e3</size>",
      place + "<open-size>99999999999999999999999</open-size>",
      place + "<timestamp>soon</timestamp>",
  };
  for (const std::string& inner : bad) {
    const auto read = parse_repomd(document(entry(inner) + entry(place, "good")));
    ASSERT_TRUE(read) << inner;
    EXPECT_EQ(read->find("updateinfo"), nullptr) << inner;
    EXPECT_NE(read->find("good"), nullptr) << inner;
    EXPECT_EQ(read->notes.size(), 1U) << inner;
  }
  EXPECT_EQ(parse_repomd(document(entry(place, "")))->notes.size(), 1U);
}

TEST(Repomd, RefusesOtherDocumentsAndKeepsLimits) {
  EXPECT_EQ(parse_repomd("<updates/>").error().code, Code::malformed);
  EXPECT_EQ(parse_repomd("").error().code, Code::malformed);
  EXPECT_EQ(parse_repomd("<html><body>Log in</body></html>").error().code, Code::malformed);
  EXPECT_EQ(parse_repomd("<!DOCTYPE repomd><repomd/>").error().code, Code::unsupported);
  std::string many;
  for (int i = 0; i < 1001; ++i) many += entry("<location href='a'/>");
  EXPECT_EQ(parse_repomd(document(many)).error().code, Code::limit_exceeded);
  const std::string big = document(std::string(kMostRepomdBytes, ' '));
  EXPECT_EQ(parse_repomd(big).error().code, Code::limit_exceeded);
  EXPECT_TRUE(parse_repomd(document(""))->entries.empty());
}

TEST(Repomd, RefusesACutAtEveryByte) {
  const std::string whole = document(entry("<location href='repodata/a'/>"));
  const std::size_t last = whole.rfind('>');
  for (std::size_t cut = 0; cut <= last; ++cut) {
    EXPECT_FALSE(parse_repomd(std::string_view(whole).substr(0, cut))) << cut;
  }
}

}  // namespace
}  // namespace bulkhead::format
