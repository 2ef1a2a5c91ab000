#include "bulkhead/advisory/product_names.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

TEST(ProductNames, KnowReleases) {
  struct Case {
    const char* cpe;
    const char* name;
    const char* ecosystem;
  };
  const Case cases[] = {
      {"cpe:/o:redhat:enterprise_linux:9", "Red Hat Enterprise Linux 9", "Red Hat:9"},
      {"cpe:/a:redhat:enterprise_linux:9::appstream", "", "Red Hat:9"},
      {"cpe:/a:redhat:rhel_eus:9.2::nfv", "", "Red Hat:9.2:eus"},
      {"cpe:/o:redhat:rhel_els:6", "", "Red Hat:6:els"},
      {"cpe:/a:redhat:openstack:17.1::el9", "", ""},
      {"cpe:/a:redhat:hummingbird:1", "", ""},
      {"cpe:/o:suse:sles:12:sp1", "SUSE Linux Enterprise Server 12 SP1", "SUSE:12.1"},
      {"", "SUSE Linux Enterprise Server 11 SP2-LTSS", "SUSE:11.2:LTSS"},
      {"", "SUSE Linux Enterprise Micro 5.5", "SUSE:Micro 5.5"},
      {"cpe:/o:suse:packagehub:12", "SUSE Package Hub 12", ""},
      {"", "SUSE CaaS Platform 4.0", ""},
      {"", "openSUSE Leap 15.6", "openSUSE:Leap 15.6"},
      {"", "openSUSE Tumbleweed", "openSUSE:Tumbleweed"},
      {"cpe:/a:openEuler:openEuler:22.03-LTS-SP3", "x", "openEuler:22.03-LTS-SP3"},
      {"", "openEuler-24.03-LTS", "openEuler:24.03-LTS"},
      {"cpe:/a:siemens:simatic:1", "Simatic", ""},
      {"", "", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ecosystem_of_product(c.cpe, c.name), c.ecosystem) << c.cpe << " " << c.name;
  }
}

TEST(ProductNames, TakePurlsApart) {
  struct Case {
    const char* purl;
    ProductPackage package;
  };
  const Case cases[] = {
      {"pkg:rpm/redhat/openssl@3.0.7-27.el9?arch=src&epoch=1",
       {"openssl", "1:3.0.7-27.el9", "src", ""}},
      {"pkg:rpm/redhat/kernel?arch=src", {"kernel", "", "src", ""}},
      {"pkg:rpm/redhat/ruby@3.1.4-142.module%2Bel8?arch=i686&rpmmod=ruby:3.1:809:a75",
       {"ruby", "3.1.4-142.module+el8", "i686", "ruby:3.1"}},
      {"pkg:rpmmod/redhat/nodejs@18:809:a75", {"", "", "", "nodejs:18"}},
      {"pkg:rpmmod/redhat/nodejs:16/nodejs", {"nodejs", "", "", "nodejs:16"}},
  };
  for (const Case& c : cases) EXPECT_EQ(package_of_purl(c.purl), c.package) << c.purl;
  EXPECT_FALSE(package_of_purl("pkg:oci/ose-cli?arch=amd64"));
  EXPECT_FALSE(package_of_purl("words"));
}

TEST(ProductNames, TakeNamesApart) {
  struct Case {
    const char* name;
    ProductPackage package;
  };
  const Case cases[] = {
      {"bind-32:9.8.2-0.68.rc1.el6_10.17.s390x", {"bind", "32:9.8.2-0.68.rc1.el6_10.17", "s390x"}},
      {"libtiff-tools-0:4.4.0-12.el9.aarch64", {"libtiff-tools", "4.4.0-12.el9", "aarch64"}},
      {"vim-9.0-33.oe2203sp3.src.rpm", {"vim", "9.0-33.oe2203sp3", "src"}},
      {"ctdb-4.19.2+git.322.7e9201cef5-1.1", {"ctdb", "4.19.2+git.322.7e9201cef5-1.1"}},
      {"varnish-7.1.1-bp154.2.6.1", {"varnish", "7.1.1-bp154.2.6.1"}},
      {"libgtk-3-0", {"libgtk-3-0"}},
      {"libglib-2_0-0", {"libglib-2_0-0"}},
      {"java-1_8_0-openjdk", {"java-1_8_0-openjdk"}},
      {"nodejs:16/nodejs", {"nodejs", "", "", "nodejs:16"}},
      {"kernel", {"kernel"}},
      {"", {}},
      {"-", {"-"}},
      {"--.rpm", {"--"}},
  };
  for (const Case& c : cases) EXPECT_EQ(package_of_name(c.name), c.package) << c.name;
}

TEST(ProductNames, KnowWhatIsSaidOfFixes) {
  struct Case {
    const char* category;
    const char* details;
    std::optional<FixState> state;
  };
  const Case cases[] = {
      {"no_fix_planned", "Will not fix", FixState::will_not_fix},
      {"no_fix_planned", "Out of support scope", FixState::end_of_life},
      {"no_fix_planned", "", FixState::will_not_fix},
      {"none_available", "Affected", FixState::not_fixed},
      {"none_available", "Fix deferred", FixState::deferred},
      {"vendor_fix", "out of support", {}},
      {"workaround", "Will not fix", {}},
      {"", "New", FixState::not_fixed},
      {"", "Not affected", {}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(fix_state_of_words(c.category, c.details), c.state) << c.category << c.details;
  }
}

}  // namespace
}  // namespace bulkhead::advisory
