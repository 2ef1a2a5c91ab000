#include "bulkhead/report/licence.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/spdx_ids.h"

namespace bulkhead::report {
namespace {

TEST(SpdxIds, AreSortedByTheirLowerCase) {
  for (const auto ids : {spdx_licence_ids(), spdx_exception_ids()}) {
    for (std::size_t i = 1; i < ids.size(); ++i) {
      EXPECT_LT(to_lower(ids[i - 1]), to_lower(ids[i]));
    }
  }
}

struct Case {
  std::string_view text, want;
  bool is_single;
  std::string_view why;
};

TEST(Licence, ReadsExpressions) {
  constexpr Case kCases[] = {
      {"MIT", "MIT", true, "an id"},
      {" mit ", "MIT", true, "ids are the same in any letter case"},
      {"GPL-2.0+", "GPL-2.0+", true, "an id of the list that ends so"},
      {"Apache-2.0+", "Apache-2.0+", false, "or a later version"},
      {"MIT OR Apache-2.0", "MIT OR Apache-2.0", false, "a choice"},
      {"mit or apache-2.0", "MIT OR Apache-2.0", false, "operators in lower case"},
      {"MIT Or ISC", "", false, "but not in both"},
      {"MIT AND (BSD-3-Clause OR ISC)", "MIT AND (BSD-3-Clause OR ISC)", false, "parentheses"},
      {"((MIT))", "((MIT))", false, "more of them"},
      {"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0",
       false, "an exception"},
      {"MIT WITH MIT", "", false, "which is none"},
      {"LicenseRef-a.b-1", "LicenseRef-a.b-1", false, "a document's own"},
      {"DocumentRef-x:LicenseRef-y AND MIT", "DocumentRef-x:LicenseRef-y AND MIT", false,
       "another document's"},
      {"LicenseRef-", "", false, "no name"},
      {"DocumentRef-:LicenseRef-y", "", false, "no document"},
      {"", "", false, "nothing"},
      {"GPLv2+ and others", "", false, "words"},
      {"MIT AND", "", false, "no second one"},
      {"AND MIT", "", false, "no first one"},
      {"MIT ISC", "", false, "no operator"},
      {"(MIT", "", false, "left open"},
      {"MIT)", "", false, "never opened"},
      {"()", "", false, "empty"},
      {"MIT/ISC", "", false, "what Rust once wrote"},
      {"MIT + ISC", "", false, "no operator"},
      {"N\xc3\xb6", "", false, "other letters"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(std::string(row.why) + ": " + std::string(row.text));
    const Licence licence = parse_licence(row.text);
    EXPECT_EQ(licence.expression, row.want);
    EXPECT_EQ(licence.is_single, row.is_single);
  }
}

TEST(Licence, BoundsWhatItReads) {
  EXPECT_TRUE(
      parse_licence(std::string(2000, '(') + "MIT" + std::string(2000, ')')).expression.empty());
  std::string endless = "MIT";
  while (endless.size() <= kMostLicenceBytes) endless += " AND MIT";
  EXPECT_TRUE(parse_licence(endless).expression.empty());
}

TEST(Licence, MakesOneExpressionOfAll) {
  std::vector<std::string_view> texts;
  EXPECT_EQ(whole_expression({}, texts), "NOASSERTION");
  EXPECT_EQ(whole_expression({"", "NOASSERTION", "NONE"}, texts), "NOASSERTION");
  EXPECT_EQ(whole_expression({"mit"}, texts), "MIT");
  EXPECT_EQ(whole_expression({"MIT OR ISC"}, texts), "MIT OR ISC");
  EXPECT_EQ(whole_expression({"MIT OR ISC", "Zlib"}, texts), "(MIT OR ISC) AND Zlib");
  EXPECT_TRUE(texts.empty());
  const std::vector<std::string> declared = {"MIT", "do what you like"};
  const std::string name = licence_ref(declared[1]);
  EXPECT_TRUE(name.starts_with("LicenseRef-")) << name;
  EXPECT_EQ(whole_expression(declared, texts), "MIT AND " + name);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0], declared[1]);
  EXPECT_EQ(parse_licence(name).expression, name) << "it is a valid one";
}

}  // namespace
}  // namespace bulkhead::report
