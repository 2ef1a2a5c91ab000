#include "bulkhead/policy/ignore.h"

#include <gtest/gtest.h>

#include "bulkhead/policy/policy_test_data.h"

namespace bulkhead::policy {
namespace {

struct Row {
  std::string_view name;
  std::string_view text;
  std::string_view want;  // letters of policy_test_data.h
  std::string_view why;
  std::string_view now = "2026-06-30T12:00:00Z";
};

constexpr std::string_view kOurs = ".bulkheadignore";
constexpr std::string_view kPlain = ".trivyignore";
constexpr std::string_view kYaml = ".trivyignore.yaml";

// The truth table of ignore entries: what each suppresses of the sample report.
const Row kRows[] = {
    // ids
    {kOurs, "- id: CVE-2023-0001", "ab", "an id, whatever the package"},
    {kOurs, "- id: cve-2023-0001", "ab", "case does not matter"},
    {kOurs, "- id: [CVE-2023-0001, CVE-2024-1000]", "abd", "a list of ids"},
    {kOurs, "- id: CVE-2023-*", "abc", "a glob"},
    {kOurs, "- id: CVE-2023-000?", "abc", "one byte"},
    {kOurs, "- id: '*'", "abcdes", "everything, the system's end of support, too"},
    {kOurs, "- id: CVE-2023", "", "no prefix match without a glob"},
    {kOurs, "- id: CVE-2023-00011", "", "nor a longer one"},
    {kOurs, "- id: GHSA-aaaa-bbbb-cccc", "ab", "an alias where the finding is the CVE"},
    {kOurs, "- id: DSA-5001-1", "abc", "an advisory of several CVEs"},
    {kOurs, "- id: DEBIAN-CVE-2024-1000", "d", "an advisory that is no alias"},
    {kOurs, "- id: DSA-6000-1", "e", "an advisory without a CVE"},
    {kOurs, "- id: os-end-of-life", "s", "a finding of no package"},
    {kOurs, "", "", "an empty file"},
    {kOurs, "# only a comment\n", "", "a file of comments"},
    // purls
    {kOurs, "- purl: pkg:deb/debian/curl", "ce", "no version: all versions, any architecture"},
    {kOurs, "- purl: pkg:deb/debian/curl?arch=i386", "e", "a qualifier that is listed must fit"},
    {kOurs, "- purl: pkg:deb/debian/curl?arch=arm64", "", "and does not"},
    {kOurs, "- purl: pkg:deb/debian/curl?arch=amd64&distro=debian-11", "c", "both of two"},
    {kOurs, "- purl: pkg:deb/debian/curl?epoch=1", "", "a qualifier that is not there"},
    {kOurs, "- purl: pkg:deb/debian/curl@7.74.0-1.3+deb11u1", "ce", "a version, not encoded"},
    {kOurs, "- purl: pkg:deb/debian/curl@7.74.0-1.3%2Bdeb11u1", "ce", "a version, encoded"},
    {kOurs, "- purl: pkg:deb/debian/curl@7.74.0", "", "another version"},
    {kOurs, "- purl: pkg:deb/debian/curl@7.74.*", "ce", "a glob in the version"},
    {kOurs, "- purl: pkg:deb/*", "abcde", "a glob for all of a type"},
    {kOurs, "- purl: pkg:deb/debian/lib*", "a", "a glob in the name"},
    {kOurs, "- purl: pkg:apk/*", "", "another type"},
    {kOurs, "- purl: pkg:deb/ubuntu/curl", "", "another namespace"},
    {kOurs, "- purl: pkg:deb/debian/openssl", "b", "the package of that name, not its siblings"},
    {kOurs, "- purl: pkg:deb/debian/openssl?arch=source", "ab", "the source: all its packages"},
    {kOurs, "- purl: [pkg:deb/debian/zlib1g, pkg:deb/debian/openssl]", "bd", "either of two"},
    {kOurs, "- {id: CVE-2023-0001, purl: pkg:deb/debian/openssl}", "b", "both must fit"},
    {kOurs, "- {id: CVE-2024-1000, purl: pkg:deb/debian/openssl}", "", "and here do not"},
    // packages, severities, paths
    {kOurs, "- package: openssl", "ab", "a source names its packages"},
    {kOurs, "- package: libssl*", "a", "a glob"},
    {kOurs, "- severity: negligible", "d", "a severity"},
    {kOurs, "- severity: [negligible, Unknown]", "de", "a list, in any case"},
    {kOurs, "- {package: curl, severity: critical}", "c", "both must fit"},
    {kOurs, "- path: etc/os-release", "s", "a path"},
    {kOurs, "- path: /etc/os-release", "s", "a slash in front does not matter"},
    {kOurs, "- path: var/lib/*/status", "abcde", "a star is one component"},
    {kOurs, "- path: var/*/status", "", "and not two"},
    {kOurs, "- path: var/**", "abcde", "two stars are any number"},
    {kOurs, "- path: '**/{status,os-release}'", "abcdes", "braces"},
    {kOurs, "- {path: etc/**, id: CVE-2023-0001}", "", "path and id must both fit"},
    // until
    {kOurs, "- {id: CVE-2024-1000, until: 2026-06-30}", "d", "holds in the day's first second",
     "2026-06-30T00:00:00Z"},
    {kOurs, "- {id: CVE-2024-1000, until: 2026-06-30}", "d", "and in its last",
     "2026-06-30T23:59:59Z"},
    {kOurs, "- {id: CVE-2024-1000, until: 2026-06-30}", "", "and no longer in the next day's first",
     "2026-07-01T00:00:00Z"},
    {kOurs, "- {id: CVE-2024-1000, until: 2024-02-29}", "d", "a leap day", "2024-02-29T23:59:59Z"},
    {kOurs, "- {id: CVE-2024-1000, until: '2027-01-01'}", "d", "a day in quotes"},
    {kOurs, "- {id: CVE-2024-1000, until: 2020-01-01}\n- id: CVE-2024-*", "d",
     "an expired entry does not hide one that holds"},
    // .trivyignore
    {kPlain, "CVE-2024-1000", "d", "an id"},
    {kPlain, "# CVE-2024-1000\n\n  CVE-2023-0002  \r\n", "c",
     "comments, blanks, the other newline"},
    {kPlain, "CVE-2024-1000 # accepted", "d", "words behind the id are passed over"},
    {kPlain, "CVE-2024-1000 exp:2026-06-30", "d", "the day before", "2026-06-29T23:59:59Z"},
    {kPlain, "CVE-2024-1000 exp:2026-06-30", "d", "its first second, as Trivy has it",
     "2026-06-30T00:00:00Z"},
    {kPlain, "CVE-2024-1000 exp:2026-06-30", "", "then no more", "2026-06-30T00:00:01Z"},
    {kPlain, "CVE-2024-1000 team exp:2026-07-01", "d", "a word between"},
    {kPlain, "CVE-2024-1000 exp:2026-02-30", "", "no day of the calendar: the line says nothing"},
    {kPlain, "CVE-2024-1000 exp:soon\nCVE-2023-0002", "c", "no date; the next line holds"},
    {kPlain, "CVE-*", "", "no wildcards in this format"},
    {kPlain, "DSA-6000-1\nos-end-of-life", "es", "ids of any kind"},
    {kPlain,
     "\xef\xbb\xbf"
     "CVE-2024-1000",
     "d", "a byte order mark"},
    // .trivyignore.yaml
    {kYaml, "vulnerabilities:\n  - id: CVE-2023-0001", "ab", "an id"},
    {kYaml,
     "vulnerabilities:\n  - id: CVE-2023-0001\n    paths:\n      - var/lib/dpkg/*\n"
     "    purls:\n      - pkg:deb/debian/openssl\n    expired_at: 2027-01-01\n"
     "    statement: not used\n",
     "b", "all fields"},
    {kYaml, "vulnerabilities: [{id: CVE-2023-0001, purls: ['pkg:deb/debian/open*']}]", "",
     "no wildcards in purls"},
    {kYaml,
     "vulnerabilities: [{id: CVE-2023-0001, purls: ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3', "
     "'pkg:deb/debian/libssl1.1?arch=amd64']}]",
     "ab", "either of two purls"},
    {kYaml, "vulnerabilities: [{id: CVE-2023-0001, paths: ['usr/**']}]", "", "no path fits"},
    {kYaml, "vulnerabilities: [{id: CVE-2024-1000, expired_at: 2026-06-30}]", "d", "the day before",
     "2026-06-29T23:59:59Z"},
    {kYaml, "vulnerabilities: [{id: CVE-2024-1000, expired_at: 2026-06-30}]", "", "that day",
     "2026-06-30T00:00:01Z"},
    {kYaml, "vulnerabilities: [{id: CVE-2024-1000, expired_at: 2026-06-30T14:00:00+02:00}]", "d",
     "a time with a zone: its second"},
    {kYaml, "vulnerabilities: [{id: CVE-2024-1000, expired_at: '2026-06-30 11:59:59'}]", "",
     "a time without one is UTC"},
    {kYaml, "vulnerabilities: [{id: CVE-2024-1000, owner: me}]\nother: 1", "d",
     "keys that Trivy does not know"},
    {kYaml, "vulnerabilities:\nsecrets: [{id: CVE-2024-1000}]", "", "an entry for secrets"},
    {kYaml, "misconfigurations: [{id: CVE-2024-1000, paths: [a]}]\nlicenses: [{id: CVE-2024-1000}]",
     "", "entries for misconfigurations and licences"},
    {kYaml, "vulnerabilities: [{id: os-end-of-life}]", "",
     "the end of support is no vulnerability"},
    // files of other names
    {"team.ignore", "- id: CVE-2024-1000", "d", "a list is ours"},
    {"team.yaml", "---\n# x\nvulnerabilities:\n  - id: CVE-2024-1000", "d", "a mapping is Trivy's"},
    {"ids.txt", "# x\nCVE-2024-1000 exp:2027-01-01", "d", "a bare word is an id"},
    {"deploy/.trivyignore", "CVE-2024-1000", "d", "a name in a folder"},
};

Policy policy_of(std::string_view text, std::string_view name) {
  auto file = parse_ignore_file(text, name);
  EXPECT_TRUE(file) << (file ? "" : describe(file.error()));
  if (!file) return {};
  return {.ignores = std::move(file->entries), .notes = std::move(file->notes)};
}

TEST(Ignore, TruthTable) {
  static_assert(std::size(kRows) >= 60);
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.text) + " (" + std::string(row.why) + ")");
    EXPECT_EQ(suppressed(policy_of(row.text, row.name), row.now), row.want);
  }
}

TEST(Ignore, KeepsWhoSaidSoAndWhy) {
  ScanReport report = sample_report();
  std::vector<Note> notes;
  const Policy policy = policy_of(
      "- id: CVE-2024-1000\n  reason: >\n    not\n    reachable\n  until: 2026-12-31\n"
      "- id: CVE-2024-*\n  reason: later\n",
      "x.yaml");
  suppressed(policy, "2026-06-30T12:00:00Z", report, notes);
  EXPECT_EQ(report.findings[3].suppressed,
            (Suppression{"x.yaml:1", "not reachable", "2026-12-31"}));
  EXPECT_TRUE(notes.empty()) << "an entry behind another that fits is used, too";
}

TEST(Ignore, SaysTheLastDayOfEachFormat) {
  const auto until = [](std::string_view name, std::string_view text) {
    return policy_of(text, name).ignores.at(0).until();
  };
  EXPECT_EQ(until(kOurs, "- {id: a, until: 2026-06-30, reason: r}"), "2026-06-30");
  EXPECT_EQ(until(kPlain, "a exp:2026-06-30"), "2026-06-29");
  EXPECT_EQ(until(kYaml, "vulnerabilities: [{id: a, expired_at: 2026-06-30}]"), "2026-06-29");
  EXPECT_EQ(until(kYaml, "vulnerabilities: [{id: a, expired_at: 2026-06-30T10:00:00Z}]"),
            "2026-06-30");
  EXPECT_EQ(until(kPlain, "a"), "");
}

struct NoteRow {
  std::string_view name;
  std::string_view text;
  std::string_view code;
  std::string_view where;
  std::string_view says;
  std::string_view why;
};

TEST(Ignore, NotesWhatIsOddAboutEntries) {
  const NoteRow rows[] = {
      {kOurs, "- {id: CVE-2023-0001, until: 2026-01-31, reason: r}", "expired-ignore",
       ".bulkheadignore:1",
       "CVE-2023-0001: held until 2026-01-31; findings that it names and that "
       "may count again: 2",
       "expired"},
      {kOurs, "- {id: CVE-1999-1, until: 2026-01-31, reason: r}", "expired-ignore",
       ".bulkheadignore:1", "again: 0", "expired and of no use"},
      {kOurs, "\n- {id: CVE-1999-1, reason: r}", "unused-ignore", ".bulkheadignore:2",
       "CVE-1999-1: no finding is named by it", "of no use"},
      {kOurs, "- {package: vim, reason: r}", "unused-ignore", ".bulkheadignore:1", "package vim",
       "an entry without an id"},
      {kOurs, "- {purl: 'pkg:deb/debian/vim', reason: r}", "unused-ignore", ".bulkheadignore:1",
       "pkg:deb/debian/vim", "or with a purl alone"},
      {kOurs, "- id: CVE-2024-1000\n- {id: CVE-2023-0001, reason: ''}", "ignore-without-reason",
       ".bulkheadignore", "2 entries give no `reason` (line 1, 2)", "no reason"},
      {kPlain, "CVE-2024-1000 exp:never", "ignore-passed-over", ".trivyignore:1", "exp:never",
       "a date that is none"},
      {kPlain, "CVE-1999-1", "unused-ignore", ".trivyignore:1", "CVE-1999-1", "of no use"},
      {kYaml, "vulnerabilities:\n  - id: 'CVE-*'", "ignore-passed-over", ".trivyignore.yaml:2",
       "wildcards", "a glob where none is taken"},
  };
  for (const NoteRow& row : rows) {
    SCOPED_TRACE(row.why);
    ScanReport report = sample_report();
    std::vector<Note> notes;
    suppressed(policy_of(row.text, row.name), "2026-06-30T12:00:00Z", report, notes);
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0].level, NoteLevel::info);
    EXPECT_EQ(notes[0].code, row.code);
    EXPECT_EQ(notes[0].where, row.where);
    EXPECT_NE(notes[0].what.find(row.says), std::string::npos) << notes[0].what;
    EXPECT_TRUE(is_policy_note(notes[0]));
  }
  EXPECT_FALSE(is_policy_note({NoteLevel::info, "no-packages", ""}));
}

TEST(Ignore, NotesAFewEntriesOfALongListAndCountsTheRest) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "CVE-1999-" + std::to_string(i) + "\n";
  ScanReport report = sample_report();
  std::vector<Note> notes;
  suppressed(policy_of(text, kPlain), "2026-06-30T12:00:00Z", report, notes);
  ASSERT_EQ(notes.size(), 21u);
  EXPECT_EQ(notes[0].what, "and 480 more entries of this file");
}

struct BrokenRow {
  std::string_view name;
  std::string_view text;
  std::string_view says;
  std::string_view why;
};

TEST(Ignore, RefusesWhatIsBroken) {
  const BrokenRow rows[] = {
      {kOurs, "- id: a\n  raeson: b",
       "line 2: `raeson` is no key of an entry; did you mean `reason`?", "a typing error"},
      {kOurs, "- id: a\n- ids: b", "line 2: `ids` is no key of an entry; did you mean `id`?",
       "a key of another format"},
      {kOurs, "- id: a\n  completely-other: b", "there are id, path, purl", "no key is near"},
      {kOurs, "- id: a\n  id: b", "line 2: `id` is there twice", "a key twice"},
      {kOurs, "id: a", "a list of entries is wanted", "no list"},
      {kOurs, "- CVE-2023-1", "line 1: an entry is keys and values", "a bare id"},
      {kOurs, "- reason: a", "line 1: an entry needs at least one of", "nothing is named"},
      {kOurs, "- id:", "`id` is empty", "an empty id"},
      {kOurs, "- id: []", "`id` is empty", "an empty list"},
      {kOurs, "- id: {a: b}", "`id` is one text", "a mapping for an id"},
      {kOurs, "- id: a\n  until: 2026-02-29", "line 2: `until` is a day", "no leap year"},
      {kOurs, "- id: a\n  until: tomorrow", "not \"tomorrow\"", "no date"},
      {kOurs, "- id: a\n  until:", "`until` is a day", "an empty date holds for ever in no case"},
      {kOurs, "- id: a\n  until: 2026-06-30T00:00:00Z", "`until` is a day", "a time of day"},
      {kOurs, "- purl: curl", "line 1: purl: it does not begin with", "no purl"},
      {kOurs, "- path: 'a[b'", "glob: \"[\" is not closed", "an open bracket"},
      {kOurs, "- severity: terrible", "`terrible` is no severity", "no severity"},
      {kOurs, "- id: 'a", "yaml: line", "no YAML"},
      {kYaml, "vulnerabilities:\n  - statement: a", "line 2: an entry needs an `id`", "no id"},
      {kYaml, "vulnerabilities: CVE-1", "`vulnerabilities` is a list", "no list"},
      {kYaml, "- id: a", "one of vulnerabilities", "a list in the wrong place"},
      {kYaml, "secrets:\n  - id: a\n    expired_at: soon", "line 3: `expired_at` is a day or time",
       "a date in a list that is not used here"},
      {kYaml, "vulnerabilities: [{id: a, purls: [x]}]", "purl: it does not begin", "no purl"},
      {kYaml, "vulnerabilities: [{id: a, paths: ['{a']}]", "glob: \"{\" is not closed", "braces"},
  };
  for (const BrokenRow& row : rows) {
    SCOPED_TRACE(row.why);
    const auto file = parse_ignore_file(row.text, row.name);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().where, row.name);
    EXPECT_NE(file.error().what.find(row.says), std::string::npos) << file.error().what;
  }
}

TEST(Ignore, BoundsTheNumberOfEntries) {
  std::string ours;
  std::string plain;
  for (int i = 0; i <= 10'000; ++i) {
    ours += "- id: a\n";
    plain += "a\n";
  }
  EXPECT_EQ(parse_bulkheadignore(ours, "x").error().code, Code::limit_exceeded);
  EXPECT_EQ(parse_trivyignore(plain, "x").error().code, Code::limit_exceeded);
  EXPECT_EQ(parse_trivyignore_yaml("secrets:\n" + ours, "x").error().code, Code::limit_exceeded);
}

TEST(Ignore, TakesIdsOfTheCommandLine) {
  Policy policy;
  policy.ignores = parse_ignore_option("CVE-2024-1000, DSA-6*,,");
  ASSERT_EQ(policy.ignores.size(), 2u);
  ScanReport report = sample_report();
  std::vector<Note> notes;
  EXPECT_EQ(suppressed(policy, "2026-06-30T12:00:00Z", report, notes), "de");
  EXPECT_EQ(report.findings[3].suppressed->by, "--ignore");
}

TEST(Ignore, SurvivesDamage) {
  for (const auto& [name, good] : {
           std::pair{kOurs, std::string("- id: [CVE-1, 'CVE-2*']\n  path: '{a,b[c]}/**'\n  purl: "
                                        "pkg:deb/a/b@1?c=d\n  until: 2026-06-30\n")},
           std::pair{kPlain, std::string("CVE-1 exp:2026-06-30\n# x\nCVE-2\n")},
           std::pair{kYaml, std::string("vulnerabilities:\n  - id: a\n    paths: ['**/x']\n    "
                                        "purls: [pkg:deb/a/b]\n    expired_at: 2026-06-30\n")},
       }) {
    for (std::size_t i = 0; i < good.size(); ++i) {
      if (auto cut = parse_ignore_file(good.substr(0, i), name)) {
        suppressed({.ignores = std::move(cut->entries)});
      }
      for (int bit = 0; bit < 8; ++bit) {
        std::string flipped = good;
        flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
        if (auto file = parse_ignore_file(flipped, name)) {
          suppressed({.ignores = std::move(file->entries)});
        }
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::policy
