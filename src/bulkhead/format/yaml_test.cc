#include "bulkhead/format/yaml.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

// The tree on one line: [a, "b"], {k: v}.
std::string flat(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      return node.is_quoted ? "\"" + node.text + "\"" : node.text;
    case YamlNode::Kind::sequence:
      for (const YamlNode& item : node.items) out += (out.empty() ? "" : ", ") + flat(item);
      return "[" + out + "]";
    case YamlNode::Kind::mapping:
      for (const auto& [key, value] : node.members) {
        out += (out.empty() ? "" : ", ") + flat(key) + ": " + flat(value);
      }
      return "{" + out + "}";
  }
  return out;
}

TEST(Yaml, BuildsTrees) {
  struct Row {
    const char* text;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {"a: 1\nb: [x, 'y']\n", "{a: 1, b: [x, \"y\"]}", "block and flow"},
      {"- a\n- b: c\n  d:\n", "[a, {b: c, d: }]", "a value that is missing is an empty scalar"},
      {"---\nx\n...\n", "x", "document marks"},
      {"", "", "no document is null"},
      {"# only a comment\n", "", "no document is null"},
      {"\xef\xbb\xbf"
       "a: b",
       "{a: b}", "a byte order mark"},
      {"a: &x [1, 2]\nb: *x\nc: *x\n", "{a: [1, 2], b: [1, 2], c: [1, 2]}", "aliases"},
      {"a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}", "the latest anchor counts"},
      {"a: |\n  one\n  two\n", "{a: \"one\ntwo\n\"}", "a block scalar is text"},
      {"? [k]\n: v\n", "{[k]: v}", "a key that is no scalar"},
      {"a: 1\na: 2\n", "{a: 1, a: 2}", "double keys are kept"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto node = parse_yaml(row.text);
    ASSERT_TRUE(node) << node.error().what;
    EXPECT_EQ(flat(*node), row.want);
  }
}

TEST(Yaml, FindsTheFirstMemberAndKnowsPlaces) {
  const auto node = parse_yaml("a: 1\nbb:\n  - x\n  - y: z\na: 2\n");
  ASSERT_TRUE(node);
  ASSERT_NE(node->find("a"), nullptr);
  EXPECT_EQ(node->find("a")->text, "1");
  EXPECT_EQ(node->find("c"), nullptr);
  const YamlNode* list = node->find("bb");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->find("x"), nullptr) << "a sequence has no members";
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[0].line, 3u);
  EXPECT_EQ(list->items[0].column, 5u);
  EXPECT_EQ(list->items[1].find("y")->line, 4u);
  EXPECT_EQ(list->items[1].find("y")->column, 8u);
}

// &a0 [x x], &a1 [*a0 *a0 ...], ...: small in the file, large when expanded.
std::string bomb(int levels, int fan) {
  std::string text = "a0: &a0 x\n";
  for (int i = 1; i <= levels; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < fan; ++k) text += "*a" + std::to_string(i - 1) + ",";
    text += "]\n";
  }
  return text;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Yaml, RefusesWhatIsNoDocumentOrTooLarge) {
  struct Row {
    std::string text;
    Code want;
    const char* why;
  };
  std::string deep_by_alias = "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n";
  for (int i = 1; i < 8; ++i) {
    const std::string n = std::to_string(i);
    deep_by_alias +=
        "a" + n + ": &a" + n + " [[[[[[[[[[*a" + std::to_string(i - 1) + "]]]]]]]]]]\n";
  }
  const Row rows[] = {
      {"a: [1\nb: 2\n", Code::malformed, "an open bracket"},
      {"a: b: c\n", Code::malformed, "a mapping inside a line"},
      {"\ta: b\n", Code::malformed, "a tab for indentation"},
      {"a: \xff\n", Code::malformed, "not UTF-8"},
      {std::string("\xff\xfe\x61\x00", 4), Code::malformed, "UTF-16"},
      {"a\n---\nb\n", Code::malformed, "two documents"},
      {"a: *x\n", Code::malformed, "an alias of nothing"},
      {"a: &x [*x]\n", Code::malformed, "an alias of itself"},
      {nested(65), Code::limit_exceeded, "depth"},
      {std::string(100'000, '['), Code::limit_exceeded, "deep and cut"},
      {bomb(12, 10), Code::limit_exceeded, "aliases of aliases"},
      {deep_by_alias, Code::limit_exceeded, "depth that comes of aliases"},
      {"a: &x \"" + std::string(1 << 20, 'x') + "\"\nb: [" +
           [] {
             std::string list;
             for (int i = 0; i < 300; ++i) list += "*x, ";
             return list;
           }() +
           "]\n",
       Code::limit_exceeded, "a long scalar, many times"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto node = parse_yaml(row.text);
    ASSERT_FALSE(node);
    EXPECT_EQ(node.error().code, row.want) << node.error().what;
    EXPECT_TRUE(node.error().what.starts_with("yaml: line ")) << node.error().what;
  }
  EXPECT_TRUE(parse_yaml(nested(63)));
  EXPECT_TRUE(parse_yaml(bomb(3, 10)));
}

TEST(Yaml, SurvivesDamage) {
  const std::string good = "a: &x [1, 'q', \"\\u00e9\"]\nb:\n  - *x\n  - {c: d}\ne: |\n  text\n";
  std::size_t parsed = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (parse_yaml(std::string_view(good).substr(0, i))) ++parsed;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const auto node = parse_yaml(bad);
      if (node) {
        EXPECT_LE(flat(*node).size(), 8 * bad.size());
      }
    }
  }
  EXPECT_GT(parsed, 0u);
  EXPECT_LT(parsed, good.size());
}

}  // namespace
}  // namespace bulkhead::format
