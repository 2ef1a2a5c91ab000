#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "bulkhead/archive/entry_sink.h"

namespace bulkhead::image {

using archive::EntryType;

/// One entry of a layer as the overlay needs it. Views live until the log moves on.
struct LogEntry {
  std::string_view path;  // clean (image/path.h); "" for the root
  std::string_view link;  // a symlink's or hardlink's target as stored
  EntryType type = EntryType::file;
  std::uint16_t mode = 0;  // 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size_bytes = 0;
};

/// The entries of one layer in stored order, packed: a path shares its start with the one before,
/// numbers take as few bytes as they need. About 12 bytes and the name for an ordinary entry, which
/// is what makes a layer of millions of files bearable until the layers below it have been read.
class EntryLog {
 public:
  /// @return  Bytes that it takes.
  std::size_t append(const LogEntry& entry);
  /// Entries; an entry's ordinal is its place from 0.
  std::uint32_t count() const { return count_; }
  /// Bytes that all of them take.
  std::uint64_t bytes() const;

  /// Calls visit(ordinal, const LogEntry&) for each entry and gives the memory of what was
  /// visited back as it goes: the log is empty afterwards.
  template <class Visit>
  void consume(Visit visit) {
    Cursor cursor;
    while (!blocks_.empty()) {
      for (std::size_t at = 0; at < blocks_.front().size();) {
        const LogEntry entry = cursor.read(blocks_.front(), at);
        visit(cursor.ordinal++, entry);
      }
      blocks_.pop_front();
    }
    count_ = 0;
    last_path_.clear();
  }

 private:
  struct Cursor {
    std::string path;
    std::uint32_t ordinal = 0;
    LogEntry read(std::string_view block, std::size_t& at);
  };

  std::deque<std::string> blocks_;
  std::string last_path_;
  std::uint32_t count_ = 0;
};

}  // namespace bulkhead::image
