#include "bulkhead/advisory/repository.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

using Urls = std::vector<std::string>;

TEST(MirrorList, NamesTheFirstRepositories) {
  EXPECT_EQ(parse_mirror_list("https://a.example/x\n"), Urls{"https://a.example/x/"});
  EXPECT_EQ(parse_mirror_list("# words\r\n\r\nhttps://a.example/x/\r\nftp://b.example/\n"
                              "http://c.example/$basearch/\nhttp://d.example/y"),
            (Urls{"https://a.example/x/", "http://d.example/y/"}));
  EXPECT_EQ(parse_mirror_list("https://a/\nhttps://b/\nhttps://c/\nhttps://d/\n").size(), 3U);
  EXPECT_EQ(parse_mirror_list(""), Urls{});
  EXPECT_EQ(parse_mirror_list("<html>https://a.example/</html>"), Urls{});
}

}  // namespace
}  // namespace bulkhead::advisory
