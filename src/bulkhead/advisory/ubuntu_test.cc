#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/ecosystem.h"

namespace bulkhead::advisory {
namespace {

// The seeds of the fuzz targets are small documents of our own, in the shape of Ubuntu's.
std::string seed(const std::string& name) {
  std::ifstream file(std::filesystem::path(BULKHEAD_SOURCE_DIR) / "fuzz/corpus" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// "USN-1-1 lib affected fixed <1.0 high", one for each statement, under its feed.
std::map<std::string, std::vector<std::string>> said_in(const Collector& found) {
  constexpr const char* kStatuses[] = {"affected", "not_affected", "undetermined"};
  std::map<std::string, std::vector<std::string>> said;
  for (const auto& [feed, advisory] : found.records) {
    for (const AffectedPackage& a : advisory.affected) {
      EXPECT_EQ(a.names, NameKind::source);
      EXPECT_EQ(a.ecosystem, feed.ecosystem);
      said[feed.name].push_back(
          fmt::format("{} {} {} {} {} {}", advisory.id, a.name,
                      kStatuses[static_cast<int>(a.status)], fix_state_name(a.fix_state),
                      a.ranges.empty() ? std::string("-") : "<" + a.ranges.front().fixed,
                      severity_name(a.severity)));
    }
  }
  return said;
}

using Said = std::map<std::string, std::vector<std::string>>;

TEST(Ubuntu, ReleasesHaveNames) {
  struct Case {
    const char* release;
    const char* ecosystem;
  };
  const Case cases[] = {
      {"jammy", "Ubuntu:22.04"},
      {"esm-infra/bionic", "Ubuntu:Pro:18.04"},
      {"esm-apps/noble", "Ubuntu:Pro:24.04"},
      {"esm-infra-legacy/trusty", "Ubuntu:Pro:14.04"},
      {"trusty/esm", "Ubuntu:Pro:14.04"},
      {"fips-updates/jammy", "Ubuntu:Pro:FIPS-updates:22.04"},
      {"realtime/jammy", "Ubuntu:Pro:Realtime:22.04"},
      {"bluefield/jammy", ""},
      {"upstream", ""},
      {"devel", ""},
      {"", ""},
      {"/", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(ubuntu_ecosystem(c.release), c.ecosystem) << c.release;
}

TEST(UbuntuTracker, ReadsEachStatus) {
  Collector found;
  ASSERT_EQ(found.read(seed("ubuntu_tracker/CVE-2024-1234")).value(), "ubuntu-tracker");
  const std::string id = "CVE-2024-1234 lib ";
  const Said wanted = {
      {"ubuntu-tracker/Ubuntu:Pro:14.04", {id + "undetermined unknown - high"}},
      {"ubuntu-tracker/Ubuntu:16.04", {id + "undetermined unknown - high"}},
      {"ubuntu-tracker/Ubuntu:18.04", {id + "affected end_of_life < high"}},
      {"ubuntu-tracker/Ubuntu:Pro:18.04", {id + "affected fixed <2.0-1ubuntu0.18.04.1+esm1 high"}},
      {"ubuntu-tracker/Ubuntu:20.04", {id + "affected deferred < high"}},
      {"ubuntu-tracker/Ubuntu:Pro:FIPS-updates:20.04", {id + "affected not_fixed < high"}},
      {"ubuntu-tracker/Ubuntu:22.04",
       {id + "affected fixed <2.0-1ubuntu0.22.04.1 high",
        "CVE-2024-1234 other undetermined unknown - unknown"}},
      {"ubuntu-tracker/Ubuntu:24.04",
       {id + "affected not_fixed < low", "CVE-2024-1234 other not_affected unknown - unknown"}},
      {"ubuntu-tracker/Ubuntu:24.10", {id + "affected not_fixed < high"}},
      {"ubuntu-tracker/Ubuntu:25.04", {id + "not_affected unknown - high"}},
      {"ubuntu-tracker/Ubuntu:25.10", {id + "affected will_not_fix < high"}},
  };
  EXPECT_EQ(said_in(found), wanted);
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.cves, std::vector<std::string>{"CVE-2024-1234"});
  EXPECT_EQ(advisory.detail, "A flaw in lib\nof two lines.");
  EXPECT_EQ(advisory.severity, Severity::medium);
  EXPECT_EQ(advisory.published_unix_s, 1704168900);
  ASSERT_EQ(advisory.cvss.size(), 1u);
  EXPECT_EQ(advisory.cvss[0].source, "nvd");
  EXPECT_TRUE(found.notes.empty());
  ASSERT_EQ(found.others.size(), 1u);
  EXPECT_EQ(std::get<1>(found.others[0]), "snap");
}

TEST(UbuntuTracker, NotesWhatIsNotUnderstood) {
  Collector found;
  ASSERT_TRUE(
      found.read("Candidate: CVE-2024-1\nwords\n indented\njammy_a: odd (1)\n"
                 "jammy_b: released\nnoble_c: needed\n"));
  EXPECT_EQ(found.records.size(), 1u);
  ASSERT_EQ(found.notes.size(), 2u);
  EXPECT_EQ(found.notes[0].what,
            "ubuntu-tracker: 1 status is not understood, the first is odd of a in jammy");
  EXPECT_EQ(found.notes[1].what, "ubuntu-tracker: 2 lines are not understood");
  ASSERT_EQ(found.others.size(), 1u);
  EXPECT_EQ(std::get<1>(found.others[0]), "b");
  // The form that new files are made from.
  EXPECT_FALSE(found.read("Candidate: \nPublicDate: \n#jammy_PKG:\n"));
}

TEST(UbuntuCve, ReadsPagesAndSingleOnes) {
  const std::string id = "CVE-2024-1234 lib ";
  const Said wanted = {
      {"ubuntu-cve/Ubuntu:14.04", {id + "not_affected unknown - unknown"}},
      {"ubuntu-cve/Ubuntu:22.04", {id + "affected fixed <2.0-1ubuntu0.22.04.1 unknown"}},
      {"ubuntu-cve/Ubuntu:24.04", {id + "affected not_fixed < unknown"}},
      {"ubuntu-cve/Ubuntu:Pro:18.04", {id + "affected fixed <2.0-1+esm1 unknown"}},
  };
  Collector page;
  ASSERT_EQ(page.read(seed("ubuntu_cve/page.json")).value(), "ubuntu-cve");
  EXPECT_EQ(said_in(page), wanted);
  EXPECT_EQ(page.withdrawn_count, 1);
  ASSERT_EQ(page.notes.size(), 2u);
  EXPECT_EQ(page.notes[0].what,
            "ubuntu-cve: 1 status is not understood, the first is odd of lib in xenial");
  EXPECT_EQ(page.notes[1].what, "ubuntu-cve: 1 entry has no id");
  const Advisory& advisory = page.records.front().second;
  EXPECT_EQ(advisory.severity, Severity::high);
  EXPECT_EQ(advisory.detail, "A flaw in lib.");
  EXPECT_EQ(advisory.modified_unix_s, 1709582355);
  EXPECT_EQ(advisory.cvss.size(), 1u);
  Collector one;
  ASSERT_EQ(one.read(seed("ubuntu_cve/one.json")).value(), "ubuntu-cve");
  EXPECT_EQ(said_in(one), wanted);
}

TEST(UbuntuUsn, ReadsPagesOfTheInterface) {
  Collector found;
  ASSERT_EQ(found.read(seed("ubuntu_usn/page.json")).value(), "ubuntu-usn");
  const Said wanted = {
      {"ubuntu-usn/Ubuntu:22.04", {"USN-7000-1 lib affected fixed <2.0-1ubuntu0.22.04.1 unknown"}},
      {"ubuntu-usn/Ubuntu:Pro:18.04",
       {"USN-7000-1 lib affected fixed <2.0-1+esm1 unknown",
        "USN-7000-1 app affected fixed <3.0-1 unknown"}},
  };
  EXPECT_EQ(said_in(found), wanted);
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.cves, std::vector<std::string>{"CVE-2024-1234"});
  EXPECT_EQ(advisory.references,
            (std::vector<std::string>{"https://ubuntu.com/security/notices/USN-7000-1",
                                      "https://launchpad.net/bugs/1"}));
  ASSERT_EQ(found.others.size(), 2u);
  EXPECT_EQ(std::get<1>(found.others[0]), "LSN-0100-1");
  EXPECT_EQ(std::get<0>(found.others[1]), "ubuntu-usn: notices of releases name no source package");
  ASSERT_EQ(found.notes.size(), 1u);
}

TEST(UbuntuUsn, ReadsTheDatabase) {
  Collector found;
  ASSERT_EQ(found.read(seed("ubuntu_usn/database.json")).value(), "ubuntu-usn");
  // The pocket of the binaries tells that the kernel's fix is one of Ubuntu Pro.
  const Said wanted = {
      {"ubuntu-usn/Ubuntu:22.04", {"USN-7000-1 lib affected fixed <2.0-1ubuntu0.22.04.1 unknown"}},
      {"ubuntu-usn/Ubuntu:Pro:18.04", {"USN-7000-1 linux affected fixed <4.15.0-216.227 unknown"}},
  };
  EXPECT_EQ(said_in(found), wanted);
  EXPECT_EQ(found.records[0].second.published_unix_s, 1704193200);
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].what, "ubuntu-usn: 1 notice is not understood");
}

TEST(UbuntuVex, ReadsCvesAndNotices) {
  Collector cve;
  ASSERT_EQ(cve.read(seed("ubuntu_vex/cve.json")).value(), "ubuntu-vex");
  const std::string id = "CVE-2024-1234 lib ";
  EXPECT_EQ(said_in(cve),
            (Said{{"ubuntu-vex/Ubuntu:16.04", {id + "affected end_of_life < unknown"}},
                  {"ubuntu-vex/Ubuntu:24.04", {id + "affected not_fixed < unknown"}},
                  {"ubuntu-vex/Ubuntu:25.04", {id + "undetermined unknown - unknown"}},
                  {"ubuntu-vex/Ubuntu:Pro:20.04", {id + "not_affected unknown - unknown"}}}));
  ASSERT_EQ(cve.others.size(), 1u);
  Collector usn;
  ASSERT_EQ(usn.read(seed("ubuntu_vex/usn.json")).value(), "ubuntu-vex");
  EXPECT_EQ(said_in(usn), (Said{{"ubuntu-vex/Ubuntu:22.04",
                                 {"USN-7000-1 lib affected fixed <2.0-1ubuntu0.22.04.1 unknown"}},
                                {"ubuntu-vex/Ubuntu:Pro:18.04",
                                 {"USN-7000-1 lib affected fixed <2.0-1+esm1 unknown"}}}));
  EXPECT_EQ(usn.records[0].second.cves, std::vector<std::string>{"CVE-2024-1234"});
  // OpenVEX of others is a user's, not a feed.
  std::string other = seed("ubuntu_vex/cve.json");
  other.replace(other.find("Canonical"), 9, "Somebody!");
  EXPECT_FALSE(Collector().read(other));
}

TEST(Ubuntu, SurvivesCutsAndFlips) {
  for (const char* name :
       {"ubuntu_tracker/CVE-2024-1234", "ubuntu_cve/page.json", "ubuntu_usn/page.json",
        "ubuntu_usn/database.json", "ubuntu_vex/cve.json", "ubuntu_vex/usn.json"}) {
    const std::string text = seed(name);
    const bool is_json = text.starts_with('{');
    for (std::size_t i = 0; i < text.size(); ++i) {
      Collector cut;
      const auto read = cut.read(text.substr(0, i));
      if (is_json) {
        EXPECT_FALSE(read) << name << " cut at " << i;
      }
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
      Collector other;
      (void)other.read(flipped);
      EXPECT_LE(other.records.size(), 12u) << name << " flipped at " << i;
    }
  }
}

}  // namespace
}  // namespace bulkhead::advisory
