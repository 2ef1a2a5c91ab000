#include "bulkhead/catalog/sbom/sbom.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/sbom/document.h"

namespace bulkhead::catalog::sbom {
namespace {

struct Read {
  Result<Document> document;
  std::vector<Note> notes;
};

Read read(std::string_view text, const Limits& limits = {}) {
  Notes notes(100);
  Read read{read_document(text, limits, notes), {}};
  read.notes = std::move(notes).take_sorted();
  return read;
}

/// A CycloneDX document of these components.
std::string cyclonedx(std::string_view components, std::string_view version = "1.6") {
  return fmt::format(R"({{"bomFormat":"CycloneDX","specVersion":"{}","components":[{}]}})", version,
                     components);
}

std::string spdx(std::string_view packages, std::string_view more = "") {
  return fmt::format(R"({{"spdxVersion":"SPDX-2.3","packages":[{}]{}}})", packages, more);
}

/// "type name version source source-version architecture".
std::string row_of(const Package& p) {
  return fmt::format("{} {} {} {} {} {}", type_name(p.type), p.name, p.version, p.match_name(),
                     p.match_version(), p.architecture);
}

std::string only_row(std::string_view text) {
  const Read got = read(text);
  if (!got.document) return got.document.error().what;
  if (got.document->packages.size() != 1) {
    return fmt::format("{} packages", got.document->packages.size());
  }
  return row_of(got.document->packages[0]);
}

struct Case {
  std::string_view component, want, why;
};

TEST(Sbom, ReadsOtherToolsComponents) {
  constexpr Case kCases[] = {
      {R"({"type":"library","name":"curl","purl":"pkg:deb/debian/curl@7.88.1-10?arch=amd64"})",
       "deb curl 7.88.1-10 curl 7.88.1-10 amd64", "a purl alone"},
      {R"({"purl":"pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&upstream=openssl"})",
       "deb libssl3 3.0.1-1 openssl 3.0.1-1 amd64", "Syft: the source's name"},
      {R"({"purl":"pkg:deb/debian/libssl3@3.0.1-1%2Bb1?upstream=openssl%403.0.1-1"})",
       "deb libssl3 3.0.1-1+b1 openssl 3.0.1-1 ", "and its version"},
      {R"({"purl":"pkg:deb/debian/zlib1g@1.2.13?epoch=1","properties":[
          {"name":"aquasecurity:trivy:SrcName","value":"zlib"},
          {"name":"aquasecurity:trivy:SrcVersion","value":"1.2.13.dfsg"},
          {"name":"aquasecurity:trivy:SrcRelease","value":"1"},
          {"name":"aquasecurity:trivy:SrcEpoch","value":"1"}]})",
       "deb zlib1g 1:1.2.13 zlib 1:1.2.13.dfsg-1 ", "Trivy: parts of its own, an epoch"},
      {R"({"purl":"pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?arch=x86_64&epoch=1&upstream=openssl-3.0.7-24.el9.src.rpm"})",
       "rpm openssl-libs 1:3.0.7-24.el9 openssl 1:3.0.7-24.el9 x86_64", "a source rpm"},
      {R"({"purl":"pkg:rpm/rocky/bash@5.1.8-6.el9?epoch=0"})",
       "rpm bash 5.1.8-6.el9 bash 5.1.8-6.el9 ", "an epoch of 0 is none"},
      {R"({"purl":"pkg:apk/alpine/libcrypto3@3.1.0-r4","properties":[
          {"name":"syft:metadata:originPackage","value":"openssl"}]})",
       "apk libcrypto3 3.1.0-r4 openssl 3.1.0-r4 ", "Syft's origin"},
      {R"({"purl":"pkg:npm/%40angular/core@1.0.0"})",
       "npm @angular/core 1.0.0 @angular/core 1.0.0 ", "a scope"},
      {R"({"purl":"pkg:maven/org.apache/log4j@2.14.1"})",
       "maven org.apache:log4j 2.14.1 org.apache:log4j 2.14.1 ", "a group"},
      {R"({"purl":"pkg:golang/github.com/a/b@v1.2.3#cmd"})",
       "golang github.com/a/b v1.2.3 github.com/a/b v1.2.3 ", "a module"},
      {R"({"purl":"pkg:pypi/requests","version":"2.0"})", "pypi requests 2.0 requests 2.0 ",
       "the version beside the purl"},
      {R"({"purl":"pkg:pypi/requests"})", "0 packages", "no version"},
      {R"({"purl":"pkg:oci/image@1"})", "0 packages", "a type that is none of packages"},
      {R"({"purl":"no purl"})", "0 packages", "no purl"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(only_row(cyclonedx(row.component)), row.want);
  }
}

TEST(Sbom, ReadsSpdxPackages) {
  EXPECT_EQ(only_row(spdx(R"({"SPDXID":"SPDXRef-1","name":"libssl3","versionInfo":"3.0.1-1",
      "sourceInfo":"built package from: openssl 3.0.1-1","licenseDeclared":"LicenseRef-1",
      "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:x"},
                      {"referenceType":"purl","referenceLocator":"pkg:deb/debian/libssl3@3.0.1-1"}]})")),
            "deb libssl3 3.0.1-1 openssl 3.0.1-1 ");
  const Read got = read(spdx(
      R"({"SPDXID":"SPDXRef-1","name":"a","licenseDeclared":"LicenseRef-1","externalRefs":[
          {"referenceType":"purl","referenceLocator":"pkg:rpm/redhat/a@1-1"}],
          "supplier":"Organization: Red Hat, Inc.",
          "annotations":[{"comment":"LayerDiffID: sha256:aa"}]},
         {"SPDXID":"SPDXRef-2","name":"lib","externalRefs":[
          {"referenceType":"purl","referenceLocator":"pkg:pypi/lib@1"}]})",
      R"(,"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"words"}],
         "relationships":[{"spdxElementId":"SPDXRef-1","relationshipType":"OTHER",
           "relatedSpdxElement":"SPDXRef-2","comment":"ownership-by-file-overlap: x"}])"));
  ASSERT_TRUE(got.document);
  ASSERT_EQ(got.document->packages.size(), 2u);
  const Package& rpm = got.document->packages[0];
  EXPECT_EQ(rpm.licenses, std::vector<std::string>{"words"});
  EXPECT_EQ(rpm.vendor(), "Red Hat, Inc.");
  ASSERT_EQ(got.document->layers.size(), 1u);
  EXPECT_EQ(got.document->layers[0].diff_id, "sha256:aa");
  EXPECT_EQ(got.document->packages[1].owner, rpm.id) << "Syft says that it owns the library";
}

struct SystemCase {
  std::string_view components, id, version, codename, why;
};

TEST(Sbom, FindsTheOperatingSystem) {
  constexpr SystemCase kCases[] = {
      {R"({"type":"operating-system","name":"debian","version":"12.5"})", "debian", "12.5", "",
       "a component of that type"},
      {R"({"type":"operating-system","name":"redhat","version":"9.3"})", "rhel", "9.3", "",
       "Trivy's family names"},
      {R"({"type":"operating-system","name":"Alpine Linux","version":"3.18","properties":[
          {"name":"syft:distro:id","value":"alpine"},
          {"name":"syft:distro:versionID","value":"3.18.4"}]})",
       "alpine", "3.18.4", "", "Syft's properties"},
      {R"({"purl":"pkg:deb/ubuntu/a@1?distro=ubuntu-22.04"})", "ubuntu", "22.04", "",
       "the packages' qualifier"},
      {R"({"purl":"pkg:apk/alpine/a@1?distro=3.18.4"})", "alpine", "3.18.4", "", "without an id"},
      {R"({"purl":"pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5"})", "opensuse-leap", "15.5", "",
       "an id with a dash"},
      {R"({"purl":"pkg:rpm/redhat/a@1?distro=rhel-8.4"})", "rhel", "8.4", "",
       "a namespace that is called otherwise"},
      {R"({"purl":"pkg:deb/debian/a@1?distro=debian-sid"})", "debian", "", "sid", "a code name"},
      {R"({"purl":"pkg:deb/debian/a@1?distro=debian-11"},{"purl":"pkg:deb/debian/b@1?distro=debian-12"},
          {"purl":"pkg:deb/debian/c@1?distro=debian-12"})",
       "debian", "12", "", "the one of most packages"},
  };
  for (const SystemCase& row : kCases) {
    SCOPED_TRACE(row.why);
    const Read got = read(cyclonedx(row.components));
    ASSERT_TRUE(got.document) << got.document.error().what;
    ASSERT_TRUE(got.document->os);
    EXPECT_EQ(got.document->os->id, row.id);
    EXPECT_EQ(got.document->os->version, row.version);
    EXPECT_EQ(got.document->os->codename, row.codename);
  }
  EXPECT_FALSE(read(cyclonedx(R"({"purl":"pkg:pypi/a@1"})")).document->os);
}

TEST(Sbom, KeepsLayersAndPlaces) {
  const Read syft = read(cyclonedx(R"({"purl":"pkg:deb/debian/a@1","properties":[
      {"name":"syft:location:0:layerID","value":"sha256:aa"},
      {"name":"syft:location:0:path","value":"/var/lib/dpkg/status"},
      {"name":"syft:location:1:layerID","value":"sha256:bb"},
      {"name":"syft:location:1:path","value":"/usr/a"}]})"));
  EXPECT_EQ(syft.document->packages.at(0).locations,
            (std::vector<Location>{{0, "/var/lib/dpkg/status"}, {1, "/usr/a"}}));
  EXPECT_EQ(syft.document->layers.at(1).diff_id, "sha256:bb");
  const Read trivy = read(
      R"({"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"container",
          "name":"x","properties":[{"name":"aquasecurity:trivy:DiffID","value":"sha256:aa"},
          {"name":"aquasecurity:trivy:DiffID","value":"sha256:bb"},
          {"name":"aquasecurity:trivy:ImageID","value":"sha256:cc"},
          {"name":"aquasecurity:trivy:RepoTag","value":"app:1"},
          {"name":"aquasecurity:trivy:RepoDigest","value":"app@sha256:dd"}]}},
          "components":[{"purl":"pkg:npm/a@1","properties":[
          {"name":"aquasecurity:trivy:LayerDiffID","value":"sha256:bb"},
          {"name":"aquasecurity:trivy:FilePath","value":"app/package.json"}]}]})");
  EXPECT_EQ(trivy.document->packages.at(0).locations,
            (std::vector<Location>{{1, "/app/package.json"}}));
  EXPECT_EQ(trivy.document->target.image_id, "sha256:cc");
  EXPECT_EQ(trivy.document->target.manifest_digest, "sha256:dd");
  EXPECT_EQ(trivy.document->target.tags, std::vector<std::string>{"app:1"});
}

TEST(Sbom, ReadsWhatNestsAndWhatTheListIsAbout) {
  const Read got = read(
      R"({"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"component":
          {"type":"application","purl":"pkg:npm/app@1"}},"components":[
          {"type":"application","name":"lock","components":[{"purl":"pkg:npm/a@1","components":[
          {"purl":"pkg:npm/b@1"}]}]}]})");
  ASSERT_TRUE(got.document);
  EXPECT_EQ(got.document->packages.size(), 3u);
  EXPECT_TRUE(got.notes.empty());
}

TEST(Sbom, TellsWhatItLeavesOut) {
  const Read got = read(cyclonedx(R"({"type":"library","name":"nameless"},
      {"type":"file","name":"/etc/passwd"},{"purl":"pkg:github/a/b@1"},{"purl":"pkg:npm/a@1"})"));
  ASSERT_TRUE(got.document);
  EXPECT_EQ(got.document->packages.size(), 1u);
  ASSERT_EQ(got.notes.size(), 2u);
  EXPECT_TRUE(got.notes[0].what.contains("nameless")) << got.notes[0].what;
  EXPECT_TRUE(got.notes[1].what.contains("github")) << got.notes[1].what;
  for (const Note& note : got.notes) EXPECT_EQ(note.level, NoteLevel::info);
}

TEST(Sbom, BoundsPackages) {
  Limits limits;
  limits.packages = 1;
  const Read got = read(cyclonedx(R"({"purl":"pkg:npm/a@1"},{"purl":"pkg:npm/b@1"})"), limits);
  ASSERT_TRUE(got.document);
  EXPECT_EQ(got.document->packages.size(), 1u);
  ASSERT_EQ(got.notes.size(), 1u);
  EXPECT_EQ(got.notes[0].level, NoteLevel::incomplete);
}

TEST(Sbom, RefusesOtherDocuments) {
  constexpr std::pair<std::string_view, Code> kCases[] = {
      {"", Code::malformed},
      {"[]", Code::unsupported},
      {"{}", Code::unsupported},
      {R"({"bomFormat":"CycloneDX","specVersion":"1.1"})", Code::unsupported},
      {R"({"bomFormat":"CycloneDX"})", Code::unsupported},
      {R"({"spdxVersion":"SPDX-2.1","packages":[]})", Code::unsupported},
      {R"({"spdxVersion":"SPDX-2.3"})", Code::malformed},
      {R"({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"})", Code::unsupported},
  };
  for (const auto& [text, code] : kCases) {
    SCOPED_TRACE(text);
    const Read got = read(text);
    ASSERT_FALSE(got.document);
    EXPECT_EQ(got.document.error().code, code);
  }
}

TEST(Sbom, ReadsOnePurl) {
  const auto curl = read_purl("pkg:deb/debian/libcurl4@7.88.1-10?distro=debian-12&upstream=curl");
  ASSERT_TRUE(curl);
  EXPECT_EQ(row_of(curl->packages.at(0)), "deb libcurl4 7.88.1-10 curl 7.88.1-10 ");
  ASSERT_TRUE(curl->os);
  EXPECT_EQ(curl->os->id, "debian");
  EXPECT_EQ(curl->os->version, "12");
  EXPECT_EQ(read_purl("curl").error().code, Code::malformed);
  EXPECT_EQ(read_purl("pkg:npm/a").error().code, Code::malformed);
  EXPECT_EQ(read_purl("pkg:docker/a@1").error().code, Code::unsupported);
  EXPECT_EQ(read_purl("pkg:npm/a%20b@1").error().code, Code::malformed);
}

constexpr std::string_view kGood =
    R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"container",
    "properties":[{"name":"bulkhead:layer","value":"{\"diff_id\":\"sha256:aa\",\"size_bytes\":3}"}]}},
    "components":[{"bom-ref":"1","type":"library","name":"a","version":"1","purl":"pkg:npm/a@1",
    "licenses":[{"license":{"id":"MIT"}}],
    "properties":[{"name":"bulkhead:origin","value":"declared"},
    {"name":"bulkhead:location","value":"0:/a/package.json"}]}]})";

TEST(Sbom, SurvivesDamageAtEveryByte) {
  for (std::size_t at = 0; at < kGood.size(); ++at) {
    read(kGood.substr(0, at));
    for (const char c : {'\0', '"', '}', '{', ':', '\xFF'}) {
      std::string bad(kGood);
      bad[at] = c;
      read(bad);
    }
  }
  const Read whole = read(kGood);
  ASSERT_TRUE(whole.document);
  EXPECT_EQ(whole.document->packages.at(0).origin, Origin::declared);
  EXPECT_EQ(whole.document->layers.at(0).size_bytes, 3u);
}

TEST(SbomInspector, FindsEmbeddedLists) {
  const TestFile file{"opt/app/app.cdx.json", std::string(kGood)};
  const TestScan scan = run_inspector("sbom", {file});
  ASSERT_EQ(scan.inventory.packages.size(), 1u);
  const Package& package = scan.inventory.packages[0];
  EXPECT_EQ(package.origin, Origin::embedded);
  EXPECT_EQ(package.locations, (std::vector<Location>{{0, "/opt/app/app.cdx.json"}}));
  EXPECT_FALSE(scan.has_gap());
  const TestScan other = run_inspector("sbom", {{"bom.json", R"({"materials":[]})"}});
  EXPECT_TRUE(other.inventory.packages.empty());
  EXPECT_FALSE(other.has_gap()) << "other things are called so";
  EXPECT_EQ(other.notes.size(), 1u);
}

}  // namespace
}  // namespace bulkhead::catalog::sbom
