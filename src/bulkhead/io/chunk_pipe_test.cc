#include "bulkhead/io/chunk_pipe.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace bulkhead::io {
namespace {

std::string numbered(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 131) >> 3);
  return text;
}

struct Drained {
  std::string bytes;
  std::optional<Error> error;
};

Drained drain(const ChunkPipe& pipe, std::size_t chunk) {
  Drained drained;
  std::vector<std::byte> buffer(chunk);
  for (;;) {
    const auto got = pipe.read_at(drained.bytes.size(), buffer);
    if (!got) {
      drained.error = got.error();
      return drained;
    }
    if (*got == 0) return drained;
    drained.bytes += as_text(ByteView(buffer).first(*got));
  }
}

TEST(ChunkPipe, HandsOnWhatWasWrittenWhateverTheSizes) {
  const std::string text = numbered(20'000);
  for (const std::size_t written : {std::size_t{1}, std::size_t{100}, std::size_t{4097}}) {
    for (const std::size_t read : {std::size_t{1}, std::size_t{512}, std::size_t{30'000}}) {
      ChunkPipe pipe(text.size(), 1000);
      std::jthread writer([&] {
        for (std::size_t at = 0; at < text.size(); at += written) {
          pipe.write(as_bytes(std::string_view(text).substr(at, written)));
        }
        pipe.close();
      });
      EXPECT_EQ(drain(pipe, read).bytes, text) << written << " " << read;
    }
  }
}

TEST(ChunkPipe, GivesWhatCameBeforeAnErrorAndThenTheError) {
  ChunkPipe pipe(10, 100);
  pipe.write(as_bytes("abc"));
  pipe.close(Error{Code::truncated, "cut"});
  const Drained drained = drain(pipe, 8);
  EXPECT_EQ(drained.bytes, "abc");
  ASSERT_TRUE(drained.error);
  EXPECT_EQ(drained.error->what, "cut");
}

TEST(ChunkPipe, AWriterWhoseReaderHasLeftGoesOn) {
  ChunkPipe pipe(1 << 20, 10);
  std::jthread reader([&] {
    std::vector<std::byte> buffer(4);
    EXPECT_TRUE(pipe.read_at(0, buffer));
    pipe.leave();
  });
  for (int i = 0; i < 1000; ++i) pipe.write(as_bytes("0123456789"));
  pipe.close();
}

}  // namespace
}  // namespace bulkhead::io
