#include "bulkhead/advisory/fetch_state.h"

#include <gtest/gtest.h>

#include "bulkhead/advisory/scratch_test.h"

namespace bulkhead::advisory {
namespace {

const FetchState kState{.address = "https://example.com/a b",
                        .etag = "\"x\\y\"",
                        .last_modified = "Mon, 01 Jan 2024 00:00:00 GMT",
                        .checked_unix_s = 1'700'000'000,
                        .size_bytes = 12,
                        .feeds = {"osv/AlmaLinux:8", "osv/AlmaLinux:9"},
                        .content = "sha256:ab"};

TEST(FetchState, IsReadAsItWasWritten) {
  const Scratch scratch;
  EXPECT_FALSE(read_fetch_state(scratch.path(), "a.json"));
  ASSERT_TRUE(write_fetch_state(scratch.path(), "a.json", kState));
  EXPECT_EQ(read_fetch_state(scratch.path(), "a.json"), kState);
  EXPECT_EQ(parse_fetch_state(format_fetch_state({})), FetchState{});
}

TEST(FetchState, DamageGivesNothingOrLess) {
  const std::string text = format_fetch_state(kState);
  for (std::size_t cut = 0; cut + 2 < text.size(); ++cut) {
    EXPECT_FALSE(parse_fetch_state(text.substr(0, cut))) << cut;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    const auto state = parse_fetch_state(flipped);
    EXPECT_TRUE(!state || state->feeds.size() <= 2) << at;
  }
  EXPECT_FALSE(parse_fetch_state("[]"));
  EXPECT_FALSE(parse_fetch_state(R"({"schema":"bulkhead.fetch/2"})"));
  const auto odd = parse_fetch_state(
      R"({"schema":"bulkhead.fetch/1","etag":3,"size_bytes":-1,"feeds":{"a":1},"checked":"x"})");
  EXPECT_EQ(odd, FetchState{});
}

TEST(FetchState, BytesOfAHeaderThatAreNoText) {
  FetchState state{.address = "a", .etag = "\"\xff\xfe\""};
  const auto read = parse_fetch_state(format_fetch_state(state));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->address, "a");
}

TEST(FetchState, WhatIfRangeMayName) {
  EXPECT_EQ(kState.strong_validator(), "\"x\\y\"");
  EXPECT_EQ((FetchState{.etag = "W/\"a\"", .last_modified = "then"}).strong_validator(), "then");
  EXPECT_EQ((FetchState{.etag = "W/\"a\""}).strong_validator(), "") << "a weak one will not do";
}

}  // namespace
}  // namespace bulkhead::advisory
