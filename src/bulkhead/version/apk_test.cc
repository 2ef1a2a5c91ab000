#include "bulkhead/version/apk.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"
#include "bulkhead/version/tool_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& apk() { return *find_scheme("apk"); }

// Each row was checked with apk-tools 2.14.4.
constexpr Row kRows[] = {
    {"1.0_alpha", '<', "1.0_beta", "suffixes: alpha < beta"},
    {"1.0_beta", '<', "1.0_pre", "beta < pre"},
    {"1.0_pre", '<', "1.0_rc", "pre < rc"},
    {"1.0_rc", '<', "1.0", "rc < none"},
    {"1.0", '<', "1.0_cvs", "none < cvs"},
    {"1.0_cvs", '<', "1.0_svn", "cvs < svn"},
    {"1.0_svn", '<', "1.0_git", "svn < git"},
    {"1.0_git", '<', "1.0_hg", "git < hg"},
    {"1.0_hg", '<', "1.0_p", "hg < p"},
    {"1.0_rc1", '<', "1.0-r0", "a pre-release is before every revision"},
    {"1.0_rc", '<', "1.0_rc0", "a suffix without number is before number 0"},
    {"1.0_rc2", '<', "1.0_rc10", "suffix numbers are numbers"},
    {"1.0_rc01", '=', "1.0_rc1", "suffix numbers are no fractions"},
    {"1.0_p1", '>', "1.0-r9", "a post-release is after every revision"},
    {"1.0_alpha_p1", '>', "1.0_alpha", "several suffixes"},
    {"1.0_p1_rc1", '<', "1.0_p1", "a pre-release of a post-release"},
    {"1.0_p", '<', "1.0_p_p", "a suffix after a suffix without number"},
    {"1_", '=', "1_cvs", "an empty suffix has the value of the first one"},
    {"1.0", '<', "1.0-r0", "no revision is before revision 0"},
    {"1.0-r9", '<', "1.0-r10", "revisions are numbers"},
    {"1-r1", '=', "1-r01", "and no fractions"},
    {"1-r", '=', "1-r0", "a revision without number is 0"},
    {"1-r1-r2", '>', "1-r1-r1", "apk takes several revisions"},
    {"1.0a", '>', "1.0", "a letter is more than the end"},
    {"1.0a", '<', "1.0b", "letters in their order"},
    {"1.0a", '>', "1.0_p9", "a letter is more than a post-release"},
    {"1.0a", '<', "1.0.0", "and less than one more number"},
    {"6.6.2p1", '<', "6.6.2p2", "a number after a letter"},
    {"6.6.2p1", '>', "6.6.2_p2", "p as a letter is not the suffix _p"},
    {"1.0a01", '=', "1.0a1", "a number after a letter is no fraction"},
    {"1.0a1b2", '<', "1.0a1b3", "letters and numbers may go on"},
    {"1.0a1.2", '>', "1.0a1.1", "and dots after them"},
    {"1.9", '<', "1.10", "numbers are numbers"},
    {"1", '<', "1.0", "one more number is more"},
    {"01", '=', "1", "the first number is no fraction"},
    {"00.1", '=', "0.1", "the first number, again"},
    {"2.15.05", '<', "2.15.4", "a zero in front makes a fraction"},
    {"2.15.05", '<', "2.15.06", "fractions with as many zeros compare as numbers"},
    {"2.15.05", '<', "2.15.5", "a fraction is less than the number"},
    {"8.2.0", '>', "8.2.001", "each zero more is less"},
    {"8.2.0015", '>', "8.2.002", "after as many zeros, 15 is more than 2"},
    {"1.00", '<', "1.0", "zeros alone are fractions, too"},
    {"1.0", '<', "1.05", "zero is before the other fractions with one zero"},
    {"1.0.5", '<', "1.05", "0 then a dot is less than 05"},
    {".1", '<', "1", "no first number is 0"},
    {".1", '=', "0.1", "no first number is 0, again"},
    {"0...1...0", '<', "0...1...1", "no number between dots"},
    {"0..8", '>', "0.0.8", "nothing between dots is the number 0, and more than a 0 there"},
    {"1.", '<', "1.0", "a dot at the end is less than a zero after it"},
    {"0.8.21.r2", '>', "0.8.21r2", "a letter after a dot without number"},
    {"a", '<', "b", "letters alone"},
    {"20060720", '>', "1.1", "dates"},
};

// apk 2.14 counts in an int: it calls 99999999999999999999 less than 1.
constexpr Row kLongNumbers[] = {
    {"99999999999999999999", '>', "1", "numbers beyond 64 bits"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "after a dot"},
    {"1-r4294967296", '>', "1-r1", "revisions beyond 32 bits"},
};

constexpr BadRow kRefused[] = {
    {"", "empty: nothing was said (apk itself takes it)"},
    {"1.0_foo", "no such suffix"},
    {"1.0_pr", "p is a suffix, but no r may follow"},
    {"1.0_p1.2", "a dot after a suffix's number"},
    {"1.0_p1a", "a letter after a suffix's number"},
    {"1.0_p-", "a dash without r"},
    {"1-", "a dash without r"},
    {"1-1", "a dash without r"},
    {"1-r1a", "a letter after the revision"},
    {"1-rr", "a letter for the revision's number"},
    {"1-r1_p2", "a suffix after the revision"},
    {"1-r1.2", "a dot after the revision"},
    {"1.0ab", "two letters"},
    {"1.0a.1", "a dot after a letter"},
    {"A", "an upper-case letter"},
    {"1.0A", "an upper-case letter"},
    {"1~abc", "a commit, which apk-tools 3 knows"},
    {"1.0 ", "a space"},
    {"1:1", "an epoch"},
    {"1.0+1", "a plus"},
    {"1\xc3\xa9", "a byte above 0x7f"},
    {std::string_view("1\0", 2), "a NUL"},
};

constexpr std::string_view kPieces[] = {
    "0",   "1",   "2",    "10",  "01",     "00",   ".",     ".",    ".0",  ".00", ".05",
    "-r0", "-r",  "-r1",  "_rc", "_alpha", "_p",   "_git",  "_hg",  "_",   "a",   "b",
    "p",   "_p1", "_rc2", "1.0", "1.",     "_pre", "_beta", "_cvs", "_svn"};

TEST(ApkVersion, Order) { testing::expect_rows(apk(), kRows); }
TEST(ApkVersion, NumbersDoNotOverflow) { testing::expect_rows(apk(), kLongNumbers); }
TEST(ApkVersion, Refuses) { testing::expect_refused(apk(), kRefused); }
TEST(ApkVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(apk(), 4000); }
TEST(ApkVersion, IsAnOrder) { testing::expect_order_laws(apk(), kPieces, 100'000); }
TEST(ApkVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(apk()); }

TEST(ApkVersion, TakesLongVersions) {
  testing::expect_long_versions_work(apk(), "0", "1.");
  testing::expect_long_versions_work(apk(), "9", "1");
  testing::expect_long_versions_work(apk(), ".0", "1");
  testing::expect_long_versions_work(apk(), "_p1", "1");
  testing::expect_long_versions_work(apk(), "-r1", "1");
}

TEST(ApkVersion, SaysWhereAVersionWentWrong) {
  const auto checked = check_apk("1.2-x");
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().offset, 3U);
}

std::optional<char> ask_apk(const std::string& a, const std::string& b) {
  const auto answer = testing::run_tool({"apk", "version", "-t", a, b});
  if (!answer || answer->output.empty()) return std::nullopt;
  return answer->output.front();
}

TEST(ApkVersion, AgreesWithApk) {
  const auto banner = testing::run_tool({"apk", "--version"});
  if (!banner || !banner->output.starts_with("apk-tools 2.14.")) {
    GTEST_SKIP() << "no apk-tools 2.14 here";
  }
  for (const Row& row : kRows) {
    EXPECT_EQ(ask_apk(std::string(row.a), std::string(row.b)), row.sign) << row.a << " " << row.b;
  }
  // `apk version --check` prints the versions that it refuses.
  for (const BadRow& row : kRefused) {
    if (row.version.empty() || row.version.contains('\0')) continue;
    const auto answer = testing::run_tool({"apk", "version", "-c", std::string(row.version)});
    EXPECT_EQ(answer->output, std::string(row.version) + "\n");
  }
  testing::NearVersions versions(apk(), kPieces);
  for (int i = 0; i < 500; ++i) {
    const auto [a, b] = versions.group<2>();
    // apk takes what starts with "-" for an option.
    if (a.starts_with('-') || b.starts_with('-')) continue;
    EXPECT_EQ(ask_apk(a, b), testing::sign_of(apk(), a, b)) << a << " " << b;
    const auto answer = testing::run_tool({"apk", "version", "-c", a});
    EXPECT_EQ(answer->output, "") << "apk refuses " << a;
  }
}

}  // namespace
}  // namespace bulkhead::version
