#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "bulkhead/advisory/collector_test.h"

namespace bulkhead::advisory {
namespace {

// The seed of the fuzz target is a small document of our own, in the shape of Red Hat's.
std::string seed() {
  std::ifstream file(std::filesystem::path(BULKHEAD_SOURCE_DIR) /
                     "fuzz/corpus/red_hat_cve/cve.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(RedHatCve, ReadsReleasesAndStates) {
  Collector found;
  ASSERT_EQ(found.read(seed()).value(), "red-hat-cve");
  constexpr const char* kStatuses[] = {"affected", "not_affected", "undetermined"};
  std::map<std::string, std::vector<std::string>> said;
  for (const auto& [feed, advisory] : found.records) {
    EXPECT_EQ(advisory.id, "CVE-2024-1234");
    for (const AffectedPackage& a : advisory.affected) {
      EXPECT_EQ(a.names, NameKind::source);
      EXPECT_EQ(a.severity, Severity::medium);
      said[feed.name].push_back(
          fmt::format("{} {} {} {} {}", a.name, a.module, kStatuses[static_cast<int>(a.status)],
                      fix_state_name(a.fix_state), a.ranges.empty() ? "" : a.ranges[0].fixed));
    }
  }
  const std::map<std::string, std::vector<std::string>> wanted = {
      {"red-hat-cve/Red Hat:6", {"lib  affected end_of_life "}},
      {"red-hat-cve/Red Hat:7", {"lib  affected will_not_fix ", "lib2  affected deferred "}},
      {"red-hat-cve/Red Hat:8",
       {"lib  affected fixed 32:9.11.36-5.el8", "nodejs nodejs:16 affected not_fixed "}},
      {"red-hat-cve/Red Hat:8.6:eus", {"lib  affected fixed 32:9.11.36-3.el8_6.7"}},
      {"red-hat-cve/Red Hat:9", {"lib  not_affected unknown ", "lib2  undetermined unknown "}},
  };
  EXPECT_EQ(said, wanted);
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.title, "lib: a flaw");
  EXPECT_EQ(advisory.detail, "A flaw was found.");
  EXPECT_EQ(advisory.cvss.at(0).source, "Red Hat");
  EXPECT_EQ(advisory.references.size(), 3u);
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].what,
            "red-hat-cve: 1 state is not understood, the first is Odd of lib3");
  // The module's build and the release without a package, and a product that is no RHEL.
  ASSERT_EQ(found.others.size(), 2u);
  EXPECT_EQ(std::get<2>(found.others[0]), 2u);
  EXPECT_EQ(std::get<1>(found.others[1]), "cpe:/a:redhat:openjdk:11");
}

TEST(RedHatCve, SurvivesCutsAndFlips) {
  const std::string text = seed();
  for (std::size_t i = 0; i < text.size(); ++i) {
    Collector cut;
    if (i < text.rfind('}')) {
      EXPECT_FALSE(cut.read(text.substr(0, i))) << "cut at " << i;
    }
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    Collector other;
    (void)other.read(flipped);
    EXPECT_LE(other.records.size(), 6u) << "flipped at " << i;
  }
}

}  // namespace
}  // namespace bulkhead::advisory
