#include "bulkhead/image/entry_log.h"

#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::image {
namespace {

/// An entry that owns its texts.
struct Stored {
  std::string path;
  std::string link;
  EntryType type = EntryType::file;
  std::uint16_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size_bytes = 0;
  bool operator==(const Stored&) const = default;

  LogEntry view() const { return {path, link, type, mode, uid, gid, size_bytes}; }
};

std::vector<Stored> drain(EntryLog& log) {
  std::vector<Stored> got;
  log.consume([&](std::uint32_t ordinal, const LogEntry& e) {
    EXPECT_EQ(ordinal, got.size());
    got.push_back(
        {std::string(e.path), std::string(e.link), e.type, e.mode, e.uid, e.gid, e.size_bytes});
  });
  return got;
}

TEST(EntryLog, GivesBackWhatItGot) {
  const std::vector<Stored> entries = {
      {"", "", EntryType::directory, 0755, 0, 0, 0},
      {"usr", "", EntryType::directory, 07777, 1, 2, 0},
      {"usr/bin/env", "", EntryType::file, 04755, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF},
      {"usr/bin/env", "", EntryType::file, 0, 127, 128, 127},
      {"usr/bin/environment", "env", EntryType::symlink, 0777, 16383, 16384, 0},
      {"usr/b", "usr/bin/env", EntryType::hardlink, 0644, 0, 0, 0},
      {"zero\x01\xff", "", EntryType::symlink, 0777, 0, 0, 0},
      {"dev/null", "", EntryType::char_device, 0666, 0, 0, 0},
      {"dev/pipe", "", EntryType::fifo, 0600, 0, 0, 0},
      {std::string(65535, 'p'), std::string(65535, 'l'), EntryType::symlink, 0777, 0, 0, 0},
      {std::string(65535, 'p') + "/q", "", EntryType::block_device, 0660, 0, 6, 0},
  };
  EntryLog log;
  for (const Stored& entry : entries) log.append(entry.view());
  EXPECT_EQ(log.count(), entries.size());
  EXPECT_EQ(drain(log), entries);
  EXPECT_EQ(log.count(), 0U);
  EXPECT_TRUE(drain(log).empty());
}

TEST(EntryLog, CanBeFilledAgainAfterItWasUsedUp) {
  EntryLog log;
  log.append(Stored{.path = "var/lib/x", .link = {}}.view());
  drain(log);
  log.append(Stored{.path = "var/lib/y", .link = {}}.view());
  const std::vector<Stored> got = drain(log);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got.front().path, "var/lib/y");
}

TEST(EntryLog, SharesStartsAcrossTheBordersOfItsBlocks) {
  // Enough for several blocks, with paths that share their start, fully and not at all.
  std::vector<Stored> entries;
  for (std::uint32_t i = 0; i < 60'000; ++i) {
    const std::string folder = "d" + std::to_string(i / 997) + "/";
    entries.push_back({folder + "name" + std::to_string(i * 7919 % 60'000),
                       i % 5 == 0 ? std::to_string(i) : "",
                       i % 5 == 0 ? EntryType::symlink : EntryType::file, 0644, i, i * 3,
                       std::uint64_t{i} << (i % 40)});
  }
  EntryLog log;
  for (const Stored& entry : entries) log.append(entry.view());
  EntryLog copy = log;  // `files --layer` replays a layer twice
  EXPECT_EQ(drain(log), entries);
  EXPECT_EQ(drain(copy), entries);
}

}  // namespace
}  // namespace bulkhead::image
