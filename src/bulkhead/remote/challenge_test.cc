#include "bulkhead/remote/challenge.h"

#include <gtest/gtest.h>

namespace bulkhead::remote {
namespace {

/// "scheme{a=b,c=d};scheme{}"
std::string shown(std::string_view header) {
  std::string text;
  for (const Challenge& challenge : parse_challenges(header)) {
    text += (text.empty() ? "" : ";") + challenge.scheme + "{";
    bool is_first = true;
    for (const auto& [name, value] : challenge.parameters) {
      text += (is_first ? "" : ",") + name + "=" + value;
      is_first = false;
    }
    text += "}";
  }
  return text;
}

TEST(Challenge, ReadsWhatServersWrite) {
  struct Case {
    std::string_view header;
    std::string_view want;
    const char* why;
  };
  constexpr Case kCases[] = {
      {R"(Basic realm="x")", "basic{realm=x}", "the usual"},
      {R"(Bearer realm="https://a.io/token",service="a.io",scope="repository:x:pull")",
       "bearer{realm=https://a.io/token,scope=repository:x:pull,service=a.io}", "a registry's"},
      {R"(BEARER Realm="R" , SERVICE = "S")", "bearer{realm=R,service=S}",
       "case, and blanks around commas and ="},
      {R"(Bearer realm=https://a.io/t,service=a)", "bearer{realm=https://a.io/t,service=a}",
       "no quotes where there should be"},
      {R"(Basic realm="a \"b\" \\ c")", R"(basic{realm=a "b" \ c})", "escapes"},
      {R"(Basic realm="a, Bearer b=c")", "basic{realm=a, Bearer b=c}", "a challenge in quotes"},
      {R"(Basic realm="x", Bearer realm="y",service="z")",
       "basic{realm=x};bearer{realm=y,service=z}", "two in one header"},
      {R"(Negotiate, Basic realm="x")", "negotiate{};basic{realm=x}", "one without parameters"},
      {R"(Negotiate YII/ab+c==, Bearer realm="y")", "negotiate{};bearer{realm=y}", "with data"},
      {R"(NTLM)", "ntlm{}", "a scheme alone"},
      {R"(Bearer realm="a",realm="b")", "bearer{realm=a}", "the first counts"},
      {R"(Bearer realm="a)", "bearer{realm=a}", "a quote that is left open"},
      {R"(Bearer realm="a\)", "bearer{realm=a\\}", "an escape of nothing"},
      {R"(Bearer realm=)", "bearer{}", "by the RFC this is data, not a parameter"},
      {R"(Bearer realm=,service=x)", "bearer{service=x}", "and here"},
      {R"(,,, Basic realm="x",,)", "basic{realm=x}", "commas too many"},
      {R"(realm="x")", "", "a parameter of nothing"},
      {"", "", "nothing"},
      {"=,=;\"\x01\xff", "", "nonsense"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(shown(row.header), row.want);
  }
}

TEST(Challenge, IsBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "Basic a=b, ";
  EXPECT_EQ(parse_challenges(many).size(), 16U);
  std::string wide = "Bearer ";
  for (int i = 0; i < 1000; ++i) wide += "p" + std::to_string(i) + "=x,";
  ASSERT_EQ(parse_challenges(wide).size(), 1U);
  EXPECT_EQ(parse_challenges(wide)[0].parameters.size(), 32U);
  EXPECT_EQ(parse_challenges(std::string(1 << 20, '(')).size(), 0U);
}

TEST(Challenge, CutAtEveryByteGivesNoMore) {
  const std::string whole =
      R"(Negotiate YII==, Bearer realm="https://a.io/t",service="a\"b", Basic realm="x")";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_LE(parse_challenges(std::string_view(whole).substr(0, size)).size(), 4U) << size;
  }
}

}  // namespace
}  // namespace bulkhead::remote
