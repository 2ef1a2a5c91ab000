#include "bulkhead/advisory/feeds.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/advisory/ecosystem.h"

namespace bulkhead::advisory {
namespace {

std::string name_of(std::string_view text) {
  const auto document = open_document(text);
  if (!document) return "broken";
  const FeedFormat* format = find_format(*document);
  return format == nullptr ? "none" : std::string(format->name);
}

TEST(Feeds, AreKnownByTheirContent) {
  struct Row {
    const char* text;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {R"({"id":"A-1","modified":"2020-01-01","affected":[]})", "osv", "a record"},
      {R"({"affected":[],"modified":"2020-01-01"})", "osv", "a record without id is a broken one"},
      {R"({"schema_version":"1.7.0","id":"A"})", "osv", "a record without packages"},
      {"\xef\xbb\xbf {\"affected\":[],\"id\":\"A\"}", "osv", "a byte order mark"},
      {R"({"distroversion":"v3.9","reponame":"main","packages":[]})", "alpine-secdb", "JSON"},
      {R"({"reponame":"os","packages":[]})", "alpine-secdb", "Wolfi"},
      {"---\ndistroversion: v3.5\nreponame: main\npackages: []\n", "alpine-secdb", "YAML"},
      {R"({"catalogVersion":"1","vulnerabilities":[]})", "cisa-kev", "the catalogue"},
      {R"({"curl":{"CVE-2020-1":{"releases":{}}}})", "debian-tracker", "the tracker"},
      {R"({"empty":{},"curl":{"CVE-2020-1":{"releases":{}}}})", "debian-tracker", "the second"},
      {R"({"2274-1":{"id":"2274-1","releases":{"hardy":{}}}})", "ubuntu-usn", "Ubuntu's notices"},
      {R"({"notices":[],"limit":1,"offset":0,"total_results":0})", "ubuntu-usn", "a page of them"},
      {R"({"cves":[],"limit":1,"offset":0,"total_results":0})", "ubuntu-cve", "Ubuntu's CVEs"},
      {"Candidate: CVE-1\nPublicDate: x\n", "ubuntu-tracker", "Ubuntu's tracker"},
      {"Candidate:\nPublicDate:\n", "none", "its form for new files"},
      {R"({"metadata":{"@context":"https://openvex.dev/ns","author":"Canonical"},"statements":[]})",
       "ubuntu-vex", "Canonical's OpenVEX"},
      {R"({"@context":"https://openvex.dev/ns","author":"A","statements":[]})", "none", "a user's"},
      {R"({"name":"CVE-1","public_date":"x","package_state":[]})", "red-hat-cve", "Red Hat's CVEs"},
      {R"({"document":{"csaf_version":"2.0"}})", "csaf", "CSAF"},
      {"<cvrfdoc><DocumentTitle>x</DocumentTitle></cvrfdoc>", "cvrf", "CVRF"},
      {"<cvrfdoc><DocumentType>CVE List</DocumentType></cvrfdoc>", "none", "the CVE list"},
      {R"({"cveMetadata":{"cveId":"CVE-1"},"containers":{}})", "none", "a CVE record"},
      {R"({"vulnerabilities":[],"format":"NVD_CVE"})", "nvd", "NVD"},
      {R"({"document":{"category":"csaf_vex"},"vulnerabilities":[]})", "none",
       "no version of CSAF"},
      {"{}", "none", "an empty object"},
      {R"({"id":"A","affected":[)", "broken", "cut"},
      {R"({"id":"A" "affected":[]})", "broken", "no comma"},
      {R"({"id":"A"}{})", "broken", "two objects"},
      {"key: value\n", "none", "other YAML"},
      {"local x = [[\ndistroversion: v1\n]]\n", "none", "a script with the keys in its middle"},
      {"# words\n\narchs:\n- x86\nreponame: main\n", "alpine-secdb", "YAML, another key first"},
      {"<html></html>", "none", "a web page"},
      {"", "none", "nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(name_of(row.text), row.want);
    if (std::string_view(row.want) != "none" && std::string_view(row.want) != "broken") {
      EXPECT_TRUE(may_be_document(row.text));
    }
  }
  EXPECT_FALSE(may_be_document("<!DOCTYPE html>\n<html>"));
  EXPECT_FALSE(may_be_document("<html>"));
  EXPECT_FALSE(may_be_document(""));
}

TEST(Feeds, AreOpenedByTheirKind) {
  struct Row {
    std::string_view text;
    DocumentKind kind;
    std::size_t elements;
    std::string_view key_or_root;
    std::string_view why;
  };
  constexpr Row kRows[] = {
      {R"({"a":1})", DocumentKind::json_object, 0, "a", "an object"},
      {R"( [ {"a":[1,2]}, 7 ,"x" ] )", DocumentKind::json_array, 3, "a", "an array of objects"},
      {R"([[1]])", DocumentKind::json_array, 1, "", "an array of others"},
      {R"([])", DocumentKind::json_array, 0, "", "an empty array"},
      {"[01 Apr 2023] DSA-1-1 a - b\n", DocumentKind::text, 0, "", "a date"},
      {"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <no> -->\n<o:defs a='b'>", DocumentKind::xml, 0,
       "defs", "an element with a prefix"},
      {"<!DOCTYPE x><x/>", DocumentKind::xml, 0, "x", "a document type"},
      {"<!-- not ended", DocumentKind::xml, 0, "", "no element"},
      {"a,b\n", DocumentKind::text, 0, "", "text"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    const auto document = open_document(row.text);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->kind, row.kind);
    EXPECT_EQ(document->elements.size(), row.elements);
    if (row.kind == DocumentKind::xml) {
      EXPECT_EQ(document->root, row.key_or_root);
    } else {
      const bool is_array = row.kind == DocumentKind::json_array;
      EXPECT_EQ(document->has({row.key_or_root}), !is_array && !row.key_or_root.empty());
      EXPECT_EQ(document->is_list_of({row.key_or_root}), is_array && !row.key_or_root.empty());
    }
  }
  for (const std::string_view broken : {R"([{"a":1})", R"([{"a":1}]])", R"([{"a":1} {}])"}) {
    EXPECT_FALSE(open_document(broken)) << broken;
  }
}

TEST(Feeds, HaveNamesInOrder) {
  EXPECT_TRUE(std::ranges::is_sorted(feed_formats(), {}, &FeedFormat::name));
  for (const FeedFormat& format : feed_formats()) EXPECT_FALSE(format.description.empty());
}

TEST(JsonOutline, CutsObjectsIntoMembers) {
  const std::string text =
      R"( { "a\"}" : [1,{"x":"]"}] ,"b":-1.5e3, "c":"}{\\", "d":{} , "e":null} )";
  const auto members = outline_json(text);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 5u);
  EXPECT_EQ((*members)[0].key, R"(a\"})");
  EXPECT_EQ((*members)[0].value, R"([1,{"x":"]"}])");
  EXPECT_EQ((*members)[0].whole, R"("a\"}" : [1,{"x":"]"}])");
  EXPECT_EQ((*members)[1].value, "-1.5e3");
  EXPECT_EQ((*members)[2].value, R"("}{\\")");
  EXPECT_EQ((*members)[3].value, "{}");
  EXPECT_EQ((*members)[4].value, "null");
  const std::string whole = text.substr(0, text.rfind('}') + 1);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(outline_json(whole.substr(0, i))) << "cut at " << i;
  }
}

TEST(Ecosystem, NamesDebianReleases) {
  EXPECT_EQ(debian_ecosystem("bookworm"), "Debian:12");
  EXPECT_EQ(debian_ecosystem("sarge"), "Debian:3.1");
  EXPECT_EQ(debian_ecosystem("etch"), "Debian:4");
  EXPECT_EQ(debian_ecosystem("duke"), "Debian:15");
  EXPECT_EQ(debian_ecosystem("sid"), "Debian:sid");
  EXPECT_EQ(debian_ecosystem("newname"), "Debian:newname");
}

TEST(Ecosystem, KnowsDistributionsAndTheirOrder) {
  EXPECT_TRUE(is_distribution("AlmaLinux:9"));
  EXPECT_TRUE(is_distribution("Alpine"));
  EXPECT_FALSE(is_distribution("npm"));
  EXPECT_FALSE(is_distribution("Debianish:9"));
  EXPECT_EQ(scheme_of("Debian:12")->name, "deb");
  EXPECT_EQ(scheme_of("Alpine:v3.18")->name, "apk");
  EXPECT_EQ(scheme_of("AlmaLinux:9")->name, "rpm");
  EXPECT_EQ(scheme_of("npm")->name, "npm");
  EXPECT_EQ(scheme_of("crates.io")->name, "cargo");
  EXPECT_EQ(scheme_of("Nonesuch"), nullptr);
  for (const LibraryEcosystem& row : library_ecosystems()) {
    EXPECT_NE(scheme_of(row.name), nullptr) << row.name;
    EXPECT_TRUE(is_library(row.type)) << row.name;
  }
}

}  // namespace
}  // namespace bulkhead::advisory
