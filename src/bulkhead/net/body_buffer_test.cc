#include "bulkhead/net/body_buffer.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::net {
namespace {

bool never() { return false; }

std::string read_text(BodyBuffer& buffer, std::size_t most) {
  std::vector<std::byte> out(most);
  const auto got = buffer.read(out, never);
  EXPECT_TRUE(got);
  return got ? std::string(as_text(ByteView(out).first(got->bytes))) : "";
}

TEST(BodyBuffer, GivesBytesInOrderAroundTheEndOfTheRing) {
  BodyBuffer buffer(8);
  EXPECT_TRUE(buffer.try_write(as_bytes("abcdef")));
  EXPECT_EQ(read_text(buffer, 4), "abcd");
  EXPECT_TRUE(buffer.try_write(as_bytes("ghijkl")));
  EXPECT_EQ(read_text(buffer, 100), "efghijkl");
}

TEST(BodyBuffer, HoldsTheWriterUntilHalfIsFree) {
  BodyBuffer buffer(8);
  EXPECT_TRUE(buffer.try_write(as_bytes("abcdefg")));
  EXPECT_FALSE(buffer.try_write(as_bytes("hi")));
  std::vector<std::byte> out(2);
  EXPECT_FALSE(buffer.read(out, never)->is_resume);  // 5 of 8 are left
  EXPECT_TRUE(buffer.read(out, never)->is_resume);
  EXPECT_FALSE(buffer.read(out, never)->is_resume) << "told once";
  EXPECT_TRUE(buffer.try_write(as_bytes("hi")));
  EXPECT_EQ(read_text(buffer, 100), "ghi");
}

TEST(BodyBuffer, TellsAnErrorAfterTheBytesBeforeIt) {
  BodyBuffer buffer(8);
  EXPECT_TRUE(buffer.try_write(as_bytes("abc")));
  buffer.finish(Error{Code::truncated, "http: cut"});
  buffer.finish(std::nullopt);  // the first word counts
  EXPECT_EQ(read_text(buffer, 100), "abc");
  std::vector<std::byte> out(1);
  for (int i = 0; i < 2; ++i) {
    const auto end = buffer.read(out, never);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, Code::truncated);
  }
}

TEST(BodyBuffer, EndsWithoutBytes) {
  BodyBuffer buffer(8);
  buffer.finish(std::nullopt);
  EXPECT_EQ(read_text(buffer, 100), "");
  EXPECT_EQ(read_text(buffer, 100), "");
}

TEST(BodyBuffer, StopsWaitingWhenCancelled) {
  BodyBuffer buffer(8);
  std::atomic<bool> cancelled = false;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancelled = true;
  });
  std::vector<std::byte> out(1);
  const auto end = buffer.read(out, [&] { return cancelled.load(); });
  canceller.join();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().what, "cancelled");
}

TEST(BodyBuffer, CarriesBytesBetweenThreadsForAllSizes) {
  std::string text(300'000, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  for (const std::size_t capacity : {1UL, 7UL, 4096UL, 1UL << 20}) {
    const std::size_t piece = std::min<std::size_t>(capacity, 1000);
    const std::size_t length = capacity < 100 ? 20'000 : text.size();
    BodyBuffer buffer(capacity);
    std::thread writer([&] {
      for (std::size_t at = 0; at < length;) {
        const auto bytes =
            as_bytes(std::string_view(text).substr(at, std::min(piece, length - at)));
        if (buffer.try_write(bytes)) {
          at += bytes.size();
        } else {
          buffer.flush();
          std::this_thread::yield();
        }
      }
      buffer.finish(std::nullopt);
    });
    std::string got;
    std::vector<std::byte> out(777);
    for (;;) {
      const auto count = buffer.read(out, never);
      ASSERT_TRUE(count);
      if (count->bytes == 0) break;
      got += as_text(ByteView(out).first(count->bytes));
    }
    writer.join();
    EXPECT_TRUE(got == text.substr(0, length)) << "capacity " << capacity;
  }
}

}  // namespace
}  // namespace bulkhead::net
