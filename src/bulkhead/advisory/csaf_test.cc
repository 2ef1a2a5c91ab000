#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::advisory {
namespace {

// The seeds of the fuzz target are small documents of our own, in the shape of the vendors'.
std::string seed(const std::string& name) {
  std::ifstream file(std::filesystem::path(BULKHEAD_SOURCE_DIR) / "fuzz/corpus/csaf" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// "source lib[module] affected not_fixed <1.0 high x86_64", one for each statement of a feed.
std::map<std::string, std::vector<std::string>> said_in(const Collector& found) {
  constexpr const char* kStatuses[] = {"affected", "not_affected", "undetermined"};
  std::map<std::string, std::vector<std::string>> said;
  for (const auto& [feed, advisory] : found.records) {
    for (const AffectedPackage& a : advisory.affected) {
      const std::string module = a.module.empty() ? std::string() : "[" + a.module + "]";
      const std::string range = a.ranges.empty() ? std::string("-") : "<" + a.ranges.front().fixed;
      said[feed.name].push_back(fmt::format(
          "{} {}{} {} {} {} {} {}", a.names == NameKind::source ? "source" : "binary", a.name,
          module, kStatuses[static_cast<int>(a.status)], fix_state_name(a.fix_state), range,
          severity_name(a.severity), fmt::join(a.architectures, ",")));
    }
  }
  return said;
}

TEST(Csaf, ReadsRedHatsVexInAllStates) {
  Collector found;
  ASSERT_EQ(found.read(seed("red_hat_vex.json")).value(), "csaf");
  const std::map<std::string, std::vector<std::string>> wanted = {
      {"csaf/Red Hat:9",
       {"binary lib affected fixed <1:2.0-3.el9 high aarch64,x86_64",
        "binary lib-devel affected fixed <1:2.0-3.el9 high x86_64",
        "binary lib-docs not_affected unknown - unknown noarch",
        "source maybe undetermined unknown - unknown ",
        "source other not_affected unknown - unknown "}},
      {"csaf/Red Hat:9.2:eus", {"source lib affected fixed <1:2.0-3.el9 high "}},
      {"csaf/Red Hat:8",
       {"source compat-lib affected will_not_fix < medium ",
        "source late-lib affected deferred < medium ", "source lib affected not_fixed < medium ",
        "binary nodejs[nodejs:18] affected fixed <1:18.18.2-2.module+el8.9.0+1+aa high x86_64",
        "source nodejs[nodejs:16] affected not_fixed < medium ",
        "source old-lib affected end_of_life < medium "}},
  };
  auto said = said_in(found);
  for (auto& [feed, statements] : said) std::ranges::sort(statements);
  auto sorted = wanted;
  for (auto& [feed, statements] : sorted) std::ranges::sort(statements);
  EXPECT_EQ(said, sorted);
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.id, "CVE-2024-1234");
  EXPECT_EQ(advisory.title, "lib: a flaw");
  EXPECT_EQ(advisory.detail, "A flaw was found.");
  EXPECT_EQ(advisory.severity, Severity::medium);
  EXPECT_EQ(advisory.references, (std::vector<std::string>{"https://example.org/cve-2024-1234.json",
                                                           "https://example.org/RHSA-2024:1"}));
  ASSERT_EQ(advisory.cvss.size(), 1u);
  EXPECT_EQ(advisory.cvss[0].source, "Red Hat Product Security");
  EXPECT_EQ(advisory.modified_unix_s, 1714953600);
  ASSERT_EQ(found.others.size(), 2u);
  EXPECT_EQ(found.others[0],
            (std::tuple<std::string, std::string, std::uint64_t>(
                "csaf: statements are about containers and other products that are no rpm",
                "rhel9:image", 1)));
  EXPECT_EQ(found.others[1],
            (std::tuple<std::string, std::string, std::uint64_t>(
                "csaf: statements are about products that are no release of a distribution",
                "cpe:/a:redhat:openstack:17.1", 1)));
  EXPECT_TRUE(found.notes.empty());
}

TEST(Csaf, ReadsSusesUpdates) {
  Collector found;
  ASSERT_EQ(found.read(seed("suse_update.json")).value(), "csaf");
  // Two CVEs of which the same is said are one record, the third is another: in two releases.
  ASSERT_EQ(found.records.size(), 4u);
  std::map<std::string, std::vector<std::string>> cves;
  for (const auto& [feed, advisory] : found.records) {
    EXPECT_EQ(advisory.id, "SUSE-SU-2024:1-1");
    EXPECT_EQ(advisory.title, "Security update for gtk3");
    EXPECT_EQ(advisory.cvss.size(), advisory.cves.size() == 1 ? 1u : 0u);
    EXPECT_EQ(advisory.affected.front().severity,
              advisory.cves.size() == 1 ? Severity::critical : Severity::medium);
    cves[feed.name].push_back(fmt::format("{}", fmt::join(advisory.cves, " ")));
  }
  for (auto& [feed, texts] : cves) std::ranges::sort(texts);
  const std::vector<std::string> both = {"CVE-2024-1 CVE-2024-3", "CVE-2024-2"};
  EXPECT_EQ(cves, (std::map<std::string, std::vector<std::string>>{{"csaf/SUSE:15.5", both},
                                                                   {"csaf/SUSE:15.5:LTSS", both}}));
  EXPECT_EQ(said_in(found)["csaf/SUSE:15.5"].at(1),
            "binary libgtk-3-0 affected fixed <3.24.1-150400.3.5.1 medium x86_64");
  ASSERT_EQ(found.others.size(), 1u);
  EXPECT_EQ(std::get<1>(found.others[0]), "SUSE Package Hub 15 SP5");
  EXPECT_EQ(std::get<2>(found.others[0]), 3u);
}

TEST(Csaf, KeepsTheNewestDocumentOfAnId) {
  const Scratch scratch;
  const std::string now = seed("suse_update.json");
  std::string then = now;
  then.replace(then.rfind("2024-01-02T"), 11, "2023-01-02T");  // current_release_date
  scratch.put("in/1.json", now);
  scratch.put("in/2.json", then);
  scratch.put("in/3.json", now);
  const auto result = import_paths(scratch.path("store"), {scratch.path("in")}, quiet_context());
  ASSERT_TRUE(result) << describe(result.error());
  std::map<std::string, std::uint64_t> records;
  for (const FeedInfo& feed : result->feeds) records[feed.name] = feed.records;
  EXPECT_EQ(records, (std::map<std::string, std::uint64_t>{{"csaf/SUSE:15.5", 2},
                                                           {"csaf/SUSE:15.5:LTSS", 2}}));
  ASSERT_EQ(result->notes.size(), 1u);
  EXPECT_EQ(result->notes[0].level, NoteLevel::info);
  EXPECT_EQ(result->notes[0].what,
            "csaf: statements are about products that are no release of a distribution, and left "
            "out: 9, the first of SUSE Package Hub 15 SP5");
}

TEST(Csaf, TellsWhatIsNoDocument) {
  const std::string head = R"({"document":{"csaf_version":"2.0","tracking":{)";
  Collector found;
  const auto no_id = found.read(head + "}}}");
  ASSERT_FALSE(no_id);
  EXPECT_EQ(no_id.error().what, "csaf: the document has no id");
  ASSERT_TRUE(found.read(head + R"("id":"A-1"},"category":"csaf_withdrawn"}})"));
  EXPECT_EQ(found.withdrawn_count, 1);
  ASSERT_TRUE(found.read(head + R"("id":"A-1"}}})"));
  EXPECT_TRUE(found.records.empty());
  EXPECT_FALSE(found.read(R"({"document":{"title":"x"}})"));
}

TEST(Csaf, EndsLoopsOfRelationships) {
  std::string text = R"({"document":{"csaf_version":"2.0","tracking":{"id":"A-1"}},"product_tree":{
    "relationships":[{"full_product_name":{"product_id":"a"},"product_reference":"a",
                      "relates_to_product_reference":"a"}]},
    "vulnerabilities":[{"product_status":{"fixed":["a","b"],"known_affected":[1,null]}}]})";
  Collector found;
  ASSERT_TRUE(found.read(text));
  EXPECT_TRUE(found.records.empty());
  ASSERT_EQ(found.others.size(), 1u);
  EXPECT_EQ(std::get<2>(found.others[0]), 2u);
}

TEST(Csaf, SurvivesCutsAndFlips) {
  const std::string text = seed("suse_update.json");
  for (std::size_t i = 0; i < text.size(); i += 3) {
    Collector cut;
    EXPECT_FALSE(cut.read(text.substr(0, i))) << "cut at " << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    Collector other;
    (void)other.read(flipped);
    EXPECT_LE(other.records.size(), 8u) << "flipped at " << i;
  }
}

/// A real VEX file of the kernel names 100,000 products: time must grow with them, not faster.
TEST(Csaf, TakesManyProducts) {
  std::string names;
  std::string relations;
  std::string fixed;
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) {
    const char* comma = i == 0 ? "" : ",";
    names += fmt::format(R"({}{{"product":{{"name":"p{}-1-1.el9.x86_64","product_id":"p{}"}}}})",
                         comma, i, i);
    relations +=
        fmt::format(R"({}{{"full_product_name":{{"product_id":"r:p{}"}},"product_reference":"p{}",)"
                    R"("relates_to_product_reference":"r"}})",
                    comma, i, i);
    fixed += fmt::format(R"({}"r:p{}")", comma, i);
  }
  const std::string text =
      R"({"document":{"csaf_version":"2.0","tracking":{"id":"CVE-2024-1"}},"product_tree":{)"
      R"("full_product_names":[{"name":"R","product_id":"r","product_identification_helper":)"
      R"({"cpe":"cpe:/o:redhat:enterprise_linux:9"}}],"branches":[)" +
      names + R"(],"relationships":[)" + relations +
      R"(]},"vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"fixed":[)" + fixed + "]}}]}";
  Collector found;
  ASSERT_TRUE(found.read(text));
  ASSERT_EQ(found.records.size(), 1u);
  EXPECT_EQ(found.records[0].second.affected.size(), static_cast<std::size_t>(kCount));
}

}  // namespace
}  // namespace bulkhead::advisory
