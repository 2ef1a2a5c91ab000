#include "bulkhead/remote/certs_folder.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace bulkhead::remote {
namespace {

class CertsFolder : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path) {
    const std::filesystem::path whole = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << "x";
  }
  const std::string root_ = testing::TempDir() + "bulkhead-certs-" + std::to_string(getpid());
};

TEST_F(CertsFolder, FindsWhatIsThere) {
  const std::vector<std::string> roots = {root_ + "/user", root_ + "/system"};
  EXPECT_EQ(find_certificates("h.io:5000", roots)->ca_folder, "");
  write("system/h.io:5000/ca.crt");
  write("system/h.io:5000/me.cert");
  write("system/h.io:5000/me.key");
  write("system/h.io:5000/you.cert");
  write("system/h.io:5000/you.key");
  write("system/h.io/other.crt");
  const auto found = find_certificates("h.io:5000", roots);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->ca_folder, root_ + "/system/h.io:5000");
  EXPECT_EQ(found->client_certificate, root_ + "/system/h.io:5000/me.cert");
  EXPECT_EQ(found->client_key, root_ + "/system/h.io:5000/me.key");
  write("user/h.io:5000/README");
  EXPECT_EQ(find_certificates("h.io:5000", roots)->ca_folder, "") << "the first folder counts";
}

TEST_F(CertsFolder, ACertificateWantsItsKey) {
  write("h.io/me.cert");
  write("h.io/you.key");
  const auto found = find_certificates("h.io", {root_});
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().what.contains("me.key")) << found.error().what;
}

TEST(CertificateRoots, TheUsersComeFirst) {
  const auto roots = certificate_roots([](const char* name) {
    return std::string(name) == "HOME" ? std::string("/home/u") : std::string();
  });
  ASSERT_EQ(roots.size(), 3U);
  EXPECT_EQ(roots[0], "/home/u/.config/containers/certs.d");
  EXPECT_EQ(roots[2], "/etc/docker/certs.d");
}

}  // namespace
}  // namespace bulkhead::remote
