#include "bulkhead/pending/offers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::pending {
namespace {

Package installed(PackageType type, std::string name, std::string version,
                  std::string architecture) {
  Package package;
  package.type = type;
  package.name = std::move(name);
  package.version = std::move(version);
  package.architecture = std::move(architecture);
  package.id = package.name + "@" + package.version + ":" + package.architecture;
  return package;
}

Offer offer(std::uint32_t source, std::string version, std::string architecture = "amd64",
            std::string name = "a") {
  Offer made;
  made.source = source;
  made.name = std::move(name);
  made.version = std::move(version);
  made.architecture = std::move(architecture);
  return made;
}

/// "VERSION SOURCE [security]" of each update.
std::vector<std::string> rows_of(const std::vector<PendingUpdate>& updates) {
  std::vector<std::string> rows;
  for (const PendingUpdate& u : updates) {
    rows.push_back(u.candidate_version + " " + u.source + (u.is_security ? " security" : ""));
  }
  return rows;
}

// Sources 0 to 3 of the cases of apt.
const std::vector<Source> kApt = {{PackageType::deb, "main"},
                                  {PackageType::deb, "security", 500, true},
                                  {PackageType::deb, "backports", 100},
                                  {PackageType::deb, "experimental", 1}};

struct AptRow {
  std::string installed;
  std::vector<Offer> offers;
  std::vector<std::string> updates;
  std::string_view why;
};

// Each as apt-cache policy has it with such sources (apt_preferences(5)).
TEST(ChooseUpdates, DoesAsApt) {
  const std::vector<AptRow> kRows = {
      {"1-1", {offer(0, "1-1")}, {}, "what is installed is the newest"},
      {"1-1", {offer(0, "1-2")}, {"1-2 main"}, "newer"},
      {"1-2", {offer(0, "1-1")}, {}, "never lower"},
      {"1-1", {offer(0, "1-2"), offer(1, "1-3")}, {"1-3 security security"}, "the highest wins"},
      {"1-1",
       {offer(0, "1-3"), offer(1, "1-2")},
       {"1-3 main security"},
       "the fix on the way counts"},
      {"1-2", {offer(0, "1-3"), offer(1, "1-2")}, {"1-3 main"}, "a fix that is installed does not"},
      {"1-1",
       {offer(0, "1-2"), offer(1, "1-2")},
       {"1-2 security security"},
       "the security suite is named where both have it"},
      {"1-1", {offer(0, "1-1"), offer(2, "2-1")}, {}, "backports are not taken over a release"},
      {"1-1",
       {offer(2, "2-1")},
       {"2-1 backports"},
       "but over what no release has: both count 100, the higher wins"},
      {"2-1~bpo1",
       {offer(0, "1-1"), offer(2, "2-1~bpo2")},
       {"2-1~bpo2 backports"},
       "from backports on to its next"},
      {"1-1", {offer(3, "2-1")}, {}, "experimental never by itself"},
      {"1-1",
       {offer(0, "1-2"), offer(2, "2-1"), offer(3, "3-1")},
       {"1-2 main"},
       "the highest priority, not the highest version"},
      {"1-1",
       {offer(2, "1-1"), offer(0, "1-0"), offer(2, "1-5")},
       {"1-5 backports"},
       "the release has a lower one only"},
      {"1:1-1", {offer(0, "9-1")}, {}, "epochs"},
      {"1~rc1-1", {offer(0, "1-1")}, {"1-1 main"}, "a tilde is lower"},
      {"1-1", {offer(0, "1-2", "arm64")}, {}, "another architecture"},
      {"1-1", {offer(0, "1-2", "all")}, {"1-2 main"}, "one for all architectures"},
  };
  for (const AptRow& row : kRows) {
    SCOPED_TRACE(row.why);
    const std::vector<Package> packages = {installed(PackageType::deb, "a", row.installed, "amd64"),
                                           installed(PackageType::deb, "dpkg", "1", "amd64")};
    EXPECT_EQ(rows_of(choose_updates(packages, {kApt, row.offers})), row.updates);
  }
}

TEST(ChooseUpdates, KeepsArchitecturesApart) {
  const std::vector<Package> packages = {installed(PackageType::deb, "a", "1", "amd64"),
                                         installed(PackageType::deb, "a", "1", "i386"),
                                         installed(PackageType::deb, "b", "1", "all"),
                                         installed(PackageType::deb, "dpkg", "1", "amd64")};
  const std::vector<Offer> offers = {offer(0, "2", "i386"), offer(0, "3", "amd64", "b"),
                                     offer(0, "9", "i386", "b")};
  const auto updates = choose_updates(packages, {kApt, offers});
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].package_id, "a@1:i386");
  EXPECT_EQ(updates[1].package_id, "b@1:all");
  EXPECT_EQ(updates[1].candidate_version, "3");
}

TEST(ChooseUpdates, DoesAsApk) {
  const std::vector<Source> sources = {{PackageType::apk, "main"}, {PackageType::apk, "community"}};
  const std::vector<Package> packages = {installed(PackageType::apk, "a", "1.2-r0", "x86_64")};
  const auto choose = [&](std::vector<Offer> offers) {
    return rows_of(choose_updates(packages, {sources, std::move(offers)}));
  };
  EXPECT_EQ(choose({offer(0, "1.2-r1"), offer(1, "1.10-r0"), offer(0, "1.9-r0")}),
            (std::vector<std::string>{"1.10-r0 community"}));
  EXPECT_EQ(choose({offer(0, "1.2-r0"), offer(1, "1.2_rc1-r5")}), std::vector<std::string>());
}

TEST(ChooseUpdates, DoesAsRpm) {
  const std::vector<Source> sources = {{PackageType::rpm, "base", -99},
                                       {PackageType::rpm, "extra", -99},
                                       {PackageType::rpm, "preferred", -10}};
  struct Row {
    std::string module;
    std::vector<Offer> offers;
    std::vector<std::string> updates;
    std::string_view why;
  };
  const auto of_module = [](Offer made, std::string module) {
    made.module = std::move(module);
    return made;
  };
  const auto notice = [](Offer made) {
    made.is_security = made.is_notice = true;
    return made;
  };
  const std::vector<Row> kRows = {
      {"", {offer(0, "1-2", "x86_64"), offer(1, "1-10", "x86_64")}, {"1-10 extra"}, "the highest"},
      {"",
       {offer(0, "9-1", "x86_64"), offer(2, "1-3", "x86_64")},
       {"1-3 preferred"},
       "the repository with the smallest priority has it"},
      {"", {offer(0, "1-2", "i686")}, {}, "another architecture"},
      {"", {offer(0, "1-2", "noarch")}, {"1-2 base"}, "one for all"},
      {"",
       {offer(0, "1-3", "x86_64"), notice(offer(0, "1-2", "x86_64"))},
       {"1-3 base security"},
       "a security update on the way, itself gone from the repository"},
      {"",
       {offer(0, "1-3", "x86_64"), notice(offer(0, "1-1", "x86_64"))},
       {"1-3 base"},
       "one that is installed"},
      {"", {notice(offer(0, "1-2", "x86_64"))}, {}, "a notice is no package"},
      {"", {of_module(offer(0, "2-1", "x86_64"), "a:2")}, {}, "a stream that is not in use"},
      {"a:2",
       {of_module(offer(0, "2-1", "x86_64"), "a:2"), of_module(offer(0, "3-1", "x86_64"), "a:3"),
        offer(0, "4-1", "x86_64")},
       {"2-1 base"},
       "the stream in use"},
      {"a:2", {of_module(offer(0, "5-1", "x86_64"), "*")}, {"5-1 base"}, "module_hotfixes"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    Package package = installed(PackageType::rpm, "a", "1-1", "x86_64");
    if (!row.module.empty()) {
      package.rpm = std::make_shared<RpmOrigin>(RpmOrigin{row.module, ""});
    }
    EXPECT_EQ(rows_of(choose_updates({&package, 1}, {sources, row.offers})), row.updates);
  }
}

TEST(ChooseUpdates, ComparesTheHighestOfSeveralKernels) {
  const std::vector<Source> sources = {{PackageType::rpm, "base", -99}};
  const std::vector<Package> packages = {installed(PackageType::rpm, "a", "5-10", "x86_64"),
                                         installed(PackageType::rpm, "a", "5-9", "x86_64")};
  EXPECT_EQ(choose_updates(packages, {sources, {offer(0, "5-10", "x86_64")}}).size(), 0u);
  const auto updates = choose_updates(packages, {sources, {offer(0, "5-11", "x86_64")}});
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].installed_version, "5-10");
}

}  // namespace
}  // namespace bulkhead::pending
