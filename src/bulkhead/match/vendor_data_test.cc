// What vendors' own documents come to in findings: from a document's text, by its reader, to the
// joined statements about an installed package.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/match/distro.h"
#include "bulkhead/match/join.h"

namespace bulkhead::match {
namespace {

using advisory::Statement;

// Small documents of our own, in the shape of the vendors'.
std::string seed(const std::string& name) {
  std::ifstream file(std::filesystem::path(BULKHEAD_SOURCE_DIR) / "fuzz/corpus" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Installed {
  const char* why;
  const char* name;
  const char* version;
  const char* source;          // and
  const char* source_version;  // as the cataloger gives them: empty where they are the package's
  const char* module;
  const char* found;  // "CVE fix_state fixed_version severity", one for each, by "; "
};

/// What is found of `installed` in the release of `os` by the data of one document.
std::string found_of(const std::string& document, const OsInfo& os, const Installed& installed) {
  advisory::Collector collector;
  EXPECT_TRUE(collector.read(document));
  const Release release = find_release(os);
  std::vector<Statement> statements;
  for (const auto& [feed, record] : collector.records) {
    const bool is_open =
        std::ranges::find(release.ecosystems, feed.ecosystem) != release.ecosystems.end();
    const bool is_extended =
        std::ranges::find(release.extended, feed.ecosystem) != release.extended.end();
    if (!is_open && !is_extended) continue;
    for (const AffectedPackage& affected : record.affected) {
      if (affected.name != installed.name && affected.name != installed.source) continue;
      Statement statement;
      EXPECT_TRUE(decode_statement(advisory::encode_statement(record, affected), statement));
      statement.feed = feed.name;
      statement.advisory_id = record.id;
      statement.affected.ecosystem = affected.ecosystem;
      statement.affected.name = affected.name;
      statements.push_back(std::move(statement));
    }
  }
  Package package;
  package.type = release.distro->type;
  package.name = installed.name;
  package.version = installed.version;
  package.source_name = installed.source;
  package.source_version = installed.source_version;
  package.architecture = "x86_64";
  RpmOrigin origin;
  origin.module = installed.module;
  package.rpm = std::make_shared<const RpmOrigin>(origin);
  const JoinResult joined =
      join_statements({package, *version::find_scheme(release.distro->scheme), release.el_release,
                       release.extended, release.distro->extended_name},
                      statements);
  std::string text;
  for (const Vulnerability& v : joined.vulnerabilities) {
    text += fmt::format("{}{} {} {} {}{}", text.empty() ? "" : "; ", v.rule,
                        fix_state_name(v.fix_state), v.fixed_version, severity_name(v.severity),
                        v.confidence == Confidence::possible ? " possible" : "");
    if (!v.extended_fix.empty()) text += " extended " + v.extended_fix;
  }
  return text;
}

OsInfo os(std::string id, std::string version) {
  OsInfo info;
  info.id = std::move(id);
  info.version = std::move(version);
  return info;
}

TEST(VendorData, RedHatsVexDecides) {
  const std::string vex = seed("csaf/red_hat_vex.json");
  const Installed on_9[] = {
      {"older than the fix", "lib", "1:2.0-2.el9", "", "", "",
       "CVE-2024-1234 fixed 1:2.0-3.el9 high"},
      {"the fix", "lib", "1:2.0-3.el9", "", "", "", ""},
      {"a package of the same source", "lib-devel", "1:2.0-2.el9", "lib", "1:2.0-2.el9", "",
       "CVE-2024-1234 fixed 1:2.0-3.el9 high"},
      {"a package of the source that is not affected", "lib-docs", "1:2.0-2.el9", "lib",
       "1:2.0-2.el9", "", ""},
      {"not affected", "other", "1-1.el9", "", "", "", ""},
      {"nobody knows yet", "maybe", "1-1.el9", "", "", "",
       "CVE-2024-1234 unknown  medium possible"},
  };
  for (const Installed& installed : on_9) {
    EXPECT_EQ(found_of(vex, os("rhel", "9.4"), installed), installed.found) << installed.why;
  }
  const Installed on_8[] = {
      {"no fix yet", "lib-libs", "1-1.el8", "lib", "1-1.el8", "",
       "CVE-2024-1234 not_fixed  medium"},
      {"will not be fixed", "compat-lib", "1-1.el8", "", "", "",
       "CVE-2024-1234 will_not_fix  medium"},
      {"out of support", "old-lib", "1-1.el8", "", "", "", "CVE-2024-1234 end_of_life  medium"},
      {"deferred", "late-lib", "1-1.el8", "", "", "", "CVE-2024-1234 deferred  medium"},
      {"the stream that has a fix", "nodejs", "1:18.18.2-1.module+el8.9.0+1+aa", "", "",
       "nodejs:18", "CVE-2024-1234 fixed 1:18.18.2-2.module+el8.9.0+1+aa high"},
      {"the stream that has none", "nodejs", "1:16.1-1.module+el8.9.0+1+aa", "", "", "nodejs:16",
       "CVE-2024-1234 not_fixed  medium"},
      {"a stream that nothing is said of", "nodejs", "1:20.1-1.module+el8.9.0+1+aa", "", "",
       "nodejs:20", ""},
  };
  for (const Installed& installed : on_8) {
    EXPECT_EQ(found_of(vex, os("rhel", "8.9"), installed), installed.found) << installed.why;
  }
}

TEST(VendorData, SusesUpdatesDecide) {
  const std::string update = seed("csaf/suse_update.json");
  const Installed cases[] = {
      {"older", "libgtk-3-0", "3.24.1-150400.3.4.1", "gtk3", "3.24.1-150400.3.4.1", "",
       "CVE-2024-1 fixed 3.24.1-150400.3.5.1 medium; CVE-2024-2 fixed 3.24.1-150400.3.5.1 "
       "critical; CVE-2024-3 fixed 3.24.1-150400.3.5.1 medium"},
      {"the fix", "libgtk-3-0", "3.24.1-150400.3.5.1", "gtk3", "3.24.1-150400.3.5.1", "", ""},
      {"another package", "gtk3-tools", "3.24.1-150400.3.4.1", "gtk3", "3.24.1-150400.3.4.1", "",
       ""},
  };
  for (const Installed& installed : cases) {
    EXPECT_EQ(found_of(update, os("sles", "15.5"), installed), installed.found) << installed.why;
  }
}

TEST(VendorData, UbuntusTrackerDecides) {
  const std::string tracker = seed("ubuntu_tracker/CVE-2024-1234");
  struct Case {
    const char* release;
    Installed installed;
  };
  const Case cases[] = {
      {"22.04",
       {"older", "lib-bin", "2.0-1", "lib", "2.0-1", "",
        "CVE-2024-1234 fixed 2.0-1ubuntu0.22.04.1 high"}},
      {"22.04", {"the fix", "lib", "2.0-1ubuntu0.22.04.1", "", "", "", ""}},
      {"24.04", {"no fix yet", "lib", "2.0-9", "", "", "", "CVE-2024-1234 not_fixed  low"}},
      {"24.04", {"not affected", "other", "1", "", "", "", ""}},
      {"20.04", {"deferred", "lib", "1", "", "", "", "CVE-2024-1234 deferred  high"}},
      {"25.10", {"ignored", "lib", "1", "", "", "", "CVE-2024-1234 will_not_fix  high"}},
      {"18.04",
       {"support has ended, a fix is in ESM", "lib", "1", "", "", "",
        "CVE-2024-1234 end_of_life  high extended 2.0-1ubuntu0.18.04.1+esm1"}},
      {"14.04", {"nobody knows yet", "lib", "1", "", "", "", ""}},
      {"16.04",
       {"nobody knew when support ended", "lib", "1", "", "", "",
        "CVE-2024-1234 unknown  high possible"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(found_of(tracker, os("ubuntu", c.release), c.installed), c.installed.found)
        << c.installed.why;
  }
}

TEST(VendorData, RedHatsCvesDecide) {
  const std::string cve = seed("red_hat_cve/cve.json");
  struct Case {
    const char* release;
    Installed installed;
  };
  const Case cases[] = {
      {"8.9",
       {"older", "lib-utils", "32:9.11.36-4.el8", "lib", "32:9.11.36-4.el8", "",
        "CVE-2024-1234 fixed 32:9.11.36-5.el8 medium"}},
      {"8.9", {"the fix", "lib", "32:9.11.36-5.el8", "", "", "", ""}},
      {"8.9",
       {"a module without a fix", "nodejs", "1:16.1-1.module+el8.9.0+1+aa", "", "", "nodejs:16",
        "CVE-2024-1234 not_fixed  medium"}},
      {"7.9",
       {"will not be fixed", "lib", "1-1.el7", "", "", "", "CVE-2024-1234 will_not_fix  medium"}},
      {"9.4", {"not affected", "lib", "1-1.el9", "", "", "", ""}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(found_of(cve, os("rhel", c.release), c.installed), c.installed.found)
        << c.installed.why;
  }
}

TEST(VendorData, OpenEulersCvrfDecides) {
  OsInfo info = os("openeuler", "22.03");
  info.codename = "LTS-SP3";
  const std::string cvrf = seed("cvrf/open_euler.xml");
  EXPECT_EQ(found_of(cvrf, info, {"older", "lib", "1.9-9.oe2203sp3", "", "", "", ""}),
            "CVE-2024-1234 fixed 2.0-1.oe2203sp3 critical");
  EXPECT_EQ(found_of(cvrf, info, {"the fix", "lib", "2.0-1.oe2203sp3", "", "", "", ""}), "");
}

TEST(VendorData, SusesCvrfDecides) {
  const std::string cvrf = seed("cvrf/suse_cve.xml");
  const Installed cases[] = {
      {"older", "lib1", "1.9-1.1", "lib", "1.9-1.1", "",
       "CVE-2024-1234 fixed 2.0-150500.3.1 critical"},
      {"no fix will come", "old-lib", "1-1.1", "", "", "", "CVE-2024-1234 will_not_fix  low"},
      {"not affected", "libgtk-3-0", "1-1.1", "", "", "", ""},
  };
  for (const Installed& installed : cases) {
    EXPECT_EQ(found_of(cvrf, os("sles", "15.5"), installed), installed.found) << installed.why;
  }
}

}  // namespace
}  // namespace bulkhead::match
