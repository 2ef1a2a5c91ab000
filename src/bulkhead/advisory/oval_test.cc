#include <gtest/gtest.h>

#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/oval_document_test.h"
#include "bulkhead/advisory/oval_vendor.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::advisory {
namespace {

Collector read(const OvalDocument& document) {
  Collector found;
  EXPECT_EQ(found.read(document.text()).value_or("not read"), "oval");
  return found;
}

constexpr std::string_view kElsa =
    "<title>ELSA-2024-1: a security update (IMPORTANT)</title>"
    "<reference source=\"elsa\" ref_id=\"ELSA-2024-1\" ref_url=\"https://e/1\"/>"
    "<reference source=\"CVE\" ref_id=\"CVE-2024-1\" ref_url=\"https://c/1\"/>";

/// What Oracle's definition with `criteria` comes to. Of each test's name there is a test.
Collector reduce(std::string_view criteria) {
  OvalDocument document;
  document.earlier("a<2", "a", "0:2-1")
      .earlier("a<3:x86", "a", "0:3-1", "x86_64|i686")
      .earlier("b<2", "b", "1:2-1")
      .package("a", "a")
      .package("a>1", "a", OvalDocument::compared("greater than", "0:1-1"))
      .package("a>=1", "a", OvalDocument::compared("greater than or equal", "0:1-1"))
      .package("a>0", "a", OvalDocument::compared("greater than", "0:0-0"))
      .package("a<=2", "a", OvalDocument::compared("less than or equal", "0:2-1"))
      .package("a=2", "a", OvalDocument::compared("equals", "0:2-1"))
      .package("a!=2", "a", OvalDocument::compared("not equal", "0:2-1"))
      .package("a=0", "a", "<linux:version operation=\"equals\">0</linux:version>")
      .package("a:line", "a",
               "<linux:version operation=\"pattern match\">^2$</linux:version>" +
                   OvalDocument::compared("less than", "0:2-7"))
      .package("a:key", "a", "<linux:signature_keyid>66ced3</linux:signature_keyid>")
      .package("a:fast", "a", "<linux:release operation=\"pattern match\">ksplice</linux:release>")
      .package("x86", "oraclelinux-release",
               "<linux:arch operation=\"pattern match\">x86_64</linux:arch>")
      .package("arm", "oraclelinux-release",
               "<linux:arch operation=\"pattern match\">aarch64</linux:arch>")
      .package("odd", "a", "<linux:arch operation=\"pattern match\">.*</linux:arch>")
      .package("other-release", "other-release",
               "<linux:version operation=\"pattern match\">^7</linux:version>")
      .entry("linux:rpminfo", "none:a", "<linux:name>a</linux:name>", "",
             "check_existence=\"none_exist\"")
      .entry("linux:rpmverifyfile", "no-ol", "<linux:name/>", "", "check=\"none satisfy\"")
      .entry("linux:rpmverifyfile", "coreos", "<linux:name/>")
      .entry("unix:uname", "uname", "")
      .entry("ind:textfilecontent54", "file",
             "<ind:pattern operation=\"pattern match\">x\\d</ind:pattern>");
  for (int n = 0; n < 2; ++n) {
    document.define(fmt::format("com.oracle.elsa:def:{}0", 2023 + n), "patch", kElsa,
                    n == 0 ? all_of(criterion("ol8", "Oracle Linux 8 is installed") +
                                    criterion("a<2", "a is earlier than 0:2-1"))
                           : std::string(criteria));
  }
  Collector found = read(document);
  EXPECT_FALSE(found.records.empty());
  if (!found.records.empty()) found.records.erase(found.records.begin());  // the first definition's
  return found;
}

TEST(Oval, ReducesCriteria) {
  const std::string ol8 = criterion("ol8", "Oracle Linux 8 is installed");
  const std::string ol9 = criterion("ol9", "Oracle Linux 9 is installed");
  const std::string a2 = criterion("a<2", "a is earlier than 0:2-1");
  const std::string b2 = criterion("b<2", "b is earlier than 1:2-1");
  const std::string module = criterion("file", "Module nodejs:18 is enabled");
  const std::string x86 = criterion("x86", "Oracle Linux arch is x86_64");
  const std::string arm = criterion("arm", "Oracle Linux arch is aarch64");
  const auto oracle = [](std::string_view release, std::string_view what) {
    return fmt::format("oval/Oracle Linux:{} | ELSA-2024-1 | CVE-2024-1 | {}\n", release, what);
  };
  const auto left_out = [](std::string_view what, std::string_view why) {
    return fmt::format("oval: oval:com.oracle.elsa:def:20240: {} is left out: {}\n", what, why);
  };
  struct Case {
    std::string_view why;
    std::string criteria;
    std::string want;
    std::string notes = {};
  };
  const Case cases[] = {
      {"a release and a package", all_of(ol8 + a2), oracle("8", "a <2-1 fixed")},
      {"an epoch stays", all_of(ol8 + b2), oracle("8", "b <1:2-1 fixed")},
      {"signed by the vendor", all_of(ol8 + all_of(a2 + criterion("a:key", "a is signed"))),
       oracle("8", "a <2-1 fixed")},
      {"several packages", all_of(ol8 + any_of(a2 + b2)),
       oracle("8", "a <2-1 fixed") + oracle("8", "b <1:2-1 fixed")},
      {"several releases", all_of(any_of(ol8 + ol9) + a2),
       oracle("8", "a <2-1 fixed") + oracle("9", "a <2-1 fixed")},
      {"releases with packages of their own", any_of(all_of(ol8 + a2) + all_of(ol9 + b2)),
       oracle("8", "a <2-1 fixed") + oracle("9", "b <1:2-1 fixed")},
      {"what is installed already", all_of(ol8 + criterion("a", "a is installed") + a2),
       oracle("8", "a <2-1 fixed")},
      {"nothing but installed", all_of(ol8 + criterion("a", "a is installed")),
       oracle("8", "a any not_fixed")},
      {"a module's stream", all_of(ol8 + all_of(module + any_of(all_of(a2)))),
       oracle("8", "a@nodejs:18 <2-1 fixed")},
      {"architectures of the system, with what is installed beside them",
       all_of(ol8 + any_of(all_of(x86 + a2) + all_of(arm + a2 + b2) + all_of(arm + a2))),
       oracle("8", "a [x86_64,aarch64,i386,i586,i686] <2-1 fixed"),
       left_out("a part of it", "several packages are demanded at once")},
      {"architectures of the package",
       all_of(ol8 + criterion("a<3:x86", "a is earlier than 0:3-1")),
       oracle("8", "a [x86_64,i686] <3-1 fixed")},
      {"never on such a system",
       any_of(criterion("no-ol", "Oracle Linux must be installed") + all_of(ol8 + a2)),
       oracle("8", "a <2-1 fixed")},
      {"a running kernel is no matter",
       all_of(ol8 +
              any_of(criterion("uname", "kernel is running") +
                     criterion("file", "kernel is set to boot")) +
              a2),
       oracle("8", "a <2-1 fixed")},
      {"a range", all_of(ol8 + criterion("a>=1", "from") + a2), oracle("8", "a >=1-1 <2-1 fixed")},
      {"later than, and not it", all_of(ol8 + criterion("a>1", "above") + a2),
       oracle("8", "a >=1-1^ <2-1 fixed")},
      {"later than nothing", all_of(ol8 + criterion("a>0", "a is affected")),
       oracle("8", "a any not_fixed")},
      {"this or earlier", all_of(ol8 + criterion("a<=2", "a")), oracle("8", "a <=2-1 not_fixed")},
      {"this alone", all_of(ol8 + criterion("a=2", "a")), oracle("8", "a >=2-1 <=2-1 not_fixed")},
      {"version 0: not affected", all_of(ol8 + criterion("a=0", "a is not affected")),
       oracle("8", "a not_affected")},
      {"a line of versions", all_of(ol8 + criterion("a:line", "a is earlier than 0:2-7")),
       oracle("8", "a >=2-0 <2-7 fixed")},
      {"a build of another kind", all_of(ol8 + a2 + criterion("a:fast", "a is ksplice-based")),
       oracle("8", "a <2-1 fixed")},
      {"criteria in one criteria", "<criteria>" + all_of(ol8 + a2) + "</criteria>",
       oracle("8", "a <2-1 fixed")},
      {"no criteria", "", "", left_out("it", "no package is named")},
      {"a release alone", all_of(ol8), "", left_out("it", "no package is named")},
      {"releases that exclude each other", all_of(ol8 + ol9 + a2), "",
       left_out("it", "no package is named")},
      {"no release", all_of(a2), "", left_out("it", "a release is not known")},
      {"two packages at once", all_of(ol8 + a2 + b2), "",
       left_out("it", "several packages are demanded at once")},
      {"two modules at once",
       all_of(ol8 + module + criterion("file", "Module perl:5.24 is enabled") + a2), "",
       left_out("it", "several modules are demanded at once")},
      {"two ends", all_of(ol8 + a2 + criterion("a<3:x86", "a")), "",
       left_out("it", "a package is demanded in several ranges at once")},
      {"no such test", all_of(ol8 + any_of(a2 + criterion("nowhere", "b is earlier"))),
       oracle("8", "a <2-1 fixed"), left_out("a part of it", "a test is not in the document")},
      {"another operation", all_of(ol8 + criterion("a!=2", "a")), "",
       left_out("it", "a version is compared in another way")},
      {"an architecture that is no list", all_of(ol8 + criterion("odd", "a")), "",
       left_out("it", "a version is compared in another way")},
      {"negated", all_of(ol8 + criterion("a<2", "a", "negate=\"true\"")), "",
       left_out("it", "a criterion is negated")},
      {"negated as a whole",
       all_of(ol8 + "<criteria operator=\"OR\" negate=\"1\">" + a2 + "</criteria>"), "",
       left_out("it", "a criterion is negated")},
      {"nothing that is not installed", all_of(ol8 + criterion("none:a", "a") + b2), "",
       left_out("it", "a criterion is negated")},
      {"another operator", all_of(ol8 + "<criteria operator=\"XOR\">" + a2 + b2 + "</criteria>"),
       "", left_out("it", "criteria are joined by another operator than AND and OR")},
      {"another's release", all_of(criterion("other-release", "Other 7 is installed") + a2), "",
       left_out("it", "a release is not known")},
      {"another's release, by a file", all_of(criterion("coreos", "CoreOS 4 is installed") + a2),
       "", left_out("it", "a release is not known")},
      {"one of two releases is not known",
       all_of(any_of(ol8 + criterion("coreos", "CoreOS 4 is installed")) + a2),
       oracle("8", "a <2-1 fixed"), left_out("a part of it", "a release is not known")},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    const Collector found = reduce(c.criteria);
    EXPECT_EQ(statements_of(found), c.want);
    EXPECT_EQ(notes_of(found), c.notes);
  }
}

TEST(Oval, ReadsWhatOneErratumSaysOfItsCVEs) {
  OvalDocument document;
  document.earlier("t1", "kernel", "0:5.14-1.el9").earlier("t2", "perf", "0:5.14-1.el9");
  document.define(
      "com.redhat.rhsa:def:20221", "patch",
      "<title>RHSA-2022:1: kernel (Important)</title>"
      "<affected family=\"unix\"><platform>Red Hat Enterprise Linux 9</platform></affected>"
      "<reference source=\"RHSA\" ref_id=\"RHSA-2022:1\" ref_url=\"https://r/1\"/>"
      "<reference source=\"CVE\" ref_id=\"CVE-2022-1\" ref_url=\"https://c/1\"/>"
      "<reference source=\"CVE\" ref_id=\"CVE-2022-2\" ref_url=\"https://c/2\"/>"
      "<description> words </description><advisory><severity>Important</severity>"
      "<issued date=\"2022-05-27\"/><updated date=\"2022-05-28\"/>"
      "<cve cvss3=\"8.8/CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H\" "
      "impact=\"critical\">CVE-2022-1"
      "</cve><cve cvss3=\"5.5/CVSS:3.1/nonsense\" impact=\"low\">CVE-2022-2</cve>"
      "<affected_cpe_list><cpe>cpe:/a:redhat:enterprise_linux:9::appstream</cpe>"
      "<cpe>cpe:/o:redhat:enterprise_linux:9::baseos</cpe><cpe>cpe:/o:redhat:enterprise_linux:8</"
      "cpe>"
      "<cpe>cpe:/o:redhat:rhel_eus:9.0::baseos</cpe></affected_cpe_list></advisory>",
      all_of(criterion("r", "Red Hat Enterprise Linux 9 is installed") +
             any_of(criterion("t1", "kernel") + criterion("t2", "perf"))));
  const Collector found = read(document);
  ASSERT_EQ(found.records.size(), 4u);
  EXPECT_EQ(found.records[0].first, (FeedKey{"oval/Red Hat:9/RHSA-2022:1", "Red Hat:9"}));
  EXPECT_EQ(found.records[1].first.ecosystem, "Red Hat:9.0:eus");
  const Advisory& first = found.records[0].second;
  EXPECT_EQ(first.id, "RHSA-2022:1");
  EXPECT_EQ(first.cves, (std::vector<std::string>{"CVE-2022-1"}));
  EXPECT_EQ(first.title, "RHSA-2022:1: kernel (Important)");
  EXPECT_EQ(first.detail, "words");
  EXPECT_EQ(first.references,
            (std::vector<std::string>{"https://r/1", "https://c/1", "https://c/2"}));
  EXPECT_EQ(first.severity, Severity::critical);
  ASSERT_EQ(first.cvss.size(), 1u);
  EXPECT_EQ(first.cvss[0].vector, "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H");
  EXPECT_EQ(first.cvss[0].source, "Red Hat");
  EXPECT_DOUBLE_EQ(first.cvss[0].score, 8.8);
  EXPECT_EQ(first.published_unix_s, 1653609600);
  EXPECT_EQ(first.modified_unix_s, 1653696000);
  EXPECT_EQ(first.affected.size(), 2u);
  const Advisory& second = found.records[2].second;
  EXPECT_EQ(second.cves, (std::vector<std::string>{"CVE-2022-2"}));
  EXPECT_EQ(second.severity, Severity::low);
  EXPECT_TRUE(second.cvss.empty());
  ASSERT_EQ(found.notes.size(), 1u) << "the vector that is none";
  EXPECT_TRUE(found.notes[0].what.starts_with("oval: oval:com.redhat.rhsa:def:20221: cvss3: "));
}

TEST(Oval, ReadsWhatRedHatDoesNotMend) {
  OvalDocument document;
  document.package("t", "tar").package("k", "kernel-rt-core").package("n", "nodejs");
  document.package("z", "zlib")
      .entry("linux:rpminfo", "no-z", "<linux:name>zlib</linux:name>", "",
             "check_existence=\"none_exist\"");
  const std::string rhel = criterion("r", "Red Hat Enterprise Linux 8 is installed");
  const auto of_cve = [](std::string_view number, std::string_view resolutions) {
    return fmt::format(
        "<title>CVE-2020-{0} x (moderate)</title><reference source=\"CVE\" "
        "ref_id=\"CVE-2020-{0}\"/>"
        "<advisory><severity>Moderate</severity><updated date=\"2021-06-28\"/>"
        "<cve impact=\"moderate\" public=\"20050804\">CVE-2020-{0}</cve><affected>{1}</affected>"
        "</advisory>",
        number, resolutions);
  };
  const auto said = [](std::string_view state, std::string_view component) {
    return fmt::format("<resolution state=\"{}\"><component>{}</component></resolution>", state,
                       component);
  };
  document
      .define("com.redhat.cve:def:1", "vulnerability", of_cve("1", said("Will not fix", "tar")),
              all_of(rhel + criterion("t", "tar is installed")))
      .define("com.redhat.cve:def:2", "vulnerability", of_cve("2", said("Fix deferred", "tar")),
              all_of(rhel + criterion("t", "tar is installed")))
      .define("com.redhat.cve:def:3", "vulnerability",
              of_cve("3", said("Out of support scope", "kernel") + said("Affected", "kernel-rt") +
                              said("Will not fix", "nodejs:18/nodejs")),
              all_of(rhel + any_of(criterion("k", "kernel-rt-core is installed") +
                                   all_of(criterion("m", "Module nodejs:18 is enabled") +
                                          criterion("n", "nodejs is installed")) +
                                   criterion("t", "tar is installed"))))
      .define("com.redhat.cve:def:4", "vulnerability",
              of_cve("4", said("Under investigation", "tar")),
              all_of(rhel + criterion("t", "tar is installed")))
      .define("com.redhat.unaffected:def:5", "vulnerability", of_cve("5", ""),
              all_of(rhel + all_of(criterion("z", "zlib is installed") +
                                   criterion("no-z", "zlib is not installed"))));
  const Collector found = read(document);
  const std::string feed = "oval/Red Hat:8/including-unpatched | CVE-2020-";
  EXPECT_EQ(statements_of(found),
            feed + "1 | CVE-2020-1 | tar any will_not_fix\n" +   //
                feed + "2 | CVE-2020-2 | tar any deferred\n" +   //
                feed + "3 | CVE-2020-3 | tar any not_fixed\n" +  // the most open of what is said
                feed + "3 | CVE-2020-3 | kernel-rt-core any not_fixed\n" + feed +
                "3 | CVE-2020-3 | nodejs@nodejs:18 any will_not_fix\n" + feed +
                "4 | CVE-2020-4 | tar undetermined\n" + feed +
                "5 | CVE-2020-5 | zlib not_affected\n");
  EXPECT_EQ(found.records[0].second.severity, Severity::medium);
  EXPECT_EQ(found.records[0].second.published_unix_s, 1123113600) << "when it became known";
  EXPECT_EQ(notes_of(found), "");
}

TEST(Oval, ReadsSuse) {
  OvalDocument document("Marcus Updateinfo to OVAL Converter");
  document.earlier("f", "fastjar", "0:0.98-1", "(aarch64|x86_64)")
      .package("k", "kernel-default", "<linux:version operation=\"equals\">0</linux:version>")
      .package("v", "vim", OvalDocument::compared("greater than", "0:0-0"));
  const std::string head =
      "<title>CVE-2010-2322</title><affected><platform>SUSE Linux Enterprise Server 15 "
      "SP5</platform>"
      "</affected><reference source=\"SUSE CVE\" ref_id=\"SUSE CVE-2010-2322\" "
      "ref_url=\"https://s\"/>"
      "<advisory><severity>Low</severity>"
      "<cve impact=\"moderate\" cvss3=\"3.7/CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N\">"
      "CVE-2010-2322 at SUSE</cve>"
      "<cve impact=\"critical\" cvss3=\"9.8/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\">"
      "CVE-2010-2322 at NVD</cve></advisory>";
  document.define(
      "org.opensuse.security:def:1", "vulnerability", head,
      any_of(all_of(any_of(criterion("-", "SUSE Linux Enterprise Server 15 SP5 is installed") +
                           criterion("-",
                                     "SUSE Linux Enterprise Module for Basesystem 15 "
                                     "SP5 is installed") +
                           criterion("-",
                                     "SUSE Linux Enterprise Server 15 SP4-LTSS is "
                                     "installed")) +
                    any_of(criterion("f", "fastjar-0.98-1 is installed") +
                           criterion("k", "kernel-default is not affected"))) +
             all_of(criterion("-", "openSUSE Leap 15.6 is installed") +
                    criterion("v", "vim is affected"))));
  const Collector found = read(document);
  const std::string says = "/affected | CVE-2010-2322 | CVE-2010-2322 | ";
  EXPECT_EQ(statements_of(found),
            "oval/SUSE:15.5" + says + "fastjar [aarch64,x86_64] <0.98-1 fixed\n" +
                "oval/SUSE:15.5" + says + "kernel-default not_affected\n" + "oval/SUSE:15.4:LTSS" +
                says + "fastjar [aarch64,x86_64] <0.98-1 fixed\n" + "oval/SUSE:15.4:LTSS" + says +
                "kernel-default not_affected\n" + "oval/openSUSE:Leap 15.6" + says +
                "vim any not_fixed\n");
  const Advisory& advisory = found.records.front().second;
  EXPECT_EQ(advisory.severity, Severity::low) << "SUSE's word about the CVE";
  ASSERT_EQ(advisory.cvss.size(), 2u);
  EXPECT_EQ(advisory.cvss[0].source, "SUSE");
  EXPECT_EQ(advisory.cvss[1].source, "NVD");
}

TEST(Oval, ReadsUbuntu) {
  OvalDocument document("Canonical CVE OVAL Generator");
  document
      .entry("ind:textfilecontent54", "m",
             "<ind:pattern operation=\"pattern match\" var_ref=\"v1\"/>",
             "<ind:subexpression operation=\"less than\">1:8.9p1-3</ind:subexpression>")
      .entry("linux:dpkginfo", "d", "<linux:name var_ref=\"v2\"/>",
             OvalDocument::compared("less than", "0:2.5.0-1ubuntu0.1~esm1"))
      .entry("linux:dpkginfo", "o", "<linux:name var_ref=\"v2\"/>")
      .entry("unix:uname", "u", "")
      .variable("v1",
                "<value>^openssh-client(?::\\w+|)\\s+(.*)$</value>"
                "<value>^g\\+\\+-12(?::\\w+|)\\s+(.*)$</value>")
      .variable("v2", "<value>python3-asyncssh</value>");
  const std::string head =
      "<title>CVE-2023-1 on Ubuntu 22.04 LTS (jammy) - medium</title>"
      "<affected><platform>Ubuntu 22.04 LTS</platform></affected>"
      "<reference source=\"CVE\" ref_id=\"CVE-2023-1\"/><advisory><severity>Medium</severity>"
      "<public_date>2023-12-18 15:00:00 UTC</public_date><ref>https://u</ref>"
      "<cve priority=\"medium\" cvss_vector=\"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:N\">"
      "CVE-2023-1</cve></advisory>";
  struct Case {
    std::string criterion;
    std::string want;
  };
  const std::string ubuntu = "oval/Ubuntu:22.04/cve | CVE-2023-1 | CVE-2023-1 | ";
  const std::string esm = "oval/Ubuntu:Pro:22.04/cve | CVE-2023-1 | CVE-2023-1 | ";
  const Case cases[] = {
      {criterion("m", "openssh package in jammy was vulnerable but has been fixed (note: 'x')."),
       ubuntu + "openssh-client <1:8.9p1-3 fixed\n" + ubuntu + "g++-12 <1:8.9p1-3 fixed\n"},
      {criterion("d", "python-asyncssh package in jammy was vulnerable but has been fixed"),
       esm + "python3-asyncssh <2.5.0-1ubuntu0.1~esm1 fixed\n"},
      {criterion("o", "python-asyncssh package in jammy is affected and needs fixing."),
       ubuntu + "python3-asyncssh any not_fixed\n"},
      {criterion("o",
                 "x package in jammy is affected, but a decision has been made to defer "
                 "addressing it (note: '2019-01-01')."),
       ubuntu + "python3-asyncssh any deferred\n"},
      {criterion("o",
                 "x package in jammy, while related to the CVE in some way, a decision has "
                 "been made to ignore this issue (note: 'y')."),
       ubuntu + "python3-asyncssh any will_not_fix\n"},
      {criterion("o", "x package in jammy is affected and may need fixing."),
       ubuntu + "python3-asyncssh undetermined\n"},
      {criterion("o", "x package in jammy is not affected", "negate=\"true\""),
       ubuntu + "python3-asyncssh not_affected\n"},
      {criterion("u",
                 "linux package in jammy was vulnerable but has been fixed (note: "
                 "'5.15.0-91.101')."),
       ubuntu + "source linux <5.15.0-91.101 fixed\n"},
      {criterion("u", "The 'linux' package in jammy is affected and needs fixing."),
       ubuntu + "source linux any not_fixed\n"},
      {criterion("u",
                 "firefox package in jammy was vulnerable and has been fixed, but no release "
                 "version available for it."),
       ubuntu + "source firefox not_affected\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.criterion);
    OvalDocument one = document;
    one.define("com.ubuntu.jammy:def:100", "inventory", "<title>Ubuntu 22.04</title>", "");
    one.define("com.ubuntu.jammy:def:1", "vulnerability", head,
               "<criteria><extend_definition definition_ref=\"oval:com.ubuntu.jammy:def:100\" "
               "comment=\"Ubuntu 22.04 LTS (jammy) is installed.\"/>" +
                   any_of(c.criterion) + "</criteria>");
    const Collector found = read(one);
    EXPECT_EQ(statements_of(found), c.want);
    EXPECT_EQ(notes_of(found), "");
    ASSERT_FALSE(found.records.empty());
    EXPECT_EQ(found.records[0].second.references, (std::vector<std::string>{"https://u"}));
    EXPECT_EQ(found.records[0].second.published_unix_s, 1702857600);
    EXPECT_EQ(found.records[0].second.cvss.size(), 1u);
  }
}

TEST(Oval, ReadsUbuntusPackages) {
  OvalDocument document("Canonical Package OVAL Generator");
  document
      .entry("linux:dpkginfo", "d", "<linux:name>libssh-4</linux:name>",
             OvalDocument::compared("less than", "0:0.9.6-2"))
      .entry("linux:dpkginfo", "o", "<linux:name>libssh-4</linux:name>");
  document.define(
      "com.ubuntu.jammy:def:1", "vulnerability",
      "<title>libssh</title><reference source=\"Package\" ref_id=\"libssh\"/>"
      "<affected><platform>Ubuntu 22.04 LTS</platform></affected><advisory>"
      "<cve priority=\"medium\" test_ref=\"d\">CVE-2023-1</cve>"
      "<cve priority=\"medium\" test_ref=\"o\">CVE-2023-2</cve></advisory>",
      any_of(
          criterion("d", "(CVE-2023-1) libssh package in jammy was vulnerable but has been fixed") +
          criterion("o", "(CVE-2023-2) libssh package in jammy is affected and needs fixing.")));
  const Collector found = read(document);
  EXPECT_EQ(statements_of(found),
            "oval/Ubuntu:22.04/pkg | CVE-2023-1 | CVE-2023-1 | libssh-4 <0.9.6-2 fixed\n"
            "oval/Ubuntu:22.04/pkg | CVE-2023-2 | CVE-2023-2 | libssh-4 any not_fixed\n");
}

TEST(Oval, ReadsDebianPhotonAndAzureLinux) {
  OvalDocument debian;
  debian
      .entry("linux:dpkginfo", "p", "<linux:name>php7.4</linux:name>",
             OvalDocument::compared("less than", "0:7.4.30-1"))
      .entry("linux:dpkginfo", "z", "<linux:name>zoo</linux:name>",
             OvalDocument::compared("less than", "0:0"))
      .entry("unix:uname", "all", "");
  const std::string on_debian = criterion("-", "Debian 11 is installed");
  debian
      .define("org.debian:def:1", "patch",
              "<title>DSA-5179-1 php7.4</title><reference source=\"CVE\" ref_id=\"CVE-2022-1\"/>"
              "<debian><date>2022-07-08</date></debian>",
              all_of(on_debian + any_of(all_of(criterion("all", "all architecture") +
                                               criterion("p", "php7.4 DPKG is earlier")))))
      .define("org.debian:def:2", "vulnerability",
              "<title>CVE-2022-2 zoo</title><reference source=\"CVE\" ref_id=\"CVE-2022-2\"/>",
              all_of(on_debian + criterion("z", "zoo DPKG is earlier than 0")));
  EXPECT_EQ(statements_of(read(debian)),
            "oval/Debian:11 | DSA-5179-1 | CVE-2022-1 | source php7.4 <7.4.30-1 fixed\n"
            "oval/Debian:11 | CVE-2022-2 | CVE-2022-2 | source zoo not_affected\n");

  OvalDocument photon;
  photon.earlier("a", "ansible", "0:2.14.12-1.ph5");
  photon.define("com.vmware.phsa:def:1", "patch",
                "<title>PHSA-2024:00001 ansible Security Update. (Important)</title>"
                "<reference source=\"PHSA\" ref_id=\"PHSA:00001:5.0:184\"/>"
                "<reference source=\"CVE\" ref_id=\"CVE:00001:CVE-2023-5115\"/>",
                all_of(criterion("-", "Photon OS 5 is installed") + criterion("a", "ansible")));
  EXPECT_EQ(
      statements_of(read(photon)),
      "oval/Photon OS:5.0 | PHSA-2024:00001 | CVE-2023-5115 | ansible <2.14.12-1.ph5 fixed\n");

  OvalDocument azure;
  azure.earlier("g", "gcc", "0:9.1.0-7.cm2")
      .package("s", "syslinux", OvalDocument::compared("less than or equal", "0:6.04-9.cm2"));
  const auto head = [](std::string_view patchable, int n) {
    return fmt::format(
        "<title>CVE-2022-{1}</title><affected><platform>CBL-Mariner</platform></affected>"
        "<reference source=\"CVE\" ref_id=\"CVE-2022-{1}\"/><patchable>{0}</patchable>"
        "<advisory_date>2023-04-07T04:59:49Z</advisory_date><severity>High</severity>",
        patchable, n);
  };
  azure
      .define("com.microsoft.cbl-mariner:def:1", "vulnerability", head("true", 1),
              all_of(criterion("g", "Package gcc is earlier than 9.1.0-7")))
      .define(
          "com.microsoft.cbl-mariner:def:2", "vulnerability", head("false", 2),
          all_of(criterion("s", "Package syslinux is installed with version 6.04-9 or earlier")))
      .define("com.microsoft.cbl-mariner:def:3", "vulnerability", head("Not Applicable", 3),
              all_of(criterion("g", "Package gcc is earlier than 9.1.0-7")));
  const Collector found = read(azure);
  EXPECT_EQ(
      statements_of(found),
      "oval/Azure Linux:2 | CVE-2022-1 | CVE-2022-1 | source gcc <9.1.0-7.cm2 fixed\n"
      "oval/Azure Linux:2 | CVE-2022-2 | CVE-2022-2 | source syslinux <=6.04-9.cm2 not_fixed\n"
      "oval/Azure Linux:2 | CVE-2022-3 | CVE-2022-3 | source gcc <9.1.0-7.cm2 not_affected\n");
  EXPECT_EQ(found.records[0].second.severity, Severity::high);
  EXPECT_EQ(found.records[0].second.published_unix_s, 1680825600);
}

TEST(Oval, CallsProductsByTheirEcosystem) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"AlmaLinux 9", "AlmaLinux:9"},
      {"Debian GNU/Linux 11", "Debian:11"},
      {"Open Enterprise Server 24.4", "SUSE:Open Enterprise Server 24.4"},
      {"Oracle Linux 8", "Oracle Linux:8"},
      {"Photon OS 5", "Photon OS:5.0"},
      {"Photon 1", "Photon OS:1.0"},
      {"Red Hat Enterprise Linux 9", "Red Hat:9"},
      {"SLE SDK 10 SP4 for X86-64", "SUSE:10.4"},
      {"SUSE Linux Enterprise Server 15", "SUSE:15"},
      {"SUSE Linux Enterprise Server 15-LTSS", "SUSE:15:LTSS"},
      {"SUSE Linux Enterprise Server 12 SP3-BCL", "SUSE:12.3:BCL"},
      {"SUSE Linux Enterprise Server for SAP Applications 15 SP1", "SUSE:15.1"},
      {"SUSE Linux Enterprise Server 10 SP4 for AMD64 and Intel EM64T", "SUSE:10.4"},
      {"SUSE Linux Enterprise Micro 5.5", "SUSE:Micro 5.5"},
      {"SUSE Linux Micro 6.1", "SUSE:Micro 6.1"},
      {"Ubuntu 22.04 LTS (jammy)", "Ubuntu:22.04"},
      {"Ubuntu Pro FIPS-updates 22.04 LTS", "Ubuntu:Pro:FIPS-updates:22.04"},
      {"openSUSE Leap 15.2", "openSUSE:Leap 15.2"},
      {"openSUSE Tumbleweed", "openSUSE:Tumbleweed"},
      {"suse102", "openSUSE:10.2"},
      {"sles10-sp4-sdk", "SUSE:10.4"},
      {"core9", "SUSE:9"},
      {"Azure Linux", ""},
      {"Red Hat CoreOS 4", ""},
      {"Red Hat Enterprise Linux", ""},
      {"Windows 7", ""},
      {"susefirewall", ""},
      {"", ""},
  };
  for (const auto& [product, want] : rows) EXPECT_EQ(oval_ecosystem(product), want) << product;
}

TEST(Oval, TellsFilesOfOneEcosystemApart) {
  struct Case {
    std::string_view why;
    std::string_view name_space;
    OvalCensus census;
    std::string_view want;
  };
  const Case cases[] = {
      {"all of Oracle's errata", "com.oracle.elsa", {.definitions = 9}, ""},
      {"a year's", "com.oracle.elsa", {.definitions = 9, .year = "2023"}, "2023"},
      {"one", "com.oracle.elsa", {.definitions = 1, .year = "2023"}, "ID"},
      {"another product's", "com.oracle.olamsa", {.definitions = 9}, "olamsa"},
      {"Red Hat's errata", "com.redhat.rhsa", {.definitions = 9, .year = "2023"}, ""},
      {"with what is not fixed",
       "com.redhat.cve",
       {.definitions = 1, .has_unpatched = true},
       "including-unpatched"},
      {"SUSE by CVE", "org.opensuse.security", {.definitions = 9}, "vulnerability"},
      {"with what is not fixed", "org.opensuse.security", {.has_affected = true}, "affected"},
      {"by erratum, of another product line",
       "org.opensuse.security",
       {.has_patches = true, .product_line = "Desktop"},
       "patch/Desktop"},
      {"Ubuntu's notices",
       "com.ubuntu.jammy",
       {.generator = "Canonical USN OVAL Generator"},
       "usn"},
      {"AlmaLinux", "org.almalinux.alsa", {.definitions = 1, .year = "2023"}, ""},
  };
  for (Case c : cases) {
    SCOPED_TRACE(c.why);
    c.census.name_space = c.name_space;
    const OvalVendor* vendor = find_oval_vendor(c.name_space);
    ASSERT_NE(vendor, nullptr);
    EXPECT_EQ(vendor->part(c.census, "ID"), c.want);
  }
  EXPECT_EQ(find_oval_vendor("com.tuxcare.clsa"), nullptr);
}

TEST(Oval, KnowsPatternsOfOnePackage) {
  EXPECT_EQ(package_of_pattern("^libssh-4(?::\\w+|)\\s+(.*)$"), "libssh-4");
  EXPECT_EQ(package_of_pattern("^libstdc\\+\\+6(?::\\w+|)\\s+(.*)$"), "libstdc++6");
  EXPECT_EQ(package_of_pattern("plain"), "plain");
  for (const std::string_view other : {"", "^", "^(a|b)$", "a.*b", "^[ab]\\s", "\\d"}) {
    EXPECT_FALSE(package_of_pattern(other)) << other;
  }
}

OvalDocument small() {
  OvalDocument document;
  document.earlier("a", "a", "0:2-1", "x86_64")
      .define(
          "com.oracle.elsa:def:20241", "patch", kElsa,
          all_of(criterion("-", "Oracle Linux 8 is installed") + criterion("a", "a is earlier")));
  return document;
}

TEST(Oval, RefusesWhatIsDamaged) {
  const std::string whole = small().text();
  for (std::size_t size = whole.find("<oval_definitions") + 18; size < whole.size() - 2; ++size) {
    Collector found;
    EXPECT_FALSE(found.read(std::string_view(whole).substr(0, size))) << size;
    EXPECT_TRUE(found.records.empty()) << "a part must not pass for the whole";
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] ^= 4;
    Collector found;
    (void)found.read(flipped);  // whatever it is, it ends
  }
  Collector found;
  const auto nobody =
      found.read(OvalDocument().define("org.example:def:1", "patch", "", all_of("")).text());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Code::unsupported);
  EXPECT_EQ(nobody.error().what, "oval: it is not known whose packages \"org.example\" speaks of");
  EXPECT_TRUE(found.read(OvalDocument().text())) << "no definitions at all";
  EXPECT_TRUE(found.records.empty());
}

TEST(Oval, BoundsWhatCriteriaComeTo) {
  OvalDocument document = small();
  std::string many;
  for (int n = 0; n < 1100; ++n) many += criterion("a", "a is earlier");
  document.define("com.oracle.elsa:def:20242", "patch", kElsa, all_of(any_of(many) + any_of(many)));
  document.define("com.oracle.elsa:def:20243", "patch", kElsa,
                  all_of(criterion("-", "Oracle Linux 9 is installed") + criterion("a", "a")));
  const Collector found = read(document);
  EXPECT_EQ(found.records.size(), 2u) << "the others stand";
  EXPECT_EQ(notes_of(found),
            "oval: oval:com.oracle.elsa:def:20242: the criteria come to more than 1048576 terms\n");
}

TEST(Oval, ImportsOfSeveralFilesKeepAllFeeds) {
  const Scratch scratch;
  const std::string folder = scratch.path() + "/store";
  const std::string all = scratch.put("all.xml", [] {
    OvalDocument document = small();
    document.define("com.oracle.elsa:def:20231", "patch", kElsa,
                    all_of(criterion("-", "Oracle Linux 8 is installed") + criterion("a", "a")));
    return document.text();
  }());
  const std::string one = scratch.put("one.xml", small().text());
  const auto result = import_paths(folder, {all, one}, quiet_context());
  ASSERT_TRUE(result) << result.error().what;
  std::vector<std::string> names;
  for (const FeedInfo& feed : result->feeds) names.push_back(feed.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"oval/Oracle Linux:8", "oval/Oracle Linux:8/ELSA-2024-1"}));
  EXPECT_TRUE(result->notes.empty());
}

}  // namespace
}  // namespace bulkhead::advisory
