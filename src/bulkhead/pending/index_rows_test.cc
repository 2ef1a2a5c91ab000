#include "bulkhead/pending/index_rows.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/pending/apt_release.h"
#include "tests/support/tar_writer.h"

namespace bulkhead::pending {
namespace {

using Open = std::unique_ptr<IndexReader> (*)(RowSink& sink, const Limits& limits);

std::unique_ptr<IndexReader> primary(RowSink& sink, const Limits&) {
  return read_rpm_primary(sink);
}
std::unique_ptr<IndexReader> updateinfo(RowSink& sink, const Limits&) {
  return read_rpm_updateinfo(sink);
}
std::unique_ptr<IndexReader> modules(RowSink& sink, const Limits&) {
  return read_rpm_modules(sink);
}

struct Read {
  bool is_good = false;
  std::vector<std::string> rows;  // "NAME VERSION ARCHITECTURE[ MODULE][ notice]"
  std::uint64_t bad = 0;
  bool operator==(const Read&) const = default;
};

Read read(Open open, std::string_view text, std::size_t chunk = 4096) {
  std::vector<Package> packages(2);
  packages[0].name = "a";
  packages[1].name = "b";
  for (Package& package : packages) package.type = PackageType::deb;
  const WantedNames wanted(packages, PackageType::deb);
  RowSink sink(wanted);
  const auto reader = open(sink, Limits{});
  Read result;
  result.is_good = true;
  for (std::size_t at = 0; result.is_good && at < text.size(); at += chunk) {
    result.is_good = reader->data(as_bytes(text.substr(at, chunk))).has_value();
  }
  result.is_good = result.is_good && reader->end().has_value();
  result.bad = sink.bad();
  for (const Offer& row : std::move(sink).take()) {
    std::string line = row.name + " " + row.version + " " + row.architecture;
    if (!row.module.empty()) line += " " + row.module;
    if (row.is_notice) line += " notice";
    result.rows.push_back(std::move(line));
  }
  return result;
}

using Rows = std::vector<std::string>;

constexpr std::string_view kPackages =
    "Package: a\nArchitecture: amd64\nVersion: 1:2-3\nDescription: x\n y\n\n"
    "Package: c\nVersion: 1\nArchitecture: all\n\n"
    "Package: b\nArchitecture: all\n\n"
    "Package: b\nArchitecture: all\nVersion: 4\n";
constexpr std::string_view kPrimary =
    "<?xml version=\"1.0\"?><metadata xmlns=\"x\" xmlns:rpm=\"y\" packages=\"3\">"
    "<package type=\"rpm\"><name>a</name><arch>x86_64</arch>"
    "<version epoch=\"0\" ver=\"1\" rel=\"2\"/><format><rpm:provides><rpm:entry name=\"z\"/>"
    "</rpm:provides></format></package>"
    "<package type=\"rpm\"><name>b</name><arch>noarch</arch>"
    "<version epoch=\"3\" ver=\"1\" rel=\"2\"/></package>"
    "<package type=\"rpm\"><name>b</name><arch>src</arch>"
    "<version epoch=\"3\" ver=\"1\" rel=\"2\"/></package>"
    "<package type=\"rpm\"><name>b</name><arch>noarch</arch></package></metadata>";
constexpr std::string_view kUpdateinfo =
    "<updates><update type=\"security\"><id>X</id><pkglist><collection><name>c</name>"
    "<package name=\"a\" epoch=\"0\" version=\"1\" release=\"2\" arch=\"x86_64\"/></collection>"
    "</pkglist></update><update type=\"bugfix\"><pkglist><collection>"
    "<package name=\"b\" version=\"1\" release=\"2\" arch=\"x86_64\"/></collection></pkglist>"
    "</update></updates>";
constexpr std::string_view kModules =
    "---\ndocument: modulemd\nversion: 2\ndata:\n  name: m\n  stream: \"1.10\"\n  artifacts:\n"
    "    rpms:\n    - a-0:1-2.module+el8.x86_64\n    - a-x-0:1-2.x86_64\n    - nonsense\n...\n"
    "---\ndocument: modulemd-defaults\ndata:\n  module: m\n...\n---\n{ broken\n...\n"
    "---\ndocument: modulemd\ndata:\n  name: n\n  stream: s\n  artifacts:\n"
    "    rpms: [ \"b-2:1-1.noarch\" ]\n";

TEST(IndexRows, AreReadWhateverTheChunks) {
  for (const std::size_t chunk : {1u, 7u, 4096u}) {
    SCOPED_TRACE(chunk);
    EXPECT_EQ(read(read_apt_packages, kPackages, chunk),
              (Read{true, Rows{"a 1:2-3 amd64", "b 4 all"}, 1}));
    EXPECT_EQ(read(primary, kPrimary, chunk),
              (Read{true, Rows{"a 1-2 x86_64", "b 3:1-2 noarch"}, 1}));
    EXPECT_EQ(read(updateinfo, kUpdateinfo, chunk), (Read{true, Rows{"a 1-2 x86_64 notice"}, 0}));
    EXPECT_EQ(read(modules, kModules, chunk),
              (Read{true, Rows{"a 1-2.module+el8 x86_64 m:1.10", "b 2:1-1 noarch n:s"}, 2}));
  }
}

TEST(IndexRows, ReadApkIndexesInTheirTars) {
  // A signed index is two tars: the first lacks its end blocks.
  const std::vector<test_support::TarEntry> signature = {
      test_support::file(".SIGN.RSA.key.pub", "signature")};
  const std::vector<test_support::TarEntry> index = {
      test_support::file("DESCRIPTION", "v3.20"),
      test_support::file("APKINDEX",
                         "C:Q1=\nP:a\nV:1.2-r3\nA:x86_64\n\nP:c\nV:1\n\nV:1\n\n"
                         "P:b\nV:2-r0\nA:x86_64\n")};
  const std::string whole =
      test_support::make_tar(signature).substr(0, 1024) + test_support::make_tar(index);
  for (const std::size_t chunk : {1u, 511u, 4096u}) {
    EXPECT_EQ(read(read_apk_index, whole, chunk),
              (Read{true, Rows{"a 1.2-r3 x86_64", "b 2-r0 x86_64"}, 1}));
  }
  EXPECT_FALSE(read(read_apk_index, whole.substr(0, 1600)).is_good);
  EXPECT_FALSE(read(read_apk_index, std::string(1024, '\0')).is_good) << "no index in it";
}

TEST(IndexRows, RefuseWhatIsAnotherFormat) {
  EXPECT_FALSE(read(primary, kUpdateinfo).is_good);
  EXPECT_FALSE(read(updateinfo, kPrimary).is_good);
  EXPECT_FALSE(read(primary, kPrimary.substr(0, 200)).is_good);
  EXPECT_FALSE(read(primary, "").is_good);
  EXPECT_FALSE(
      read(read_apt_packages, "Package: a\nArchitecture: x\nVersion: " + std::string(2000, '1'))
          .is_good);
}

TEST(IndexRows, SurviveDamageAtEveryByte) {
  const std::pair<Open, std::string_view> kCases[] = {{read_apt_packages, kPackages},
                                                      {primary, kPrimary},
                                                      {updateinfo, kUpdateinfo},
                                                      {modules, kModules}};
  for (const auto& [open, good] : kCases) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const char c : {'\0', '\n', '<', '"', ':', '-', '\xFF'}) {
        std::string bad(good);
        bad[at] = c;
        EXPECT_LE(read(open, bad, 13).rows.size(), 4u);
      }
      read(open, good.substr(0, at));
    }
  }
}

constexpr std::string_view kDigest =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(AptRelease, IsReadPlainAndSigned) {
  const std::string plain =
      "Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: bookworm\n"
      "Architectures: all amd64\nNo-Support-for-Architecture-all: Packages\n"
      "MD5Sum:\n 00 1 main/binary-amd64/Packages\nSHA256:\n " +
      std::string(kDigest) + " 123 main/binary-amd64/Packages.xz\n bad line\n";
  const std::string wrapped = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + plain +
                              "-----BEGIN PGP SIGNATURE-----\n\nSuite: hidden\n";
  for (const std::string& text : {plain, wrapped}) {
    const auto release = parse_apt_release(text);
    ASSERT_TRUE(release);
    EXPECT_EQ(release->suite, "stable");
    EXPECT_TRUE(release->has_all_in_each);
    EXPECT_EQ(release->priority(), 500);
    EXPECT_FALSE(release->is_security("bookworm"));
    EXPECT_TRUE(release->is_security("bookworm-security"));
    ASSERT_EQ(release->files.size(), 1u);
    const Expected& file = release->files.at("main/binary-amd64/Packages.xz");
    EXPECT_EQ(file.algorithm, "sha256");
    EXPECT_EQ(file.hex, kDigest);
    EXPECT_EQ(file.size_bytes, 123u);
  }
}

TEST(AptRelease, SaysWhatAptMayTakeByItself) {
  const std::string files = "SHA256:\n " + std::string(kDigest) + " 1 p\n";
  const auto priority = [&](const std::string& head) {
    return parse_apt_release(head + files)->priority();
  };
  EXPECT_EQ(priority(""), 500);
  EXPECT_EQ(priority("NotAutomatic: yes\n"), 1);
  EXPECT_EQ(priority("NotAutomatic: yes\nButAutomaticUpgrades: yes\n"), 100);
  EXPECT_TRUE(parse_apt_release("Label: Debian-Security\n" + files)->is_security("x"));
  EXPECT_TRUE(parse_apt_release("Suite: jammy-security\n" + files)->is_security("x"));
  EXPECT_FALSE(parse_apt_release("Architectures: all amd64\n" + files)->has_all_in_each);
  EXPECT_FALSE(parse_apt_release("Suite: x\n"));
  EXPECT_FALSE(parse_apt_release(""));
}

TEST(Places, AreBelowWhatTheUserNamed) {
  const FileName name{"http://d.test:81/debian/", "dists/s/Release"};
  using List = std::vector<std::string>;
  EXPECT_EQ(places_of(name, ""), (List{"http://d.test:81/debian/dists/s/Release"}));
  EXPECT_EQ(places_of(name, "/m"),
            (List{"/m/d.test:81/debian/dists/s/Release", "/m/debian/dists/s/Release"}));
  EXPECT_EQ(places_of(name, "http://m.test/x"),
            (List{"http://m.test/x/d.test:81/debian/dists/s/Release",
                  "http://m.test/x/debian/dists/s/Release"}));
  EXPECT_EQ(places_of(name, "http://d.test:81/").front(),
            "http://d.test:81/debian/dists/s/Release");
  EXPECT_EQ(places_of({"http://u:p@d.test", "a b#c"}, "/m"), (List{"/m/d.test/a b#c", "/m/a b#c"}));
  EXPECT_EQ(places_of({"http://d.test", "a b#c"}, ""), (List{"http://d.test/a%20b%23c"}));
  for (const FileName& bad : {FileName{"http://d.test/../x", "a"},
                              {"http://d.test", "../../a"},
                              {"http://../etc", "a"},
                              {"file:///etc", "a"},
                              {"ftp://d.test", "a"},
                              {"http://d.test", std::string("a\0b", 3)},
                              {"http://", "a"}}) {
    EXPECT_EQ(places_of(bad, "/m"), List());
    EXPECT_EQ(places_of(bad, ""), List());
  }
}

}  // namespace
}  // namespace bulkhead::pending
