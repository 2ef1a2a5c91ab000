#include "bulkhead/match/words.h"

#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

struct Row {
  FixState state;
  Confidence confidence;
  PackageType type;
  std::string_view want, why;
};

constexpr Row kRows[] = {
    {FixState::fixed, Confidence::certain, PackageType::deb,
     "upgrade openssl to 1.2; in a Dockerfile: RUN apt-get update && apt-get install -y "
     "--only-upgrade libssl3",
     "deb"},
    {FixState::fixed, Confidence::likely, PackageType::apk,
     "upgrade openssl to 1.2; in a Dockerfile: RUN apk add --no-cache --upgrade libssl3", "apk"},
    {FixState::fixed, Confidence::certain, PackageType::rpm,
     "upgrade openssl to 1.2; in a Dockerfile: RUN dnf upgrade -y libssl3", "rpm"},
    {FixState::fixed, Confidence::certain, PackageType::opkg,
     "upgrade openssl to 1.2; in a Dockerfile: RUN opkg update && opkg upgrade libssl3", "opkg"},
    {FixState::fixed, Confidence::certain, PackageType::alpm,
     "upgrade openssl to 1.2; in a Dockerfile: RUN pacman -Syu --noconfirm", "alpm"},
    {FixState::fixed, Confidence::certain, PackageType::bitnami, "upgrade openssl to 1.2",
     "bitnami"},
    {FixState::not_fixed, Confidence::certain, PackageType::deb,
     "no fix yet for openssl in this release", "open"},
    {FixState::will_not_fix, Confidence::certain, PackageType::deb,
     "the distribution will not fix openssl in this release: move to a newer release, or remove "
     "the package",
     "ignored"},
    {FixState::deferred, Confidence::certain, PackageType::deb,
     "the distribution has put off the fix for openssl: it may come with a later update of this "
     "release",
     "postponed"},
    {FixState::end_of_life, Confidence::certain, PackageType::deb,
     "openssl is no longer supported in this release: move to a newer release, or remove the "
     "package",
     "end of life"},
    {FixState::unknown, Confidence::certain, PackageType::deb,
     "no fix is known for openssl in this release", "unknown"},
    {FixState::unknown, Confidence::possible, PackageType::deb,
     "the distribution has not decided yet whether openssl is affected", "undetermined"},
};

TEST(Words, SayWhatToDo) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    Package package;
    package.name = "libssl3";
    package.source_name = "openssl";
    package.type = row.type;
    Vulnerability vulnerability;
    vulnerability.fix_state = row.state;
    vulnerability.confidence = row.confidence;
    if (row.state == FixState::fixed) vulnerability.fixed_version = "1.2";
    EXPECT_EQ(remediation_of(vulnerability, package), row.want);
  }
}

TEST(Words, WriteCommandsForPlainNamesOnly) {
  for (const std::string name : {"a b", "a;b", "-y", "$(x)", "a\nb", "", "a/b", "\xff"}) {
    Package package;
    package.name = name;
    Vulnerability vulnerability;
    vulnerability.fix_state = FixState::fixed;
    EXPECT_EQ(remediation_of(vulnerability, package).find("RUN"), std::string::npos) << name;
  }
}

TEST(Words, KeepTheFirstAndAddReferences) {
  Words words;
  add_words(words, {"", "", {"r1"}, 0, 0});
  add_words(words, {"first", "", {"r1", "r2"}, 0, 0});
  add_words(words, {"second", "detail", {}, 0, 0});
  EXPECT_EQ(words.title, "first");
  EXPECT_EQ(words.detail, "detail");
  EXPECT_EQ(words.references, (std::vector<std::string>{"r1", "r2"}));
}

}  // namespace
}  // namespace bulkhead::match
