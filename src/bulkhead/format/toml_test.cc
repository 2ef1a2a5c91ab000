#include "bulkhead/format/toml.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

// The tree on one line: {a: [1, "b"], k: true}. What has no handle of its own is "?".
std::string flat(TomlValue value) {
  if (value.text()) return '"' + std::string(*value.text()) + '"';
  if (value.integer()) return std::to_string(*value.integer());
  if (value.boolean()) return *value.boolean() ? "true" : "false";
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (value.is_array()) {
    value.for_each_element([&](TomlValue element) { add(flat(element)); });
    return "[" + out + "]";
  }
  if (value.is_table()) {
    value.for_each_member([&](std::string_view key, TomlValue member) {
      add(std::string(key) + ": " + flat(member));
    });
    return "{" + out + "}";
  }
  return "?";
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(Toml, BuildsTrees) {
  struct Row {
    const char* text;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {"", "{}", "no text is an empty table"},
      {"\xef\xbb\xbf"
       "a = 1\r\n",
       "{a: 1}", "a byte order mark and Windows lines"},
      {"b = 'x\\n'\na = \"x\\u00e9\"\n", "{a: \"x\xc3\xa9\", b: \"x\\n\"}",
       "members are sorted; only double quotes escape"},
      {"a = '''\n1.2.3'''\nb = \"\"\"q\"\"\"\"\"\n", "{a: \"1.2.3\", b: \"q\"\"\"}",
       "long strings"},
      {"[[p]]\nname = 'a'\n[p.source]\nv = true\n[[p]]\nname = 'b'\n",
       "{p: [{name: \"a\", source: {v: true}}, {name: \"b\"}]}", "tables in an array"},
      {"a.b = {c = [1, [2]], 'd.e' = 3}\n", "{a: {b: {c: [1, [2]], d.e: 3}}}", "keys with dots"},
      {"d = 1979-05-27T07:32:00Z\nf = 1.5\n", "{d: ?, f: ?}", "values that nobody asks for"},
  };
  TomlDocument document;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto root = document.parse(row.text);
    ASSERT_TRUE(root) << root.error().what;
    EXPECT_EQ(flat(*root), row.want);
  }
}

TEST(Toml, AnswersWhatIsNotThereWithNothing) {
  TomlDocument document;
  const auto root = document.parse("[t]\na = 1\n\n[[t.l]]\n b = 'x'\n");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["t"]["a"].line(), 2U);
  EXPECT_EQ((*root)["t"]["a"].column(), 5U);
  EXPECT_FALSE((*root)["t"]["a"].text());
  EXPECT_FALSE((*root)["t"]["a"]["b"].exists());
  EXPECT_FALSE((*root)["x"]["y"].exists());
  EXPECT_EQ((*root)["x"].text_or("none"), "none");
  EXPECT_EQ((*root)["x"].line(), 0U);
  int visits = 0;
  (*root)["t"].for_each_element([&](TomlValue) { ++visits; });
  (*root)["t"]["l"].for_each_member([&](std::string_view, TomlValue) { ++visits; });
  EXPECT_EQ(visits, 0);
}

TEST(Toml, RefusesWhatIsMalformedWithItsPlace) {
  struct Row {
    std::string text;
    const char* place;
    const char* why;
  };
  const Row rows[] = {
      {"a = 1\nb = \n", "line 2, column 5", "no value"},
      {"a = 1\na = 2\n", "line 2, column 5", "a key twice"},
      {"[a\nb = 1\n", "line 1", "a header that does not end"},
      {"a = \"x\n", "line 1", "a string that does not end"},
      {"a = \"\"\"x", "line 1", "a long string that does not end"},
      {"a = 'x", "line 1", "the text ends in a string"},
      {"a = \"x\\", "line 1", "the text ends in an escape"},
      {"a = \"\xff\"\n", "line 1", "no UTF-8"},
      {"a = 1\n\xc3\xa9 = 2\n", "line 2", "a letter beyond ASCII in a bare key"},
      {"a = 0\"b\"1.\"b.\xd1\x90\n", "line 1", "the same behind another error"},
  };
  TomlDocument document;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto root = document.parse(row.text);
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().code, Code::malformed);
    EXPECT_TRUE(root.error().what.starts_with("toml: ")) << root.error().what;
    EXPECT_NE(root.error().what.find(row.place), std::string::npos) << root.error().what;
  }
}

TEST(Toml, BoundsTheDepth) {
  struct Row {
    std::string text;
    bool is_good;
    const char* why;
  };
  const Row rows[] = {
      {"a = " + repeated("[", 64) + repeated("]", 64), true, "arrays, as deep as may be"},
      {"a = " + repeated("[", 65) + repeated("]", 65), false, "arrays"},
      {"a = " + repeated("{a=", 65), false, "inline tables"},
      {"x = 1\na" + repeated(".a", 64) + " = 1", true, "a dotted key, as long as may be"},
      {"x = 1\na" + repeated(".a", 65) + " = 1", false, "a dotted key"},
      {"[a" + repeated(".a", 100'000) + "]", false, "a header"},
      {"a = {b" + repeated(".a", 40) + " = {c" + repeated(".a", 40) + " = 1}}", false,
       "keys in tables in keys"},
      {"a = '" + repeated(".", 100) + "' # " + repeated("[", 100) + "\nb = \"\\\"" +
           repeated("[", 100) + "\"\nc = '''" + repeated("{\n", 100) + "'''\n",
       true, "strings and comments are no nesting"},
      {"a = [" + repeated("1.5, ", 100) + "]\n" + repeated("# x\n", 3), true, "numbers"},
      {repeated("[[a.b]]\n", 100), true, "headers, one after another"},
  };
  TomlDocument document;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto root = document.parse(row.text);
    EXPECT_EQ(root.has_value(), row.is_good) << (root ? "" : root.error().what);
    if (!root && !row.is_good) {
      EXPECT_EQ(root.error().code, Code::limit_exceeded);
    }
  }
  const auto root = document.parse("x = 1\na" + repeated(".a", 65) + " = 1");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().what, "toml: line 2, column 130: nested deeper than 64");
}

TEST(Toml, SurvivesCutsAndFlippedBits) {
  const std::string text =
      "version = 1\n[[package]]\nname = \"a\"\nversion = '1.0'\nsource = { url = \"x\" }\n"
      "[package.deps]\nb = [1, 2.5, \"\"\"c\"\"\"]\n";
  TomlDocument document;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const auto root = document.parse(text.substr(0, cut));
    EXPECT_TRUE(root || root.error().code == Code::malformed);
  }
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto root = document.parse(damaged);
    EXPECT_TRUE(root || root.error().code == Code::malformed);
  }
}

}  // namespace
}  // namespace bulkhead::format
