// What OVAL definitions say, held against installed packages: the states of Red Hat's become the
// right findings.
#include <gtest/gtest.h>

#include "bulkhead/advisory/oval_document_test.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/match/join.h"

namespace bulkhead::match {
namespace {

using advisory::all_of;
using advisory::any_of;
using advisory::criterion;
using advisory::OvalDocument;
using advisory::Statement;

/// A file of Red Hat's with a definition of each kind.
std::vector<Statement> red_hats() {
  OvalDocument document;
  document.package("tar", "tar")
      .package("vim", "vim-minimal")
      .package("zlib", "zlib")
      .package("nodejs", "nodejs")
      .earlier("nodejs-18", "nodejs", "1:18.17.1-1.module+el9.2.0+19753+58118bc0", "x86_64|aarch64")
      .earlier("zlib-fix", "zlib", "0:1.2.11-40.el9")
      .entry("linux:rpminfo", "no-zlib", "<linux:name>zlib</linux:name>", "",
             "check_existence=\"none_exist\"");
  const std::string rhel = criterion("-", "Red Hat Enterprise Linux 9 is installed");
  const std::string stream = criterion("-", "Module nodejs:18 is enabled");
  const auto cve = [](std::string_view id, std::string_view state, std::string_view component) {
    return fmt::format(
        "<title>{0}</title><reference source=\"CVE\" ref_id=\"{0}\"/><advisory>"
        "<severity>Moderate</severity><affected><resolution state=\"{1}\"><component>{2}"
        "</component></resolution></affected></advisory>",
        id, state, component);
  };
  document
      .define("com.redhat.cve:def:1", "vulnerability", cve("CVE-1000-1", "Will not fix", "tar"),
              all_of(rhel + criterion("tar", "tar is installed")))
      .define("com.redhat.cve:def:2", "vulnerability", cve("CVE-1000-2", "Affected", "vim"),
              all_of(rhel + criterion("vim", "vim-minimal is installed")))
      .define("com.redhat.cve:def:3", "vulnerability", cve("CVE-1000-3", "Fix deferred", "vim"),
              all_of(rhel + criterion("vim", "vim-minimal is installed")))
      .define("com.redhat.cve:def:4", "vulnerability",
              cve("CVE-1000-4", "Affected", "nodejs:18/nodejs"),
              all_of(rhel + stream + criterion("nodejs", "nodejs is installed")))
      .define("com.redhat.unaffected:def:5", "vulnerability", cve("CVE-1000-5", "", ""),
              all_of(rhel + criterion("zlib", "zlib is installed") +
                     criterion("no-zlib", "zlib is not installed")))
      .define("com.redhat.rhsa:def:20231", "patch",
              "<title>RHSA-2023:1: nodejs</title><reference source=\"RHSA\" "
              "ref_id=\"RHSA-2023:1\"/><reference source=\"CVE\" ref_id=\"CVE-2023-6\"/>",
              all_of(rhel + stream + criterion("nodejs-18", "nodejs is earlier")))
      .define("com.redhat.rhsa:def:20232", "patch",
              "<title>RHSA-2023:2: zlib</title><reference source=\"RHSA\" "
              "ref_id=\"RHSA-2023:2\"/><reference source=\"CVE\" ref_id=\"CVE-2023-7\"/>",
              all_of(rhel + criterion("zlib-fix", "zlib is earlier")));
  advisory::Collector found;
  EXPECT_EQ(found.read(document.text()).value_or("not read"), "oval");
  std::vector<Statement> statements;
  for (const auto& [feed, record] : found.records) {
    for (const AffectedPackage& affected : record.affected) {
      Statement statement;
      const std::string facts = advisory::encode_statement(record, affected);
      EXPECT_TRUE(advisory::decode_statement(facts, statement));
      statement.feed = feed.name;
      statement.advisory_id = record.id;
      statement.affected.ecosystem = affected.ecosystem;
      statement.affected.name = affected.name;
      statements.push_back(std::move(statement));
    }
  }
  return statements;
}

struct Row {
  std::string_view name;
  std::string_view version;
  std::string_view module;
  std::string_view want;
  std::string_view why;
};

TEST(OvalFindings, StatesOfRedHat) {
  const std::vector<Statement> statements = red_hats();
  const Row rows[] = {
      {"tar", "1.34-6.el9", "", "CVE-1000-1 will_not_fix -;", "will not be fixed"},
      {"vim-minimal", "8.2-1.el9", "", "CVE-1000-2 not_fixed -;CVE-1000-3 deferred -;",
       "open, and deferred"},
      {"zlib", "1.2.11-39.el9", "", "CVE-2023-7 fixed 1.2.11-40.el9;",
       "one that is fixed, none that never was"},
      {"zlib", "1.2.11-40.el9", "", "", "the fix is installed"},
      {"nodejs", "1:18.16.0-1.module+el9.2.0+1+2", "nodejs:18",
       "CVE-1000-4 not_fixed -;CVE-2023-6 fixed 1:18.17.1-1.module+el9.2.0+19753+58118bc0;",
       "of the stream"},
      {"nodejs", "1:18.17.1-1.module+el9.2.0+19753+58118bc0", "nodejs:18",
       "CVE-1000-4 not_fixed -;", "of the stream, with the fix"},
      {"nodejs", "1:20.1.0-1.module+el9.2.0+1+2", "nodejs:20", "", "of another stream"},
      {"nodejs", "1:16.20.2-1.el9", "", "", "of none"},
      {"bash", "5.1-1.el9", "", "", "another package"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Package package;
    package.type = PackageType::rpm;
    package.name = row.name;
    package.version = row.version;
    package.architecture = "x86_64";
    package.rpm = std::make_shared<const RpmOrigin>(RpmOrigin{std::string(row.module), {}});
    const Subject subject{package, *version::find_scheme("rpm"), "9", {}, {}};
    std::string got;
    for (const Vulnerability& v : join_statements(subject, statements).vulnerabilities) {
      got += fmt::format("{} {} {};", v.rule, fix_state_name(v.fix_state),
                         v.fixed_version.empty() ? "-" : v.fixed_version);
      EXPECT_EQ(v.confidence, Confidence::certain);
    }
    EXPECT_EQ(got, row.want);
  }
}

}  // namespace
}  // namespace bulkhead::match
