#include "bulkhead/policy/vex.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/policy/policy_test_data.h"

namespace bulkhead::policy {
namespace {

struct Row {
  std::string text;
  std::string_view want;  // letters of policy_test_data.h
  std::string_view why;
};

/// An OpenVEX document of statements.
std::string openvex(std::string_view statements) {
  return fmt::format(R"({{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://x/1",
    "author": "a", "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [{}]}})",
                     statements);
}

/// One statement: a vulnerability, products as JSON, a status and a time.
std::string said(std::string_view id, std::string_view products, std::string_view status,
                 std::string_view time = "2026-01-01T00:00:00Z") {
  return fmt::format(
      R"({{"vulnerability": {{"name": "{}"}}, "products": [{}], "status": "{}", "timestamp": "{}"}})",
      id, products, status, time);
}

constexpr std::string_view kLibssl = R"({"@id": "pkg:deb/debian/libssl1.1"})";
constexpr std::string_view kExact = R"({"@id": "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3"})";
constexpr std::string_view kCurl = R"({"@id": "pkg:deb/debian/curl"})";

std::string image_with(std::string_view id, std::string_view part) {
  return fmt::format(R"({{"@id": "{}", "subcomponents": [{}]}})", id, part);
}

std::string one(std::string_view products, std::string_view status = "not_affected") {
  return openvex(said("CVE-2023-0001", products, status));
}

std::string two(const std::string& first, const std::string& second) {
  return openvex(first + "," + second);
}

Policy policy_of(std::string_view text) {
  auto document = parse_vex(text, "doc.json");
  EXPECT_TRUE(document) << (document ? "" : describe(document.error()));
  Policy policy;
  if (document) policy.vex.push_back(*std::move(document));
  return policy;
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.why) + "\n" + row.text);
    EXPECT_EQ(suppressed(policy_of(row.text)), row.want);
  }
}

TEST(Vex, RefusesAStatementWithoutAVulnerability) {
  constexpr std::string_view kNames[] = {R"("")", R"("CVE-2023-0001/")", R"({"name":""})",
                                         R"({"@id":"https://cve.example/"})"};
  for (const std::string_view name : kNames) {
    const auto document = parse_vex(
        fmt::format(
            R"({{"@context":"https://openvex.dev/ns/v0.2.0","statements":[{{"vulnerability":)"
            R"({},"status":"fixed","products":[{{"@id":"pkg:oci/app"}}]}}]}})",
            name),
        "f");
    EXPECT_FALSE(document && !document->statements.empty()) << name;
  }
}

TEST(OpenVex, TruthTableOfProducts) {
  const std::string digest(kImageDigest);
  const std::string encoded = "sha256%3A" + digest.substr(7);
  check({
      {one(kLibssl), "a", "a package without a version"},
      {one(kExact), "a", "with its version"},
      {one(R"({"@id": "pkg:deb/debian/libssl1.1@1.0"})"), "", "with another version"},
      {one(R"({"@id": "pkg:deb/debian/libssl1.1?arch=amd64"})"), "a", "a qualifier that fits"},
      {one(R"({"@id": "pkg:deb/debian/libssl1.1?arch=arm64"})"), "", "one that does not"},
      {one(R"({"@id": "pkg:deb/debian/openssl?arch=source"})"), "ab", "a source package"},
      {one(R"({"@id": "pkg:deb/debian/openssl"})"), "b", "a binary of the same name"},
      {one(std::string(kLibssl) + R"(, {"@id": "pkg:deb/debian/openssl"})"), "ab", "two products"},
      {one(kCurl), "", "a package without this vulnerability"},
      {one(R"({"identifiers": {"purl": "pkg:deb/debian/libssl1.1"}})"), "a", "an identifier"},
      {one(R"({"@id": "https://x/y", "identifiers": {"purl": "pkg:deb/debian/libssl1.1"}})"), "a",
       "beside an id that is none"},
      {one(R"({"@id": "registry.example/team/shop:1.4"})"), "ab", "the image by tag"},
      {one(R"({"@id": "registry.example/team/shop"})"), "ab", "by name"},
      {one(R"({"@id": "registry.example/team/shop:1.5"})"), "", "another tag"},
      {one(R"({"@id": "other.example/team/shop"})"), "", "another registry"},
      {one(fmt::format(R"({{"@id": "{}"}})", digest)), "ab", "by digest"},
      {one(fmt::format(R"({{"@id": "x/y@{}"}})", digest)), "ab", "a reference with the digest"},
      {one(fmt::format(R"({{"@id": "i", "hashes": {{"sha-256": "{}"}}}})", digest.substr(7))), "ab",
       "a hash"},
      {one(fmt::format(R"({{"@id": "pkg:oci/shop@{}"}})", encoded)), "ab",
       "pkg:oci with its digest"},
      {one(R"({"@id": "pkg:oci/shop@sha256%3A00"})"), "", "another digest"},
      {one(R"({"@id": "pkg:oci/shop"})"), "ab", "pkg:oci by name"},
      {one(R"({"@id": "pkg:oci/other"})"), "", "another name"},
      {one(R"({"@id": "pkg:oci/shop?repository_url=registry.example/team/shop&tag=1.4"})"), "ab",
       "repository and tag"},
      {one(R"({"@id": "pkg:oci/shop?repository_url=registry.example/other/shop"})"), "",
       "another repository"},
      {one(R"({"@id": "pkg:oci/shop?tag=2"})"), "", "another tag of it"},
      {one(R"({"@id": "pkg:oci/shop?arch=arm64"})"), "", "another architecture"},
      {one(R"({"@id": "pkg:docker/team/shop@1.4?repository_url=registry.example"})"), "ab",
       "pkg:docker"},
      {one(image_with("pkg:oci/shop", kLibssl)), "a", "a part of the image"},
      {one(image_with("pkg:oci/other", kLibssl)), "", "a part of another image"},
      {one(image_with("pkg:oci/shop", kCurl)), "", "another part of it"},
      {one(image_with("pkg:oci/shop",
                      std::string(kLibssl) + R"(, {"@id": "pkg:deb/debian/openssl"})")),
       "ab", "two parts"},
      {one(image_with("pkg:deb/debian/openssl", kLibssl)), "a", "a part of an installed package"},
      {one(image_with("pkg:deb/debian/nginx", kLibssl)), "", "of one that is not installed"},
      {one(image_with("Debian 11", kLibssl)), "a", "a part of the operating system"},
      {one(image_with("Debian 12", kLibssl)), "", "of another"},
      {one(R"({"@id": "Debian 11"})"), "", "a system alone says too little"},
  });
}

TEST(OpenVex, TruthTableOfVulnerabilitiesAndStatus) {
  const auto by_id = [](std::string_view id) {
    return openvex(said(id, R"({"@id": "pkg:oci/shop"})", "not_affected"));
  };
  const auto by_alias = [](std::string_view alias) {
    return openvex(fmt::format(R"({{"vulnerability": {{"name": "X-1", "aliases": ["{}"]}},
      "products": [{{"@id": "pkg:oci/shop"}}], "status": "not_affected"}})",
                               alias));
  };
  check({
      {by_id("cve-2023-0001"), "ab", "case does not matter"},
      {by_id("GHSA-aaaa-bbbb-cccc"), "ab", "an alias of the finding"},
      {by_id("DSA-5001-1"), "abc", "an advisory of two vulnerabilities"},
      {by_id("DEBIAN-CVE-2024-1000"), "d", "an advisory of the finding"},
      {by_id("https://nvd.example/vuln/CVE-2024-1000"), "d", "an address"},
      {by_id("CVE-2023"), "", "no prefix"},
      {by_id("os-end-of-life"), "", "VEX speaks of vulnerabilities"},
      {by_alias("CVE-2023-0001"), "ab", "an alias of the statement is the finding"},
      {by_alias("DSA-5001-1"), "", "two aliases that are the same prove nothing"},
      {one(kLibssl, "fixed"), "a", "fixed"},
      {one(kLibssl, "affected"), "", "affected"},
      {one(kLibssl, "under_investigation"), "", "under investigation"},
      {R"({"@context": "https://openvex.dev/ns", "timestamp": "2026-01-01T00:00:00Z",
           "statements": [{"vulnerability": "CVE-2023-0001", "status": "not_affected",
           "products": ["pkg:oci/shop"], "subcomponents": ["pkg:deb/debian/openssl"]}]})",
       "b", "the form before 0.2.0"},
  });
}

TEST(OpenVex, TruthTableOfContradictions) {
  const auto at = [](std::string_view product, std::string_view status, std::string_view day) {
    return said("CVE-2023-0001", product, status, fmt::format("2026-{}T00:00:00Z", day));
  };
  const std::string tag = R"({"@id": "pkg:oci/shop?tag=1.4"})";
  const std::string digest = fmt::format(R"({{"@id": "{}"}})", kImageDigest);
  const std::string in_image = image_with("pkg:oci/shop", kLibssl);
  const std::string amd64 = R"({"@id": "pkg:deb/debian/libssl1.1?arch=amd64"})";
  check({
      {two(at(kLibssl, "affected", "01-01"), at(kLibssl, "not_affected", "02-01")), "a",
       "the later one holds"},
      {two(at(kLibssl, "not_affected", "02-01"), at(kLibssl, "affected", "01-01")), "a",
       "whichever stands first"},
      {two(at(kLibssl, "not_affected", "01-01"), at(kLibssl, "affected", "02-01")), "",
       "the later one takes it back"},
      {two(at(kLibssl, "not_affected", "01-01"), at(kLibssl, "under_investigation", "02-01")), "",
       "or puts it in doubt"},
      {two(at(kLibssl, "not_affected", "01-01"), at(kLibssl, "affected", "01-01")), "",
       "of the same time: the one that does not suppress"},
      {two(at(kLibssl, "affected", "01-01"), at(kLibssl, "not_affected", "01-01")), "",
       "in either order"},
      {two(at(kExact, "not_affected", "01-01"), at(kLibssl, "affected", "02-01")), "a",
       "a version beats none, though it is older"},
      {two(at(kExact, "affected", "01-01"), at(kLibssl, "not_affected", "02-01")), "",
       "the same the other way"},
      {two(at(kLibssl, "not_affected", "01-01"), at(tag, "affected", "02-01")), "a",
       "a package beats the image"},
      {two(at(kLibssl, "affected", "01-01"), at(tag, "not_affected", "02-01")), "b",
       "and leaves the image's other packages to it"},
      {two(at(in_image, "not_affected", "01-01"), at(kLibssl, "affected", "02-01")), "a",
       "a package in this image beats the package anywhere"},
      {two(at(digest, "not_affected", "01-01"), at(tag, "affected", "02-01")), "ab",
       "a digest beats a tag"},
      {two(at(tag, "affected", "01-01"), at(R"({"@id": "pkg:oci/shop"})", "fixed", "02-01")), "",
       "a tag beats a name"},
      {two(at(amd64, "not_affected", "01-01"), at(kLibssl, "affected", "02-01")), "a",
       "a qualifier beats none"},
  });
}

TEST(OpenVex, TakesTheTimeOfTheStatementThenOfTheDocument) {
  const std::string untimed = fmt::format(
      R"({{"vulnerability": {{"name": "CVE-2023-0001"}}, "products": [{}], "status": "affected"}})",
      kLibssl);
  check({
      {two(untimed, said("CVE-2023-0001", kLibssl, "fixed", "2025-12-31T23:59:59Z")), "",
       "the document is later than the other statement"},
      {two(untimed, said("CVE-2023-0001", kLibssl, "fixed", "2026-01-01T00:00:01Z")), "a",
       "and earlier than this one"},
      {two(untimed, said("CVE-2023-0001", kLibssl, "fixed", "2026-01-01T00:30:00+01:00")), "",
       "zones count"},
  });
}

/// A CSAF document: Debian 11, images, and curl and libssl1.1 as packages of several kinds.
std::string csaf(std::string_view status, std::string_view more = "") {
  return fmt::format(R"({{"document": {{"category": "csaf_vex", "csaf_version": "2.0",
   "tracking": {{"current_release_date": "2026-02-01T00:00:00Z"}}}},
   "product_tree": {{
    "full_product_names": [
     {{"product_id": "flat", "name": "curl",
       "product_identification_helper": {{"purl": "pkg:deb/debian/curl"}}}},
     {{"product_id": "image", "name": "registry.example/team/shop:1.4"}},
     {{"product_id": "other-image", "name": "x",
       "product_identification_helper": {{"purl": "pkg:oci/other"}}}}],
    "branches": [{{"category": "vendor", "name": "Debian", "branches": [
     {{"category": "product_name", "name": "libssl1.1", "branches": [
      {{"category": "product_version", "name": "1.1.1n-0+deb11u3", "product":
       {{"product_id": "libssl-here", "name": "l",
         "product_identification_helper": {{"purl": "pkg:deb/debian/libssl1.1"}}}}}},
      {{"category": "product_version", "name": "1.1.1n-0+deb11u9", "product":
       {{"product_id": "libssl-new", "name": "l",
         "product_identification_helper": {{"purl": "pkg:deb/debian/libssl1.1"}}}}}},
      {{"category": "product_version_range", "name": "vers:deb/<1.2", "product":
       {{"product_id": "libssl-range", "name": "l",
         "product_identification_helper": {{"purl": "pkg:deb/debian/libssl1.1"}}}}}}]}},
     {{"category": "product_version", "name": "1.4", "product": {{"product_id": "image-1.4",
       "name": "registry.example/team/shop"}}}},
     {{"category": "product_version", "name": "1.4", "product": {{"product_id": "image-tagged",
       "name": "registry.example/team/shop:1.4"}}}},
     {{"category": "product_version", "name": "1.3", "product": {{"product_id": "image-1.3",
       "name": "registry.example/team/shop"}}}},
     {{"category": "product_version_range", "name": "<1.4", "product":
       {{"product_id": "image-range", "name": "registry.example/team/shop"}}}},
     {{"category": "product_version", "name": "11", "product": {{"product_id": "debian-11",
       "name": "bullseye",
       "product_identification_helper": {{"cpe": "cpe:/o:debian:debian_linux:11"}}}}}},
     {{"category": "product_version", "name": "12", "product": {{"product_id": "debian-12",
       "name": "bookworm", "product_identification_helper":
       {{"cpe": "cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*"}}}}}}]}}],
    "relationships": [
     {{"category": "default_component_of", "product_reference": "flat",
       "relates_to_product_reference": "debian-11",
       "full_product_name": {{"product_id": "11:curl", "name": "curl in 11"}}}},
     {{"category": "default_component_of", "product_reference": "flat",
       "relates_to_product_reference": "debian-12",
       "full_product_name": {{"product_id": "12:curl", "name": "curl in 12"}}}},
     {{"category": "installed_on", "product_reference": "libssl-here",
       "relates_to_product_reference": "image",
       "full_product_name": {{"product_id": "image:libssl", "name": "libssl in the image"}}}},
     {{"category": "installed_on", "product_reference": "11:curl",
       "relates_to_product_reference": "image",
       "full_product_name": {{"product_id": "image:11:curl", "name": "a chain"}}}},
     {{"category": "installed_on", "product_reference": "libssl-here",
       "relates_to_product_reference": "other-image",
       "full_product_name": {{"product_id": "other:libssl", "name": "libssl elsewhere"}}}},
     {{"category": "default_component_of", "product_reference": "loop",
       "relates_to_product_reference": "loop",
       "full_product_name": {{"product_id": "loop", "name": "itself"}}}}],
    "product_groups": [{{"group_id": "g", "product_ids": ["flat", "libssl-here"]}}]}},
   "vulnerabilities": [{{"cve": "CVE-2023-0001", "product_status": {{{0}}} {1}}},
                       {{"cve": "CVE-2023-0002", "product_status": {{{0}}} {1}}}]}})",
                     status, more);
}

TEST(Csaf, TruthTable) {
  check({
      {csaf(R"("known_not_affected": ["flat"])"), "c", "a flat product"},
      {csaf(R"("known_not_affected": ["libssl-here"])"), "a", "the branch names its version"},
      {csaf(R"("known_not_affected": ["libssl-new"])"), "", "another version"},
      {csaf(R"("known_not_affected": ["libssl-range"])"), "", "a range is passed over"},
      {csaf(R"("fixed": ["flat", "libssl-here"])"), "ac", "fixed, two products"},
      {csaf(R"("first_fixed": ["flat"])"), "c", "first fixed"},
      {csaf(R"("known_affected": ["flat"])"), "", "affected"},
      {csaf(R"("under_investigation": ["flat"])"), "", "under investigation"},
      {csaf(R"("recommended": ["flat"])"), "", "a recommendation"},
      {csaf(R"("known_not_affected": ["11:curl"])"), "c", "a component of this system"},
      {csaf(R"("known_not_affected": ["12:curl"])"), "", "of another"},
      {csaf(R"("known_not_affected": ["image:libssl"])"), "a", "installed on the image"},
      {csaf(R"("known_not_affected": ["image:11:curl"])"), "c", "a relationship of a relationship"},
      {csaf(R"("known_not_affected": ["other:libssl"])"), "", "installed on another image"},
      {csaf(R"("known_not_affected": ["image"])"), "abc", "the image"},
      {csaf(R"("known_not_affected": ["image-1.4"])"), "abc", "the branch names its tag"},
      {csaf(R"("known_not_affected": ["image-tagged"])"), "abc", "which is in the name, too"},
      {csaf(R"("fixed": ["image-1.3"])"), "", "another version of the image"},
      {csaf(R"("fixed": ["image-range"])"), "", "a range of them"},
      {csaf(R"("known_not_affected": ["debian-11"])"), "", "a system alone says too little"},
      {csaf(R"("known_not_affected": ["loop", "nobody"])"), "", "nothing that resolves"},
      {csaf(R"("known_not_affected": ["flat"], "known_affected": ["flat"])"), "",
       "a contradiction of one time"},
      {csaf(R"("known_not_affected": ["11:curl"], "known_affected": ["flat"])"), "c",
       "a component of this system beats the component"},
      {csaf(R"("known_affected": ["image:libssl"], "known_not_affected": ["libssl-here"])"), "",
       "and the other way"},
  });
}

std::string reason_of(std::string_view text, std::size_t finding) {
  ScanReport report = sample_report();
  std::vector<Note> notes;
  suppressed(policy_of(text), "2026-06-30T12:00:00Z", report, notes);
  const auto& suppression = report.findings[finding].suppressed;
  return suppression
             ? fmt::format("{} | {} | {}", suppression->by,
                           suppression_status_name(suppression->status), suppression->reason)
             : "";
}

TEST(Csaf, GivesFlagsAndThreatsAsReasons) {
  const std::string_view status = R"("known_not_affected": ["flat", "libssl-here"])";
  EXPECT_EQ(reason_of(csaf(status, R"(, "flags": [{"label": "component_not_present",
                                       "product_ids": ["flat"]}])"),
                      2),
            "doc.json: vulnerabilities[1].product_status.known_not_affected | not_affected | "
            "component_not_present");
  EXPECT_EQ(reason_of(csaf(status, R"(, "threats": [{"category": "impact", "details": " none ",
                                       "group_ids": ["g", "?"]}])"),
                      0),
            "doc.json: vulnerabilities[0].product_status.known_not_affected | not_affected | none");
  EXPECT_EQ(reason_of(csaf(R"("fixed": ["flat"])"), 2),
            "doc.json: vulnerabilities[1].product_status.fixed | fixed | ");
}

std::string cyclonedx(std::string_view analysis, std::string_view affects) {
  return fmt::format(R"({{"bomFormat": "CycloneDX", "specVersion": "1.5",
    "serialNumber": "urn:uuid:1", "metadata": {{"timestamp": "2026-01-01T00:00:00Z",
    "component": {{"type": "container", "bom-ref": "root", "name": "registry.example/team/shop",
                   "version": "1.4"}}}},
    "components": [{{"type": "application", "bom-ref": "app", "name": "app", "components": [
       {{"type": "library", "bom-ref": "ssl", "name": "libssl1.1",
         "version": "1.1.1n-0+deb11u3", "purl": "pkg:deb/debian/libssl1.1"}}]}},
      {{"type": "library", "bom-ref": "old", "name": "curl", "purl": "pkg:deb/debian/curl@7.0"}},
      {{"type": "library", "bom-ref": "curl", "name": "curl", "purl": "pkg:deb/debian/curl"}}],
    "vulnerabilities": [
      {{"id": "CVE-2023-0001", "analysis": {0}, "affects": [{1}]}},
      {{"id": "X", "references": [{{"id": "CVE-2023-0002"}}], "analysis": {0},
        "affects": [{1}]}},
      {{"id": "CVE-2024-1000", "affects": [{1}]}}]}})",
                     analysis, affects);
}

/// The same about another version of the image.
std::string with_version(std::string_view version, std::string document) {
  constexpr std::string_view kOld = R"("version": "1.4")";
  const std::string text = fmt::format(R"("version": "{}")", version);
  return document.replace(document.find(kOld), kOld.size(), text);
}

TEST(CycloneDx, TruthTable) {
  constexpr std::string_view kNot = R"({"state": "not_affected"})";
  constexpr std::string_view kDone = R"({"state": "resolved"})";
  constexpr std::string_view kOpen = R"({"state": "exploitable"})";
  const auto versions = [](std::string_view own) {
    return fmt::format(R"({{"ref": "curl", "versions": [{{"version": "7.74.0-1.3+deb11u1" {}}}]}})",
                       own);
  };
  check({
      {cyclonedx(kNot, R"({"ref": "ssl"})"), "a", "a bom-ref of a nested component"},
      {cyclonedx(kNot, R"({"ref": "curl"})"), "c", "an id that is a reference of another"},
      {cyclonedx(kNot, R"({"ref": "old"})"), "", "a component of another version"},
      {cyclonedx(kNot, R"({"ref": "pkg:deb/debian/libssl1.1"})"), "a", "a purl"},
      {cyclonedx(kNot, R"({"ref": "urn:cdx:1/1#ssl"})"), "a", "a BOM-Link into this document"},
      {cyclonedx(kNot, R"({"ref": "urn:cdx:9/1#pkg%3Adeb/debian/libssl1.1"})"), "a",
       "a BOM-Link into another document, to a purl that is encoded once more"},
      {cyclonedx(kNot, R"({"ref": "urn:cdx:9/1#comp%2"})"), "", "to something unknown"},
      {cyclonedx(kNot, R"({"ref": "urn:cdx:9/1#pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3"})"),
       "a", "a BOM-Link into another document, to a purl"},
      {cyclonedx(kNot, R"({"ref": "root"})"), "abc", "the image that the document is about"},
      {with_version("1.3", cyclonedx(kDone, R"({"ref": "root"})")), "", "another version of it"},
      {with_version("sha256:" + std::string(64, '0'), cyclonedx(kDone, R"({"ref": "root"})")), "",
       "another digest"},
      {with_version("", cyclonedx(kDone, R"({"ref": "root"})")), "abc", "whatever its version"},
      {cyclonedx(kNot, R"({"ref": "nobody"})"), "", "a reference to nothing"},
      {cyclonedx(kNot, R"({"ref": "ssl"}, {"ref": "curl"})"), "ac", "two"},
      {cyclonedx(R"({"state": "false_positive"})", R"({"ref": "ssl"})"), "a", "a false positive"},
      {cyclonedx(kDone, R"({"ref": "ssl"})"), "a", "resolved"},
      {cyclonedx(R"({"state": "resolved_with_pedigree"})", R"({"ref": "ssl"})"), "a", "the same"},
      {cyclonedx(kOpen, R"({"ref": "ssl"})"), "", "exploitable"},
      {cyclonedx(R"({"state": "in_triage"})", R"({"ref": "ssl"})"), "", "in triage"},
      {cyclonedx(kNot, versions("")), "c", "a version"},
      {cyclonedx(kNot, R"({"ref": "curl", "versions": [{"version": "1"}]})"), "", "another"},
      {cyclonedx(kNot, R"({"ref": "curl", "versions": [{"range": "vers:deb/<9"}]})"), "",
       "a range is passed over"},
      {cyclonedx(kDone, versions(R"(, "status": "affected")")), "",
       "resolved, but not in this version"},
      {cyclonedx(kDone, versions(R"(, "status": "unaffected")")), "c", "resolved in this version"},
      {cyclonedx(kOpen, versions(R"(, "status": "unaffected")")), "c",
       "exploitable, but not in this version"},
      {cyclonedx(kDone, versions(R"(, "status": "unknown")")), "", "nobody knows of this version"},
  });
  EXPECT_EQ(reason_of(cyclonedx(R"({"state": "not_affected", "justification":
                                 "code_not_reachable", "detail": "no\n"})",
                                R"({"ref": "ssl"})"),
                      0),
            "doc.json: vulnerabilities[0] | not_affected | code_not_reachable: no");
}

TEST(Vex, LaterDocumentsTakeBackEarlierOnes) {
  Policy policy = policy_of(one(kLibssl));
  policy.vex.push_back(*parse_vex(
      openvex(said("CVE-2023-0001", kLibssl, "affected", "2026-03-01T00:00:00Z")), "new.json"));
  EXPECT_EQ(suppressed(policy), "");
  std::swap(policy.vex[0], policy.vex[1]);
  EXPECT_EQ(suppressed(policy), "") << "by time, not by the command line";
}

TEST(Vex, AnIgnoreEntryStaysWhatVexSaysIsAffected) {
  Policy policy = policy_of(one(kLibssl, "affected"));
  policy.ignores = parse_ignore_option("CVE-2023-0001");
  EXPECT_EQ(suppressed(policy), "ab");
}

TEST(Vex, NotesDocumentsOfNoUseAndWhatCannotBeMatched) {
  ScanReport report = sample_report();
  std::vector<Note> notes;
  suppressed(policy_of(one(R"({"@id": "pkg:deb/debian/vim"})")), "2026-06-30T12:00:00Z", report,
             notes);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0],
            (Note{NoteLevel::info, "unused-vex",
                  "none of its 1 statements speaks of a finding of this target", "doc.json"}));
  const auto document = parse_vex(two(said("CVE-1", "", "fixed"), said("CVE-2", "", "fixed")), "d");
  ASSERT_TRUE(document);
  ASSERT_EQ(document->notes.size(), 1u);
  EXPECT_EQ(document->notes[0],
            (Note{NoteLevel::info, "vex-passed-over",
                  "statements[0]: no product that can be matched (and 1 more)", "d"}));
}

struct BrokenRow {
  std::string text;
  Code code;
  std::string_view says;
};

TEST(Vex, RefusesWhatIsBrokenWithItsPlace) {
  const BrokenRow rows[] = {
      {"", Code::malformed, "vex: line 1, column 1: "},
      {"{\"@context\":\n  oops}", Code::malformed, "vex: line 2, column 3: "},
      {"[]", Code::unsupported, "vex: it is no JSON object"},
      {"{}", Code::unsupported, "neither OpenVEX"},
      {R"({"document": {"csaf_version": "1.2"}})", Code::unsupported, "csaf: version 1.2"},
      {R"({"@context": "https://openvex.dev/ns"})", Code::malformed, "no list `statements`"},
      {openvex(R"({"status": "fixed"})"), Code::malformed, "openvex: statements[0]: no vulner"},
      {two(said("CVE-1", kCurl, "fixed"), said("CVE-1", kCurl, "ok")), Code::malformed,
       "openvex: statements[1]: `status` is \"ok\""},
      {R"({"document": {"csaf_version": "2.0"}})", Code::malformed, "no list `vulnerabilities`"},
      {R"({"document": {"csaf_version": "2.0"}, "vulnerabilities": [{}]})", Code::malformed,
       "csaf: vulnerabilities[0]: neither cve nor ids"},
      {R"({"bomFormat": "CycloneDX"})", Code::malformed, "no list `vulnerabilities`"},
      {cyclonedx(R"({"state": "fine"})", R"({"ref": "ssl"})"), Code::malformed,
       "cyclonedx: vulnerabilities[0].analysis: \"fine\" is no state"},
      {std::string(100, '['), Code::limit_exceeded, "vex: "},
  };
  for (const BrokenRow& row : rows) {
    SCOPED_TRACE(row.says);
    const auto document = parse_vex(row.text, "doc.json");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().where, "doc.json");
    EXPECT_NE(document.error().what.find(row.says), std::string::npos) << document.error().what;
  }
}

TEST(Vex, BoundsWhatADocumentNames) {
  std::string many = R"({"@context": "openvex", "statements": [{"vulnerability": "a",
    "status": "fixed", "products": [)";
  for (int i = 0; i < 1'000'001; ++i) many += "1,";
  many.back() = ']';
  EXPECT_EQ(parse_vex(many + "}]}", "d").error().code, Code::limit_exceeded);
}

TEST(Vex, SurvivesDamage) {
  for (const std::string& good :
       {one(image_with("pkg:oci/shop", kExact)), csaf(R"("fixed": ["flat", "image:libssl"])"),
        cyclonedx(R"({"state": "resolved"})", R"({"ref": "ssl"}, {"ref": "root"})")}) {
    for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 700) {
      EXPECT_FALSE(parse_vex(good.substr(0, i), "d"));
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ 2);
      if (auto document = parse_vex(flipped, "d")) {
        Policy policy;
        policy.vex.push_back(*std::move(document));
        suppressed(policy);
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::policy
