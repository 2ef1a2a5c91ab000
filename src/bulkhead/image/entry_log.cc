#include "bulkhead/image/entry_log.h"

#include <algorithm>
#include <cstring>

namespace bulkhead::image {
namespace {

constexpr std::size_t kBlockBytes = 256 << 10;

void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// The log is our own memory, written by `append`: its numbers are not checked again.
std::uint64_t get_number(std::string_view block, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(block[at++]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

std::string_view get_text(std::string_view block, std::size_t& at) {
  const auto length = static_cast<std::size_t>(get_number(block, at));
  const std::string_view text = block.substr(at, length);
  at += length;
  return text;
}

/// Length of the start that both texts share.
std::size_t shared_prefix(std::string_view a, std::string_view b) {
  constexpr std::size_t kStep = 16;
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t at = 0;
  while (at + kStep <= most && std::memcmp(a.data() + at, b.data() + at, kStep) == 0) at += kStep;
  while (at < most && a[at] == b[at]) ++at;
  return at;
}

bool has_link(EntryType type) { return type == EntryType::symlink || type == EntryType::hardlink; }

}  // namespace

std::uint64_t EntryLog::bytes() const {
  std::uint64_t sum = 0;
  for (const std::string& block : blocks_) sum += block.size();
  return sum;
}

std::size_t EntryLog::append(const LogEntry& entry) {
  constexpr std::size_t kNumbersBytes = 64;  // more than all the numbers of one entry can take
  const std::size_t most = entry.path.size() + entry.link.size() + kNumbersBytes;
  if (blocks_.empty() || blocks_.back().size() + most > kBlockBytes) {
    if (!blocks_.empty()) blocks_.back().shrink_to_fit();
    blocks_.emplace_back().reserve(std::max(kBlockBytes / 16, most));
  }
  std::string& out = blocks_.back();
  const std::size_t before = out.size();
  const std::size_t shared = shared_prefix(last_path_, entry.path);
  put_number(out, shared);
  put_number(out, entry.path.size() - shared);
  out.append(entry.path.substr(shared));
  out.push_back(static_cast<char>(entry.type));
  put_number(out, entry.mode);
  put_number(out, entry.uid);
  put_number(out, entry.gid);
  put_number(out, entry.size_bytes);
  if (has_link(entry.type)) {
    put_number(out, entry.link.size());
    out.append(entry.link);
  }
  last_path_.assign(entry.path);
  ++count_;
  return out.size() - before;
}

LogEntry EntryLog::Cursor::read(std::string_view block, std::size_t& at) {
  LogEntry entry;
  path.resize(static_cast<std::size_t>(get_number(block, at)));
  path.append(get_text(block, at));
  entry.path = path;
  entry.type = static_cast<EntryType>(block[at++]);
  entry.mode = static_cast<std::uint16_t>(get_number(block, at));
  entry.uid = static_cast<std::uint32_t>(get_number(block, at));
  entry.gid = static_cast<std::uint32_t>(get_number(block, at));
  entry.size_bytes = get_number(block, at);
  if (has_link(entry.type)) entry.link = get_text(block, at);
  return entry;
}

}  // namespace bulkhead::image
