#include "bulkhead/advisory/row_codec.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

Advisory example() {
  Advisory advisory{.id = "A-1", .cves = {"CVE-2020-1"}, .aliases = {"GHSA-x", ""}};
  advisory.severity = Severity::critical;
  advisory.cvss = {{"3.1", "CVSS:3.1/AV:N", 9.8, "GHSA"}, {"4.0", "CVSS:4.0/AV:N", 0, ""}};
  AffectedPackage affected{.ecosystem = "Debian:12", .name = "curl", .ranges = {}};
  affected.ranges = {{"0", "1.2-3", ""}, {"2", "", std::string(300, '9')}, {"3", "", ""}};
  affected.versions = {"1", "2", std::string("with\0nul", 8)};
  affected.status = AffectedStatus::undetermined;
  affected.fix_state = FixState::end_of_life;
  affected.severity = Severity::low;
  affected.repository = "main";
  affected.names = NameKind::binary;
  affected.module = "nodejs:18";
  affected.architectures = {"x86_64", "aarch64"};
  advisory.epss = Epss{0.5, 0.987654};
  advisory.is_malicious = true;
  advisory.affected = {affected};
  return advisory;
}

TEST(RowCodec, GivesBackWhatWasPutIn) {
  const Advisory advisory = example();
  const AffectedPackage& want = advisory.affected[0];
  Statement got;
  ASSERT_TRUE(decode_statement(encode_statement(advisory, want), got));
  EXPECT_EQ(got.cves, advisory.cves);
  EXPECT_EQ(got.aliases, advisory.aliases);
  EXPECT_EQ(got.advisory_severity, advisory.severity);
  EXPECT_EQ(got.affected.ranges, want.ranges);
  EXPECT_EQ(got.affected.versions, want.versions);
  EXPECT_EQ(got.affected.status, want.status);
  EXPECT_EQ(got.affected.fix_state, want.fix_state);
  EXPECT_EQ(got.affected.severity, want.severity);
  EXPECT_EQ(got.affected.repository, want.repository);
  EXPECT_EQ(got.affected.names, want.names);
  EXPECT_EQ(got.affected.module, want.module);
  EXPECT_EQ(got.affected.architectures, want.architectures);
  EXPECT_TRUE(got.is_malicious);
  ASSERT_TRUE(got.epss);
  EXPECT_DOUBLE_EQ(got.epss->score, 0.5);
  EXPECT_DOUBLE_EQ(got.epss->percentile, 0.987654);
  ASSERT_EQ(got.cvss.size(), 2u);
  EXPECT_EQ(got.cvss[0].vector, "CVSS:3.1/AV:N");
  EXPECT_EQ(got.cvss[0].version, "3.1");
  EXPECT_EQ(got.cvss[0].source, "GHSA");
  EXPECT_DOUBLE_EQ(got.cvss[0].score, 9.8);
  EXPECT_EQ(got.cvss[1].score, 0);
  const std::vector<std::string> texts = {"a", "", std::string(1000, 'x')};
  EXPECT_EQ(decode_texts(encode_texts(texts)), texts);
}

TEST(RowCodec, SurvivesDamage) {
  const std::string good = encode_statement(example(), example().affected[0]);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Statement statement;
    EXPECT_FALSE(decode_statement(good.substr(0, i), statement)) << "cut at " << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      Statement other;
      if (!decode_statement(bad, other)) continue;
      EXPECT_LE(static_cast<int>(other.affected.fix_state),
                static_cast<int>(FixState::end_of_life));
      EXPECT_LE(static_cast<int>(other.advisory_severity), static_cast<int>(Severity::critical));
    }
  }
  Statement statement;
  EXPECT_FALSE(decode_statement(good + "x", statement)) << "bytes behind the row";
  // A count far beyond the bytes that are there takes no memory.
  EXPECT_FALSE(decode_texts("\xff\xff\xff\xff\xff\xff\xff\x7f"));
}

}  // namespace
}  // namespace bulkhead::advisory
