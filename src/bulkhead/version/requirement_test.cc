#include "bulkhead/version/requirement.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::version {
namespace {

struct Syntax {
  std::string_view name;
  std::string_view scheme;
  Result<Intervals> (*parse)(std::string_view);
};

constexpr Syntax kSyntaxes[] = {
    {"gem-requirement", "rubygems", parse_gem_requirement},
    {"maven-range", "maven", parse_maven_range},
    {"composer-constraint", "packagist", parse_composer_constraint},
};

/// "in", "out", or what is wrong.
std::string place_of(const Syntax& syntax, std::string_view text, std::string_view version) {
  const auto parsed = syntax.parse(text);
  if (!parsed) return parsed.error().what;
  const auto in = syntax.scheme == "packagist"
                      ? is_in_composer_constraint(*parsed, version)
                      : is_in_intervals(*find_scheme(syntax.scheme), *parsed, version);
  if (!in) return in.error().what;
  return *in ? "in" : "out";
}

struct Row {
  std::string_view text;
  std::vector<std::string_view> in;
  std::vector<std::string_view> out;
};

void expect_rows(const Syntax& syntax, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    for (const std::string_view v : row.in)
      EXPECT_EQ(place_of(syntax, row.text, v), "in") << row.text << " " << v;
    for (const std::string_view v : row.out)
      EXPECT_EQ(place_of(syntax, row.text, v), "out") << row.text << " " << v;
  }
}

void expect_refused(const Syntax& syntax, const std::vector<std::string_view>& texts) {
  for (const std::string_view text : texts) {
    const auto parsed = syntax.parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Code::malformed);
  }
}

TEST(GemRequirement, HoldsWhatRubyGemsHolds) {
  expect_rows(kSyntaxes[0],
              {
                  {"~> 1.2.3", {"1.2.3", "1.2.99"}, {"1.2.2", "1.3", "1.3.a", "1.2.3.a"}},
                  {"~> 1.2", {"1.2", "1.9.9"}, {"2", "2.0.rc1", "1.1"}},
                  {"~> 1", {"1.0", "1.99"}, {"2", "0.9"}},
                  {"~> 1.2.3.rc1", {"1.2.3.rc1", "1.2.9"}, {"1.3", "1.2.3.beta"}},
                  {"~> 9.9.9", {"9.9.10"}, {"9.10", "10.0"}},
                  {">= 1.2", {"1.2", "3"}, {"1.2.a", "1.1"}},
                  {"> 1.2", {"1.2.1"}, {"1.2", "1.2.0"}},
                  {"< 1.2", {"1.2.a", "1.1"}, {"1.2"}},
                  {"<= 1.2", {"1.2.0"}, {"1.2.1"}},
                  {"!= 1.2", {"1.1", "1.3"}, {"1.2", "1.2.0"}},
                  {"1.2", {"1.2.0"}, {"1.2.1"}},
                  {"= 1.2-a", {"1.2.pre.a"}, {"1.2"}},
                  {"~> 2.3.15, >= 2.3.15.1", {"2.3.16"}, {"2.3.15", "2.4"}},
                  {">=1,<2 , != 1.5", {"1.0", "1.6"}, {"2.0", "1.5"}},
                  {"> 3, < 2", {}, {"1", "2.5", "4"}},
              });
  expect_refused(kSyntaxes[0], {"", "~>", "=> 1", ">= 1,", "1 2", "~ 1", ">= a", ">= 1 < 2"});
}

TEST(MavenRange, HoldsWhatMavenHolds) {
  expect_rows(kSyntaxes[1], {
                                {"[1.0,2.0)", {"1.0", "1.9", "2.0-rc1"}, {"2.0", "1.0-rc1", "0.9"}},
                                {"(1.0,2.0]", {"1.0.1", "2.0", "2"}, {"1.0", "2.0.1"}},
                                {"(,1.0]", {"1.0", "0.1-alpha"}, {"1.0.1"}},
                                {"[1.5,)", {"1.5", "99"}, {"1.4"}},
                                {"[1.5]", {"1.5", "1.5.0"}, {"1.5.1"}},
                                {"(,1.0],[1.2,)", {"0.9", "1.2"}, {"1.1"}},
                                {" [ 1.0 , 2.0 ) , [3.0] ", {"1.0", "3.0"}, {"2.0", "3.1"}},
                                {"(,)", {"1"}, {}},
                            });
  expect_refused(kSyntaxes[1], {"", "1.0", "[1.0", "(1.0)", "[1.0)", "[]", "[1.0,2.0) [3.0,)",
                                "[1.0,2.0),", "[1.0,2.0,3.0]", "[a b,2]"});
}

TEST(ComposerConstraint, HoldsWhatComposerHolds) {
  expect_rows(kSyntaxes[2],
              {
                  {"^1.2", {"1.2.0", "1.99", "1.2.0-dev"}, {"2.0", "2.0-beta1", "1.1"}},
                  {"^0.3.1", {"0.3.1", "0.3.9"}, {"0.4.0", "0.3.0"}},
                  {"^0.0.3", {"0.0.3"}, {"0.0.4", "0.0.2"}},
                  {"^0", {"0.9.9"}, {"1.0.0"}},
                  {"^1.2-beta2", {"1.2-beta3", "1.2"}, {"1.2-beta1", "2.0-dev"}},
                  {"~1.2", {"1.2.0", "1.9"}, {"2.0", "2.0-RC1"}},
                  {"~1.2.3", {"1.2.3", "1.2.9"}, {"1.3.0", "1.2.2"}},
                  {"~1", {"1.0", "1.9"}, {"2.0"}},
                  {"1.2.*", {"1.2.0", "1.2.99"}, {"1.3.0", "1.1.9"}},
                  {"1.*.*", {"1.0"}, {"2.0"}},
                  {"*", {"1.0", "dev-main"}, {}},
                  {">=1.0,<2.0", {"1.0", "1.9", "1.0-RC1"}, {"2.0", "2.0-beta1"}},
                  {">=1.0 <2.0.5", {"2.0.4"}, {"2.0.5", "2.0.5-beta1"}},
                  {"<2.0-beta2", {"2.0-beta1"}, {"2.0-beta2", "2.0"}},
                  {"<=2.0", {"2.0", "2.0-beta1"}, {"2.0.1", "2.0-p1"}},
                  {">2.0", {"2.0.1", "2.0-p1"}, {"2.0"}},
                  {"!=1.5", {"1.4", "1.6"}, {"1.5", "1.5.0.0"}},
                  {"<> 1.5", {"1.4"}, {"1.5.0"}},
                  {"1.0 - 2.0", {"1.0", "2.0.9"}, {"2.1", "0.9"}},
                  {"1.0.0 - 2.1.0", {"1.0.0", "2.1.0"}, {"2.1.1"}},
                  {"^1.2 || ~2.0.3", {"1.5", "2.0.4"}, {"2.1", "2.0.2"}},
                  {"1.0 | 3.0", {"1.0", "3.0.0"}, {"2.0"}},
                  {">= 1.0 , < 2.0", {"1.5"}, {"2.0"}},
                  {"dev-main", {"dev-main"}, {"dev-other", "1.0"}},
                  {"<2.0", {"1.0"}, {"dev-main"}},
              });
  expect_refused(kSyntaxes[2],
                 {"", "^", "~", ">=", ">=1.0,", "1.0 ||", "foo", "^dev-main", "1.0 - ", "1.0 -"});
}

TEST(Requirement, IsBoundedInItsParts) {
  std::string gem = ">= 1";
  std::string maven = "[1]";
  std::string composer = "!=1";
  for (std::size_t i = 0; i < kMaxRequirementParts; ++i) {
    gem += ",!= " + std::to_string(i);
    maven += ",[" + std::to_string(i) + "]";
    composer += ",!=" + std::to_string(i);
  }
  EXPECT_FALSE(parse_gem_requirement(gem).has_value());
  EXPECT_FALSE(parse_maven_range(maven).has_value());
  EXPECT_FALSE(parse_composer_constraint(composer).has_value());
}

// tools/check_versions.py makes such a table with the ecosystems' own tools: rows of
// `syntax<TAB>text<TAB>in|out<TAB>version`.
TEST(Requirement, AgreesWithAGivenTable) {
  const char* path = std::getenv("BULKHEAD_REQUIREMENT_TABLE");
  if (path == nullptr) GTEST_SKIP() << "BULKHEAD_REQUIREMENT_TABLE names none";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line); ++rows) {
    const std::vector<std::string_view> fields = split(line, '\t');
    ASSERT_EQ(fields.size(), 4U) << line;
    for (const Syntax& syntax : kSyntaxes) {
      if (syntax.name != fields[0]) continue;
      EXPECT_EQ(place_of(syntax, fields[1], fields[3]), fields[2]) << line;
    }
  }
  EXPECT_GT(rows, 0U);
}

}  // namespace
}  // namespace bulkhead::version
