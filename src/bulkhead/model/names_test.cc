#include <gtest/gtest.h>

#include "bulkhead/model/finding.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/package_names.h"
#include "bulkhead/model/report.h"

namespace bulkhead {
namespace {

TEST(Names, AreTheReportsWords) {
  EXPECT_EQ(type_name(PackageType::alpm), "alpm");
  EXPECT_EQ(type_name(PackageType::apk), "apk");
  EXPECT_EQ(type_name(PackageType::bitnami), "bitnami");
  EXPECT_EQ(type_name(PackageType::deb), "deb");
  EXPECT_EQ(type_name(PackageType::generic), "generic");
  EXPECT_EQ(type_name(PackageType::opkg), "opkg");
  EXPECT_EQ(type_name(PackageType::rpm), "rpm");
  EXPECT_EQ(origin_name(Origin::installed), "installed");
  EXPECT_EQ(origin_name(Origin::declared), "declared");
  EXPECT_EQ(origin_name(Origin::embedded), "embedded");
  EXPECT_EQ(origin_name(Origin::inferred), "inferred");
  EXPECT_EQ(finding_kind_name(FindingKind::vulnerability), "vulnerability");
  EXPECT_EQ(finding_kind_name(FindingKind::support), "support");
  EXPECT_EQ(suppression_status_name(SuppressionStatus::ignored), "ignored");
  EXPECT_EQ(suppression_status_name(SuppressionStatus::not_affected), "not_affected");
  EXPECT_EQ(suppression_status_name(SuppressionStatus::fixed), "fixed");
  EXPECT_EQ(suppression_status_name(SuppressionStatus::baseline), "baseline");
  EXPECT_EQ(target_kind_name(TargetKind::image), "image");
  EXPECT_EQ(target_kind_name(TargetKind::rootfs), "rootfs");
  EXPECT_EQ(target_kind_name(TargetKind::directory), "directory");
  EXPECT_EQ(target_kind_name(TargetKind::sbom), "sbom");
}

TEST(Names, AreReadBack) {
  for (const std::string_view name : {"alpm", "deb", "golang", "rpm", "swift"}) {
    const std::optional<PackageType> type = parse_type_name(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type_name(*type), name);
  }
  EXPECT_FALSE(parse_type_name("oci"));
  EXPECT_FALSE(parse_type_name(""));
  EXPECT_EQ(parse_origin_name("embedded"), Origin::embedded);
  EXPECT_FALSE(parse_origin_name("Embedded"));
}

}  // namespace
}  // namespace bulkhead
