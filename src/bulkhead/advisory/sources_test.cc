#include "bulkhead/advisory/sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "bulkhead/advisory/update.h"

namespace bulkhead::advisory {
namespace {

std::vector<std::string> paths_of(std::string_view ecosystem) {
  std::vector<std::string> paths;
  for (const SourceFile& file : files_of(ecosystem)) paths.push_back(file.mirror_path());
  return paths;
}

TEST(Sources, TablesAreInOrder) {
  EXPECT_TRUE(std::ranges::is_sorted(sites(), {}, &Site::name));
  EXPECT_TRUE(std::ranges::is_sorted(sources(), {}, [](const Source& source) {
    return std::tie(source.ecosystem, source.site, source.path);
  }));
  for (const Site& site : sites()) {
    SCOPED_TRACE(site.name);
    EXPECT_TRUE(site.address.starts_with("https://"));
    EXPECT_TRUE(site.address.ends_with('/'));
    EXPECT_TRUE(site.documentation.starts_with("https://"));
    EXPECT_EQ(find_site(site.name), &site);
    EXPECT_TRUE(std::ranges::any_of(sources(), [&](const Source& source) {
      return source.site == site.name;
    })) << "nothing is fetched from it";
  }
  EXPECT_EQ(find_site("nobody"), nullptr);
  for (const Source& source : sources()) {
    SCOPED_TRACE(source.path);
    EXPECT_NE(find_site(source.site), nullptr);
    EXPECT_GT(source.most_bytes, 0U);
    const auto rows = std::ranges::count(sources(), source.ecosystem, &Source::ecosystem);
    EXPECT_TRUE(!source.part.empty() || rows == 1 || source.ecosystem.empty())
        << "several files of one ecosystem are told apart";
    EXPECT_FALSE(source.path.starts_with('/'));
    EXPECT_FALSE(source.path.contains(".."));
  }
}

TEST(Sources, FilesOfEcosystems) {
  using Paths = std::vector<std::string>;
  struct Row {
    std::string_view ecosystem;
    Paths want;
    std::string_view why;
  };
  const Row rows[] = {
      {"Alpine:v3.20",
       {"alpine-secdb/v3.20/community.json", "alpine-secdb/v3.20/main.json"},
       "two parts of a release"},
      {"Alpine:edge",
       {"alpine-secdb/edge/community.json", "alpine-secdb/edge/main.json"},
       "a release by name"},
      {"Rocky Linux:9", {"osv/Rocky Linux/all.zip"}, "one archive of all releases"},
      {"Red Hat:9", {"osv/Red Hat/all.zip"}, "a space in a path"},
      {"Red Hat:9.2:eus", {"osv/Red Hat/all.zip"}, "a release with a colon"},
      {"Wolfi", {"wolfi/security.json"}, "a rolling distribution"},
      {"Wolfi:1", {}, "which has no releases"},
      {"os:alpine", {"endoflife/api/v1/products/alpine-linux"}, "the days of a system's support"},
      {"os:centos-stream", {"endoflife/api/v1/products/centos-stream"}, "of a variant"},
      {"os:nonesuch", {}, "of nobody's system"},
      {"os:", {}, "of none"},
      {"Debian:", {}, "no release"},
      {"Debian", {}, "the distribution alone"},
      {"", {}, "no ecosystem"},
      {"Nonesuch:1", {}, "nobody's"},
      {"Amazon Linux:2023",
       {"amazon/al2023/core/mirrors/latest/x86_64/repodata/repomd.xml"},
       "the repository in place of the list of mirrors"},
      {"Amazon Linux:1", {}, "no address with TLS"},
      {"Fedora:43",
       {"fedora/fedora/linux/updates/43/Everything/x86_64/repodata/repomd.xml"},
       "a repository"},
      {"Photon OS:5.0", {"photon/cve_data_photon5.0.json"}, "a release in a file's name"},
      {"Oracle Linux:9", {"oracle/com.oracle.elsa-ol9.xml.bz2"}, "a release in a name"},
      {"Azure Linux:2", {"azurelinux/cbl-mariner-2.0-oval.xml"}, "a release of an old name"},
      {"Azure Linux:30", {}, "a release that begins like another"},
      {"Alpine:../../etc", {}, "a way out of the folder"},
      {"Alpine:v3/../..", {}, "a slash"},
      {"Alpine:v3.20?x=", {}, "a query"},
      {"Alpine:.", {}, "a folder itself"},
      {"Alpine:v3\n20", {}, "a line"},
      {"Alpine:\xc3\xbc", {}, "no ASCII"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(paths_of(row.ecosystem), row.want);
  }
  EXPECT_TRUE(paths_of("Alpine:" + std::string(65, '1')).empty()) << "too long a release";
}

TEST(Sources, WhatAFileHasDataOf) {
  const SourceFile alpine = files_of("Alpine:v3.2").front();
  EXPECT_TRUE(alpine.is_of("Alpine:v3.2"));
  EXPECT_FALSE(alpine.is_of("Alpine:v3.20"));
  const SourceFile alma = files_of("AlmaLinux:9").front();
  EXPECT_TRUE(alma.is_of("AlmaLinux:8"));
  EXPECT_FALSE(alma.is_of("Debian:8"));
  for (const SourceFile& file : files_about_cves()) {
    EXPECT_TRUE(file.is_of(""));
    EXPECT_FALSE(file.is_of("Debian:12"));
  }
  EXPECT_EQ(files_about_cves().size(), 2U);
}

TEST(Sources, Addresses) {
  const SourceFile rocky = files_of("Rocky Linux:9").front();
  UpdateOptions options;
  EXPECT_TRUE(address_of(rocky, options).ends_with("/Rocky%20Linux/all.zip"));
  options.addresses["osv"] = "http://127.0.0.1:1/osv";
  EXPECT_EQ(address_of(rocky, options), "http://127.0.0.1:1/osv/Rocky%20Linux/all.zip");
  options.mirror = "http://127.0.0.1:1/";
  EXPECT_EQ(address_of(rocky, options), "http://127.0.0.1:1/osv/Rocky%20Linux/all.zip");
  options.mirror = "/srv/mirror";
  EXPECT_EQ(address_of(rocky, options), "/srv/mirror/osv/Rocky Linux/all.zip");
}

TEST(Sources, AddressesOfRepositories) {
  const SourceFile amazon = files_of("Amazon Linux:2").front();
  UpdateOptions options;
  EXPECT_EQ(address_of(amazon, options),
            "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list");
  options.mirror = "/srv/mirror";
  EXPECT_EQ(address_of(amazon, options),
            "/srv/mirror/amazon/2/core/latest/x86_64/repodata/repomd.xml");
}

TEST(Sources, PathsInURLs) {
  EXPECT_EQ(encode_path("a/B-1._~:c"), "a/B-1._~:c");
  EXPECT_EQ(encode_path("a b?c#d%e\xff"), "a%20b%3Fc%23d%25e%FF");
}

}  // namespace
}  // namespace bulkhead::advisory
