#include "bulkhead/io/hash.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::io {
namespace {

std::string digest(std::string_view algorithm, std::string_view text, std::size_t piece) {
  auto hasher = Hasher::create(algorithm);
  EXPECT_TRUE(hasher);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    hasher->update(as_bytes(text.substr(at, piece)));
  }
  return hasher->finish_hex();
}

// FIPS 180-2, appendix B and C, and the empty message.
TEST(Hasher, GivesTheStandardsDigests) {
  struct Case {
    const char* algorithm;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"sha256", std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
      {"sha512", "abc",
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
  };
  for (const Case& c : cases) {
    for (const std::size_t piece : {1UL, 7UL, 64UL, 2'000'000UL}) {
      EXPECT_EQ(digest(c.algorithm, c.text, piece), c.expected) << c.text.size() << " by " << piece;
    }
  }
}

TEST(Hasher, KnowsNoOtherAlgorithms) {
  for (const char* name : {"md5", "SHA256", "", "sha256:"}) {
    const auto hasher = Hasher::create(name);
    ASSERT_FALSE(hasher) << name;
    EXPECT_EQ(hasher.error().code, Code::unsupported);
  }
}

TEST(Hasher, WorksOnManyThreads) {
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  for (std::string& result : results) {
    threads.emplace_back([&result] { result = digest("sha256", "abc", 1); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, results[0]);
  EXPECT_TRUE(results[0].starts_with("ba7816bf"));
}

}  // namespace
}  // namespace bulkhead::io
