#include "bulkhead/match/module.h"

#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

struct Row {
  std::string_view module;   // of the statement
  std::string_view fixed;    // its fix; empty: none
  std::string_view label;    // of the package
  std::string_view version;  // of the package
  ModuleFit want;
  std::string_view why;
};

constexpr Row kRows[] = {
    {"", "1-2.el8", "", "1-1.el8", ModuleFit::yes, "no module anywhere"},
    {"", "", "", "1-1.el8", ModuleFit::yes, "no fix either"},
    {"", "1-2.el8", "", "1-1.module+el8+1+2", ModuleFit::no, "a package of a module, by its mark"},
    {"", "1-2.el8", "a:1", "1-1.el8", ModuleFit::no, "by its label"},
    {"", "", "a:1", "1-1.module_el8+1+2", ModuleFit::no, "a state of no stream"},
    {"", "1-2.module_el8+1+2", "", "1-1.el8", ModuleFit::no, "a fix of a module"},
    {"a:1", "", "", "1-1.el8", ModuleFit::no, "a state of a stream"},
    {"nodejs:18", "18.9-2.module+el8+1+2", "nodejs:18", "18.1-1.module+el8+1+2", ModuleFit::yes,
     "the same stream"},
    {"nodejs:18", "", "nodejs:18", "18.1-1.module+el8+1+2", ModuleFit::yes, "and no fix"},
    {"nodejs:20", "20.9-2.module+el8+1+2", "nodejs:18", "18.1-1.module+el8+1+2", ModuleFit::no,
     "another stream"},
    {"virt:rhel", "1-2.module+el8+1+2", "virt-devel:rhel", "1-1.module+el8+1+2", ModuleFit::no,
     "another module"},
    {"", "18.9-2.module_el8+1+2", "nodejs:18", "18.1-1.module_el8+1+2", ModuleFit::yes,
     "the label's stream is the version's"},
    {"", "20.9-2.module_el8+1+2", "nodejs:18", "18.1-1.module_el8+1+2", ModuleFit::no,
     "a fix of another stream by its version"},
    {"", "3:10.30.1-2.module_el8+1+2", "mariadb:10.3", "3:10.3.39-1.module_el8+1+2", ModuleFit::no,
     "10.30 is not of 10.3"},
    {"mariadb:10.3", "3:10.3.39-2.module_el8+1+2", "", "3:10.3.28-1.module_el8+1+2", ModuleFit::yes,
     "the statement's stream, a package without a label"},
    {"mariadb:10.5", "3:10.5.9-2.module_el8+1+2", "", "3:10.3.28-1.module_el8+1+2", ModuleFit::no,
     "another"},
    {"", "1.20.1-2.module_el8+1+2", "go-toolset:rhel8", "1.17.1-1.module_el8+1+2",
     ModuleFit::likely, "a stream that is no version"},
    {"", "4.1-2.module_el8+1+2", "container-tools:rhel8", "3.1-1.module_el8+1+2", ModuleFit::no,
     "of another first number"},
    {"", "1-2.module_el8+1+2", "", "1-1.module_el8+1+2", ModuleFit::likely, "nobody names it"},
    {"", "2-2.module_el8+1+2", "", "1-1.module_el8+1+2", ModuleFit::no, "another number"},
    {"a:1", "", "", "1-1.module_el8+1+2", ModuleFit::likely, "no version to go by"},
};

TEST(Module, FitsStreamsAlone) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    AffectedPackage affected;
    affected.module = row.module;
    affected.ranges = {{.fixed = std::string(row.fixed)}};
    Package package;
    package.type = PackageType::rpm;
    package.version = row.version;
    package.rpm = std::make_shared<const RpmOrigin>(RpmOrigin{std::string(row.label), {}});
    EXPECT_EQ(fit_module(affected, package, package.version), row.want);
  }
}

TEST(Module, FitsExtrasOfAmazonByTheirVersion) {
  struct Extra {
    std::string_view id, fixed, version;
    ModuleFit want;
    std::string_view why;
  };
  constexpr Extra kExtras[] = {
      {"ALAS2-2018-939", "4.14.2-1.amzn2", "4.9.1-1.amzn2", ModuleFit::yes, "no extra"},
      {"ALAS2022-2021-001", "5.15.2-1", "5.10.1-1", ModuleFit::yes, "another Amazon Linux"},
      {"ALAS2KERNEL-5.15-2022-001", "5.15.2-1", "5.15.1-1", ModuleFit::yes, "the topic's kernel"},
      {"ALAS2KERNEL-5.15-2022-001", "5.15.2-1", "4.14.1-1", ModuleFit::no, "the system's kernel"},
      {"ALAS2KERNEL-5.15-2022-001", "5.15.2-1", "5.10.1-1", ModuleFit::no, "another topic's"},
      {"ALAS2PHP8.2-2023-001", "8.2.9-1", "8.2.1-1", ModuleFit::yes, "a version right behind"},
      {"ALAS2PHP8.2-2023-001", "8.2.9-1", "5.4.16-1", ModuleFit::no, "the system's"},
      {"ALAS2CORRETTO8-2023-001", "1:1.8.0_9-1", "1:1.8.0_1-1", ModuleFit::likely,
       "the topic's version is not the package's"},
      {"ALAS2DOCKER-2021-001", "25.0-1", "20.1-1", ModuleFit::yes, "a topic without a version"},
      {"ALAS2KERNEL", "5.15.2-1", "4.14.1-1", ModuleFit::yes, "half an id"},
      {"ALAS2", "2-1", "1-1", ModuleFit::yes, "less"},
  };
  for (const Extra& row : kExtras) {
    SCOPED_TRACE(row.why);
    AffectedPackage affected;
    affected.ranges = {{.fixed = std::string(row.fixed)}};
    EXPECT_EQ(fit_extra(row.id, affected, row.version), row.want);
  }
}

TEST(Module, CutsTheMarkOff) {
  EXPECT_EQ(without_module_mark("1-2.module+el8+1+2"), "1-2");
  EXPECT_EQ(without_module_mark("1-2.module_el8+1+2"), "1-2");
  EXPECT_EQ(without_module_mark("1-2.el8"), "1-2.el8");
}

}  // namespace
}  // namespace bulkhead::match
