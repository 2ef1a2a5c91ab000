#include "bulkhead/version/compare_lines.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace bulkhead::version {
namespace {

struct Answer {
  std::string out;
  std::string errors;
  bool is_complete;
};

Answer answer(const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream errors;
  const bool is_complete = compare_lines(in, out, errors);
  return {out.str(), errors.str(), is_complete};
}

TEST(CompareLines, WritesOneSignALine) {
  const Answer got = answer("deb\t1.0~rc1\t1.0\napk\t1-r1\t1-r01\nsemver\tv2.0.0\t1.9.9\n");
  EXPECT_EQ(got.out, "<\n=\n>\n");
  EXPECT_EQ(got.errors, "");
  EXPECT_TRUE(got.is_complete);
}

TEST(CompareLines, TakesEveryLineEnd) {
  EXPECT_EQ(answer("deb\t1\t2\r\ndeb\t2\t1\r\n").out, "<\n>\n");
  EXPECT_EQ(answer("deb\t1\t2\r\ndeb\t2\t1").out, "<\n>\n");
  EXPECT_EQ(answer("deb\t1\t2\ndeb\t2\t2\r").out, "<\n=\n");
  EXPECT_EQ(answer("").out, "");
  EXPECT_TRUE(answer("").is_complete);
}

TEST(CompareLines, AnswersEveryLineThatItCannotReadWithAMark) {
  const struct {
    std::string input;
    std::string in_errors;
    std::string why;
  } rows[] = {
      {"deb\t1 0\t1", "line 1: deb version '1 0'", "a refused version"},
      {"deb\t1\t", "line 1: deb version ''", "an empty version"},
      {"debb\t1\t1", "did you mean 'deb'?", "a slip of the hand"},
      {"DEB\t1\t1", "did you mean 'deb'?", "another letter case"},
      {"cobol\t1\t1", "there are: alpm, apk, bitnami, cargo, cran, deb, ",
       "a name that is near to none"},
      {"\t1\t1", "no version scheme ''", "no scheme"},
      {"deb\t1", "one tab between each", "two fields"},
      {"deb\t1\t2\t3", "one tab between each", "four fields"},
      {"deb 1 2", "one tab between each", "spaces for tabs"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.why);
    const Answer got = answer(row.input);
    EXPECT_EQ(got.out, "?\n");
    EXPECT_NE(got.errors.find(row.in_errors), std::string::npos) << got.errors;
    EXPECT_FALSE(got.is_complete);
  }
  EXPECT_EQ(answer("cobol\t1\t1").errors.find("did you mean"), std::string::npos);
}

TEST(CompareLines, GoesOnAfterALineThatItCannotAnswer) {
  const Answer got = answer("deb\t1\t2\n\ndeb\t-\t1\ndeb\t2\t1\n");
  EXPECT_EQ(got.out, "<\n?\n?\n>\n");
  EXPECT_NE(got.errors.find("line 2: "), std::string::npos);
  EXPECT_NE(got.errors.find("line 3: "), std::string::npos);
  EXPECT_FALSE(got.is_complete);
}

TEST(CompareLines, TakesAnyBytesInVersions) {
  using std::string_literals::operator""s;
  EXPECT_EQ(answer("deb\t1\r2\t1\r3\n").out, "<\n");  // only the last "\r" ends a line
  EXPECT_EQ(answer("deb\t1\0\t1\n"s).out, "?\n");
  EXPECT_EQ(answer("deb\t1\x80\xff\t1\x80\xff\n").out, "=\n");
}

TEST(CompareLines, ShowsNoControlCharacters) {
  const Answer got = answer("apk\t1\x1b[2J\t1\nq\x1b\t1\t1\n");
  EXPECT_EQ(got.errors.find('\x1b'), std::string::npos) << got.errors;
  EXPECT_EQ(got.out, "?\n?\n");
}

TEST(CompareLines, TakesLinesOfAnyLength) {
  const std::string nines(3'000'000, '9');
  EXPECT_EQ(answer("deb\t1." + nines + "\t1." + nines + "0\n").out, "<\n");
  const Answer got = answer(std::string(3'000'000, 'x') + "\t1\t1\ndeb\t1\t1\n");
  EXPECT_EQ(got.out, "?\n=\n");
  EXPECT_LT(got.errors.size(), 300U);
}

TEST(CompareLines, SaysWhenTheInputBreaks) {
  class Broken : public std::streambuf {
    int_type underflow() override { throw std::ios_base::failure("broken"); }
  };
  Broken buffer;
  std::istream in(&buffer);
  std::ostringstream out;
  std::ostringstream errors;
  EXPECT_FALSE(compare_lines(in, out, errors));
  EXPECT_EQ(errors.str(), "the input could not be read to its end\n");
}

TEST(ComparePair, GivesTheSignOrTheReason) {
  EXPECT_EQ(compare_pair("deb", "1", "2").value_or('?'), '<');
  EXPECT_EQ(compare_pair("deb", "1", "1-0").value_or('?'), '=');
  EXPECT_EQ(compare_pair("deb", "1:1", "2").value_or('?'), '>');
  const auto unknown = compare_pair("semvr", "1", "2");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, Code::not_found);
  EXPECT_NE(unknown.error().what.find("'semver'?"), std::string::npos) << unknown.error().what;
  const auto refused = compare_pair("deb", "1-", "2");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::malformed);
}

}  // namespace
}  // namespace bulkhead::version
