#include "bulkhead/catalog/random_file.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::catalog {
namespace {

RandomFile collect(const Limits& limits, const std::string& bytes) {
  RandomFileWriter writer(limits, bytes.size());
  for (const char c : bytes) EXPECT_TRUE(writer.append(as_bytes({&c, 1})));
  return std::move(writer).take();
}

TEST(RandomFile, ReadsFromMemoryAndFromASpool) {
  const std::string bytes = "0123456789";
  for (const std::uint64_t most : {0U, 1U, 9U, 10U, 100U}) {
    SCOPED_TRACE(most);
    Limits limits;
    limits.random_memory_bytes = most;
    const RandomFile file = collect(limits, bytes);
    EXPECT_EQ(file.size(), 10u);
    EXPECT_EQ(file.memory_bytes() >= 10, most >= 10) << "a spool takes no memory";
    std::string scratch;
    for (std::uint64_t offset = 0; offset <= 10; ++offset) {
      for (std::uint64_t count = 0; count <= 10 - offset; ++count) {
        const auto read = file.read(offset, count, scratch);
        ASSERT_TRUE(read);
        EXPECT_EQ(as_text(*read), bytes.substr(offset, count));
      }
    }
    for (const auto& [offset, count] : {std::pair{0, 11}, {10, 1}, {11, 0}}) {
      const auto read =
          file.read(static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(count), scratch);
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code, Code::truncated);
    }
    EXPECT_FALSE(file.read(5, ~std::uint64_t{0}, scratch)) << "the sum would wrap around";
  }
}

TEST(RandomFile, StopsAtTheSpoolsBound) {
  Limits limits;
  limits.random_memory_bytes = 4;
  limits.spool_bytes = 6;
  RandomFileWriter writer(limits, 0);
  EXPECT_TRUE(writer.append(as_bytes("123456")));
  const auto more = writer.append(as_bytes("7"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::limit_exceeded);
}

TEST(RandomFile, SaysThatItHasNoFolder) {
  Limits limits;
  limits.random_memory_bytes = 0;
  RandomFileWriter writer(limits, 0, "/nowhere/at/all");
  const auto appended = writer.append(as_bytes("1"));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, Code::not_found);
}

TEST(RandomFile, MayBeEmpty) {
  std::string scratch;
  const RandomFile file = collect(Limits(), "");
  EXPECT_EQ(file.size(), 0u);
  EXPECT_TRUE(file.read(0, 0, scratch));
  EXPECT_FALSE(file.read(0, 1, scratch));
}

}  // namespace
}  // namespace bulkhead::catalog
