#include "bulkhead/match/signed_kernel.h"

#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

TEST(SignedKernel, IsHeldAgainstTheSourceThatIsSigned) {
  struct Row {
    std::string source, source_version, version, architecture;
    std::string want;  // source and version; empty: no such package
    std::string_view why;
  };
  const Row rows[] = {
      {"linux-signed-amd64", "6.1.176+1", "6.1.176-1", "amd64", "linux 6.1.176-1", "Debian"},
      {"linux-signed-6.12-amd64", "6.12.100+1~deb12u1", "6.12.100-1~deb12u1", "amd64",
       "linux-6.12 6.12.100-1~deb12u1", "a backported branch"},
      {"linux-signed", "5.15.0-91.101", "5.15.0-91.101", "amd64", "linux 5.15.0-91.101", "Ubuntu"},
      {"linux-signed-aws", "5.15.0-1051.56", "5.15.0-1051.56", "arm64", "linux-aws 5.15.0-1051.56",
       "a flavour of Ubuntu's"},
      {"linux-signed-amd64", "6.1.176+1", "6.1.176-1", "", "linux-amd64 6.1.176-1",
       "without an architecture nothing is cut off"},
      {"linux", "6.1.176-1", "6.1.176-1", "amd64", "", "the source itself"},
      {"linux-signedness", "1-1", "1-1", "amd64", "", "another name that begins so"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Package package;
    package.id = "a";
    package.name = "linux-image";
    package.source_name = row.source;
    package.source_version = row.source_version;
    package.version = row.version;
    package.architecture = row.architecture;
    const std::optional<Package> got = with_kernel_source(package);
    EXPECT_EQ(got ? got->match_name() + " " + got->match_version() : "", row.want);
    if (got) {
      EXPECT_EQ(got->id, "a");
    }
  }
}

}  // namespace
}  // namespace bulkhead::match
