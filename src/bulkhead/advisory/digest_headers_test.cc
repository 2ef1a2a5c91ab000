#include "bulkhead/advisory/digest_headers.h"

#include <gtest/gtest.h>

#include "bulkhead/advisory/scratch_test.h"

namespace bulkhead::advisory {
namespace {

// printf hello | openssl dgst -sha256 -binary | base64
constexpr const char* kSha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
constexpr const char* kSha512 =
    "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==";

TEST(DigestHeaders, WhatServersSay) {
  struct Row {
    std::string header;
    std::string value;
    std::string_view algorithm;
    std::string_view why;
  };
  const std::string sha256 = kSha256;
  const std::string sha512 = kSha512;
  const Row rows[] = {
      {"Repr-Digest", "sha-256=:" + sha256 + ":", "sha256", "RFC 9530"},
      {"repr-digest", "sha-256=:" + sha256 + ":, sha-512=:" + sha512 + ":", "sha512",
       "the stronger one"},
      {"Digest", "SHA-256=" + sha256, "sha256", "RFC 3230"},
      {"Digest", "md5=HUXZLQLMuI/KZ5KDcJPcOA==,SHA-256=" + sha256, "sha256", "not the first"},
      {"Digest", "md5=HUXZLQLMuI/KZ5KDcJPcOA==", "", "not one that is trusted"},
      {"Repr-Digest", "sha-256=:short:", "", "too short"},
      {"Repr-Digest", "sha-256", "", "no value"},
      {"Repr-Digest", "", "", "empty"},
      {"Content-Digest", "sha-256=:" + sha256 + ":", "", "of the body of a part, perhaps"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    net::HttpHead head;
    head.headers = {{row.header, row.value}};
    EXPECT_EQ(DigestHeaders::of(head).algorithm, row.algorithm);
  }
}

TEST(DigestHeaders, AFileIsHeldAgainstThem) {
  const Scratch scratch;
  const std::string path = scratch.put("a", "hello");
  EXPECT_TRUE(DigestHeaders{}.check(path)) << "nothing was said";
  EXPECT_TRUE((DigestHeaders{"sha256", kSha256}.check(path)));
  EXPECT_TRUE((DigestHeaders{"sha512", kSha512}.check(path)));
  scratch.put("a", "hellp");
  const auto wrong = DigestHeaders{"sha256", kSha256}.check(path);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::malformed);
  EXPECT_FALSE((DigestHeaders{"sha256", kSha256}.check(scratch.path("none"))));
}

}  // namespace
}  // namespace bulkhead::advisory
