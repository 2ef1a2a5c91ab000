#include <gtest/gtest.h>

#include "bulkhead/report/writer.h"

namespace bulkhead::report {
namespace {

TEST(Registry, FindsEachWriterByItsName) {
  for (const Writer& writer : writers()) {
    EXPECT_EQ(find_writer(writer.name), &writer);
    EXPECT_FALSE(writer.description.empty());
  }
  EXPECT_EQ(find_writer("nonesuch"), nullptr);
  EXPECT_EQ(find_writer(""), nullptr) << "most writers have no other name";
  EXPECT_EQ(find_writer("cyclonedx-json"), find_writer("cyclonedx"));
  EXPECT_EQ(find_writer("spdx-json"), find_writer("spdx"));
  EXPECT_EQ(writers().front().name, "table") << "the default comes first";
}

}  // namespace
}  // namespace bulkhead::report
