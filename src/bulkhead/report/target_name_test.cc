#include "bulkhead/report/target_name.h"

#include <gtest/gtest.h>

namespace bulkhead::report {
namespace {

TEST(TargetName, NamesImagesAsPeopleDo) {
  struct Row {
    std::string reference;
    std::vector<std::string> tags;
    TargetKind kind;
    std::string_view image;
    std::string_view repository;
    std::string_view why;
  };
  const Row rows[] = {
      {"app.tar", {"app:1.0", "app:latest"}, TargetKind::image, "app:1.0", "app", "its tag"},
      {"docker-archive:/tmp/app.tar",
       {"r.example:5000/a/b:2"},
       TargetKind::image,
       "r.example:5000/a/b:2",
       "r.example:5000/a/b",
       "a port is no tag"},
      {"registry:r.example/a@sha256:00",
       {},
       TargetKind::image,
       "r.example/a@sha256:00",
       "r.example/a",
       "a digest is no part of the name"},
      {"nginx:1.25", {}, TargetKind::image, "nginx:1.25", "nginx", "no prefix, but a tag"},
      {"docker-archive:/tmp/x/app.tar",
       {},
       TargetKind::image,
       "/tmp/x/app.tar",
       "app.tar",
       "a prefix"},
      {"/tmp/x/app.tar", {}, TargetKind::image, "/tmp/x/app.tar", "app.tar", "a path"},
      {"dir:/srv/root/", {}, TargetKind::directory, "/srv/root/", "root", "a folder"},
      {"r.example:5000/a", {}, TargetKind::image, "r.example:5000/a", "r.example:5000/a", "no tag"},
      {"", {}, TargetKind::image, "unknown", "unknown", "never empty"},
      {"@", {}, TargetKind::image, "@", "@", "never empty"},
      {":", {}, TargetKind::image, ":", ":", "never empty"},
      {"/", {}, TargetKind::directory, "/", "/", "never empty"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const TargetInfo target{row.reference, row.kind, {}, {}, {}, row.tags};
    EXPECT_EQ(image_name(target), row.image);
    EXPECT_EQ(repository_name(target), row.repository);
  }
}

TEST(TargetName, NamesSystems) {
  OsInfo os;
  EXPECT_EQ(system_name(std::nullopt), "unknown");
  EXPECT_EQ(system_name(os), "unknown");
  os.id = "debian";
  EXPECT_EQ(system_name(os), "debian");
  os.version = "11";
  EXPECT_EQ(system_name(os), "debian:11");
}

}  // namespace
}  // namespace bulkhead::report
