#include <gtest/gtest.h>

#include "bulkhead/version/scheme.h"

namespace bulkhead::version {
namespace {

TEST(Schemes, AreSortedAndNamedOnce) {
  for (std::size_t i = 1; i < schemes().size(); ++i) {
    EXPECT_LT(schemes()[i - 1].name, schemes()[i].name);
  }
  for (const Scheme& scheme : schemes()) EXPECT_FALSE(scheme.description.empty()) << scheme.name;
}

TEST(Schemes, AreFoundByTheirExactName) {
  for (const Scheme& scheme : schemes()) EXPECT_EQ(find_scheme(scheme.name), &scheme);
  EXPECT_EQ(find_scheme("Deb"), nullptr);
  EXPECT_EQ(find_scheme(""), nullptr);
}

TEST(Schemes, CompareChecksBothVersions) {
  for (const Scheme& scheme : schemes()) {
    SCOPED_TRACE(scheme.name);
    EXPECT_TRUE(compare(scheme, "1", "2").has_value());
    EXPECT_FALSE(compare(scheme, "", "2").has_value());
    EXPECT_FALSE(compare(scheme, "1", "").has_value());
  }
}

}  // namespace
}  // namespace bulkhead::version
