#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/advisory/collector_test.h"

namespace bulkhead::advisory {
namespace {

// The seeds of the fuzz target are small documents of our own, in the shape of the vendors'.
std::string seed(const std::string& name) {
  std::ifstream file(std::filesystem::path(BULKHEAD_SOURCE_DIR) / "fuzz/corpus/cvrf" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

using Said = std::map<std::string, std::vector<std::string>>;

/// "source lib[module] affected fixed <1.0 high x86_64", one for each statement, under its feed.
Said said_in(const Collector& found) {
  constexpr const char* kStatuses[] = {"affected", "not_affected", "undetermined"};
  Said said;
  for (const auto& [feed, advisory] : found.records) {
    for (const AffectedPackage& a : advisory.affected) {
      said[feed.name].push_back(
          fmt::format("{} {}{} {} {} {} {} {}", a.names == NameKind::source ? "source" : "binary",
                      a.name, a.module.empty() ? std::string() : "[" + a.module + "]",
                      kStatuses[static_cast<int>(a.status)], fix_state_name(a.fix_state),
                      a.ranges.empty() ? std::string("-") : "<" + a.ranges.front().fixed,
                      severity_name(a.severity), fmt::join(a.architectures, ",")));
    }
  }
  return said;
}

TEST(Cvrf, ReadsRedHats) {
  Collector found;
  ASSERT_EQ(found.read(seed("red_hat.xml")).value(), "cvrf");
  EXPECT_EQ(said_in(found),
            (Said{{"cvrf/Red Hat:8",
                   {"source lib affected fixed <1:2.0-3.el8 medium ",
                    "source nodejs[nodejs:18] affected fixed <1:18.18.2-2.module+el8 medium "}}}));
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.id, "RHSA-2024:1");
  EXPECT_EQ(advisory.title, "Red Hat Security Advisory: lib security update");
  EXPECT_EQ(advisory.detail, "A flaw.");
  EXPECT_EQ(advisory.severity, Severity::high);
  EXPECT_EQ(advisory.cves, std::vector<std::string>{"CVE-2024-1234"});
  EXPECT_EQ(advisory.modified_unix_s, 1714953600);
  EXPECT_EQ(advisory.references, (std::vector<std::string>{"https://example.org/RHSA-2024:1",
                                                           "https://example.org/fix"}));
  ASSERT_EQ(advisory.cvss.size(), 1u);
  EXPECT_EQ(advisory.cvss[0].version, "2.0");
  EXPECT_EQ(advisory.cvss[0].source, "Red Hat Product Security");
  ASSERT_EQ(found.others.size(), 1u);
  EXPECT_EQ(std::get<1>(found.others[0]), "cpe:/a:redhat:openstack:17.1");
}

TEST(Cvrf, ReadsSusesCves) {
  Collector found;
  ASSERT_EQ(found.read(seed("suse_cve.xml")).value(), "cvrf");
  EXPECT_EQ(said_in(found), (Said{{"cvrf/SUSE:15.5",
                                   {"binary lib1 affected fixed <2.0-150500.3.1 critical ",
                                    "binary libgtk-3-0 not_affected unknown - critical ",
                                    "binary old-lib affected will_not_fix < low "}}}));
  EXPECT_EQ(found.records[0].second.id, "CVE-2024-1234");
  EXPECT_EQ(found.records[0].second.cvss.at(0).version, "3.1");
}

TEST(Cvrf, ReadsOpenEulersListsOfReleases) {
  Collector found;
  ASSERT_EQ(found.read(seed("open_euler.xml")).value(), "cvrf");
  // Of the second release there is the source package alone.
  EXPECT_EQ(
      said_in(found),
      (Said{{"cvrf/openEuler:22.03-LTS-SP3",
             {"binary lib affected fixed <2.0-1.oe2203sp3 unknown aarch64,x86_64"}},
            {"cvrf/openEuler:24.03-LTS", {"source lib affected fixed <2.0-1.oe2403 unknown "}}}));
  EXPECT_EQ(found.records[0].second.severity, Severity::critical);
  EXPECT_EQ(found.records[0].second.cvss.at(0).score, 9.8);
}

TEST(Cvrf, TellsWhatIsNoDocument) {
  Collector found;
  const auto no_id = found.read("<cvrfdoc><DocumentTitle>x</DocumentTitle></cvrfdoc>");
  ASSERT_FALSE(no_id);
  EXPECT_EQ(no_id.error().what, "cvrf: the document has no id");
  EXPECT_FALSE(found.read("<cvrfdoc><DocumentType>CVE List</DocumentType></cvrfdoc>"));
}

TEST(Cvrf, SurvivesCutsAndFlips) {
  for (const char* name : {"red_hat.xml", "suse_cve.xml", "open_euler.xml"}) {
    const std::string text = seed(name);
    const std::size_t end = text.rfind('>');
    for (std::size_t i = 0; i < text.size(); ++i) {
      Collector cut;
      if (i <= end) {
        EXPECT_FALSE(cut.read(text.substr(0, i))) << name << " cut at " << i;
      }
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
      Collector other;
      (void)other.read(flipped);
      EXPECT_LE(other.records.size(), 3u) << name << " flipped at " << i;
    }
  }
}

}  // namespace
}  // namespace bulkhead::advisory
