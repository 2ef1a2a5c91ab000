#include "bulkhead/advisory/debian_releases.h"

#include <gtest/gtest.h>

#include "bulkhead/advisory/ecosystem.h"

namespace bulkhead::advisory {
namespace {

TEST(DebianReleases, AreKnownByTheirCodeNames) {
  struct Case {
    std::string_view codename;
    std::string_view want;
  };
  const Case cases[] = {{"buzz", "1.1"}, {"sarge", "3.1"}, {"etch", "4"},       {"bookworm", "12"},
                        {"duke", "15"},  {"sid", "sid"},   {"unstable", "sid"}, {"jammy", ""},
                        {"", ""},        {"Bookworm", ""}};
  for (const Case& c : cases) EXPECT_EQ(debian_release(c.codename), c.want) << c.codename;
  EXPECT_EQ(debian_ecosystem("newname"), "Debian:newname") << "what is not known keeps its name";
}

}  // namespace
}  // namespace bulkhead::advisory
