#include "bulkhead/advisory/codenames.h"

#include <gtest/gtest.h>

#include "bulkhead/advisory/ecosystem.h"

namespace bulkhead::advisory {
namespace {

struct Case {
  std::string_view codename;
  std::string_view want;
};

TEST(Codenames, OfDebian) {
  const Case cases[] = {{"buzz", "1.1"}, {"sarge", "3.1"}, {"etch", "4"},       {"bookworm", "12"},
                        {"duke", "15"},  {"sid", "sid"},   {"unstable", "sid"}, {"jammy", ""},
                        {"", ""},        {"Bookworm", ""}};
  for (const Case& c : cases) EXPECT_EQ(debian_release(c.codename), c.want) << c.codename;
  EXPECT_EQ(debian_ecosystem("newname"), "Debian:newname") << "what is not known keeps its name";
}

TEST(Codenames, OfUbuntu) {
  const Case cases[] = {{"warty", "4.10"},     {"trusty", "14.04"}, {"jammy", "22.04"},
                        {"stonking", "26.10"}, {"bookworm", ""},    {"", ""}};
  for (const Case& c : cases) EXPECT_EQ(ubuntu_release(c.codename), c.want) << c.codename;
}

}  // namespace
}  // namespace bulkhead::advisory
