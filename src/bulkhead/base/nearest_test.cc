#include "bulkhead/base/nearest.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

TEST(Nearest, CountsEdits) {
  struct Case {
    std::string_view a, b;
    std::size_t edits;
  };
  for (const auto& [a, b, edits] :
       {Case{"", "", 0}, Case{"", "abc", 3}, Case{"abc", "abc", 0}, Case{"abc", "abd", 1},
        Case{"abc", "ab", 1}, Case{"abc", "xabc", 1}, Case{"ab", "ba", 1}, Case{"hihg", "high", 1},
        Case{"abcd", "dcba", 3}, Case{"until", "unitl", 1}}) {
    EXPECT_EQ(edit_distance(a, b), edits) << a << " " << b;
    EXPECT_EQ(edit_distance(b, a), edits) << b << " " << a;
  }
}

TEST(Nearest, NamesTheFirstOfTheNearest) {
  constexpr std::string_view kNames[] = {"path", "purl", "reason", "until"};
  EXPECT_EQ(nearest("pth", kNames, 2), "path");
  EXPECT_EQ(nearest("untill", kNames, 2), "until");
  EXPECT_EQ(nearest("purh", kNames, 2), "purl");
  EXPECT_EQ(nearest("pxxl", kNames, 2), "purl") << "as near as can be";
  EXPECT_EQ(nearest("elephant", kNames, 2), "");
  EXPECT_EQ(nearest("untill", kNames, 0), "");
  EXPECT_EQ(nearest(std::string(65, 'u'), kNames, 100), "") << "a long word costs no time";
}

}  // namespace
}  // namespace bulkhead
