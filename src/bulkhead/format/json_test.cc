#include "bulkhead/format/json.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

TEST(Json, GivesEachKindOfValueAndNothingForAnother) {
  JsonDocument document;
  const auto root = document.parse(
      R"({"s":"a\u00e9\n","i":-7,"big":18446744073709551615,"d":1.5,"t":true,"n":null,)"
      R"("a":[1,"x",[]],"o":{"k":"v"}})");
  ASSERT_TRUE(root) << root.error().what;
  EXPECT_TRUE(root->is_object());
  EXPECT_EQ((*root)["s"].text(), "a\xc3\xa9\n");
  EXPECT_EQ((*root)["i"].integer(), -7);
  EXPECT_EQ((*root)["i"].number(), -7.0);
  EXPECT_EQ((*root)["big"].integer(), std::nullopt) << "above the range of std::int64_t";
  EXPECT_EQ((*root)["big"].number(), 18446744073709551615.0);
  EXPECT_EQ((*root)["d"].number(), 1.5);
  EXPECT_EQ((*root)["d"].integer(), std::nullopt);
  EXPECT_EQ((*root)["t"].boolean(), true);
  EXPECT_TRUE((*root)["n"].exists());
  EXPECT_EQ((*root)["n"].text(), std::nullopt);
  EXPECT_EQ((*root)["a"].size(), 3u);
  EXPECT_EQ((*root)["o"]["k"].text_or("none"), "v");
  EXPECT_EQ((*root)["o"]["missing"].text_or("none"), "none");
  EXPECT_FALSE((*root)["missing"].exists());
  EXPECT_FALSE((*root)["missing"]["deeper"].exists());
  EXPECT_FALSE((*root)["s"]["k"].exists()) << "a string has no members";
  EXPECT_FALSE((*root)["a"].is_object());
  EXPECT_TRUE((*root)["a"].is_array());
  EXPECT_EQ((*root)["s"].size(), 0u);
}

TEST(Json, WalksInStoredOrder) {
  JsonDocument document;
  const auto root = document.parse(R"({"b":[3,1,2],"a":{},"":"empty"})");
  ASSERT_TRUE(root);
  std::vector<std::string> keys;
  root->for_each_member([&](std::string_view key, JsonValue) { keys.emplace_back(key); });
  EXPECT_EQ(keys, (std::vector<std::string>{"b", "a", ""}));
  std::vector<std::int64_t> numbers;
  (*root)["b"].for_each_element(
      [&](JsonValue element) { numbers.push_back(element.integer().value_or(-1)); });
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{3, 1, 2}));
}

TEST(Json, TheFirstOfTwoKeysWins) {
  JsonDocument document;
  const auto root = document.parse(R"({"id":"first","id":"second"})");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["id"].text(), "first");
  EXPECT_EQ(root->size(), 2u);
}

TEST(Json, RefusesWhatIsNotJson) {
  struct Row {
    std::string text;
    Code want;
    const char* why;
  };
  const Row rows[] = {
      {"", Code::malformed, "nothing"},
      {"   \n", Code::malformed, "only spaces"},
      {"{", Code::malformed, "cut"},
      {"{\"a\":1}}", Code::malformed, "something after the value"},
      {"{\"a\":1} {}", Code::malformed, "a second value"},
      {"{a:1}", Code::malformed, "a key without quotes"},
      {"[1,]", Code::malformed, "a trailing comma"},
      {"\"\xff\"", Code::malformed, "not UTF-8"},
      {"\"\xed\xa0\x80\"", Code::malformed, "a surrogate in UTF-8"},
      {std::string("\"a\0b\"", 5), Code::malformed, "a control character"},
      {"\"\\ud800\"", Code::malformed, "half a surrogate pair"},
      {"NaN", Code::malformed, "no such number"},
      {std::string(65, '[') + std::string(65, ']'), Code::limit_exceeded, "depth 65"},
      {std::string(1'000'000, '['), Code::malformed, "deep and cut"},
  };
  JsonDocument document;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto root = document.parse(row.text);
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().code, row.want);
    EXPECT_TRUE(root.error().what.starts_with("json: ")) << root.error().what;
  }
}

TEST(Json, TakesDepth64AndAByteOrderMark) {
  JsonDocument document;
  EXPECT_TRUE(document.parse(std::string(64, '[') + std::string(64, ']')));
  const auto root = document.parse("\xef\xbb\xbf{\"a\":1}");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["a"].integer(), 1);
}

TEST(Json, ParsesOneTextAfterAnotherWhateverTheirSizes) {
  JsonDocument document;
  std::string large = "[";
  for (int i = 0; i < 3'000'000; ++i) large += "\"abcd\",";
  large += "0]";
  for (const std::string& text : {std::string("[1]"), large, std::string("[1,2]"), large}) {
    const auto root = document.parse(text);
    ASSERT_TRUE(root);
    EXPECT_EQ(root->size(), text == large ? 3'000'001u : (text == "[1]" ? 1u : 2u));
  }
  // A document may be moved: its values stay valid, as its memory does not move.
  const auto root = document.parse(R"({"a":"kept"})");
  const JsonDocument moved = std::move(document);
  EXPECT_EQ((*root)["a"].text(), "kept");
}

TEST(Json, SurvivesDamage) {
  const std::string good = R"({"id":"X-1","a":[{"b":"\u00e9","c":-1.5e3},null,true],"d":{}})";
  JsonDocument document;
  const auto walk = [](auto& self, JsonValue value) -> std::size_t {
    std::size_t seen = value.text_or("").size();
    value.for_each_element([&](JsonValue element) { seen += self(self, element); });
    value.for_each_member(
        [&](std::string_view key, JsonValue member) { seen += key.size() + self(self, member); });
    return seen;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(document.parse(std::string_view(good).substr(0, i))) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const auto root = document.parse(bad);
      if (root) {
        EXPECT_LE(walk(walk, *root), bad.size());
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::format
