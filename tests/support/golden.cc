#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::test {
namespace {

bool is_updating() {
  const char* value = std::getenv("BULKHEAD_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

/// "line 3: 'have', golden 'want'" of the first line that differs.
std::string first_difference(std::string_view have, std::string_view want) {
  for (int line = 1;; ++line) {
    const std::string_view of_have = take_line(have);
    const std::string_view of_want = take_line(want);
    const bool is_last = have.empty() || want.empty();
    if (of_have != of_want || is_last) {
      return "line " + std::to_string(line) + ":\n  have   '" + std::string(of_have) +
             "'\n  golden '" + std::string(of_want) + "'";
    }
  }
}

}  // namespace

void expect_golden(const std::string& path, std::string_view text) {
  if (is_updating()) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    ASSERT_TRUE(file.good()) << "cannot write " << path;
    GTEST_SKIP() << "wrote " << path;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.good()) << "cannot read " << path << " (BULKHEAD_UPDATE_GOLDEN=1 writes it)";
  const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  // The whole texts are too long to be read beside one another.
  EXPECT_TRUE(golden == text) << path << ", " << first_difference(text, golden)
                              << "\nBULKHEAD_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace bulkhead::test
