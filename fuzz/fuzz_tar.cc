// Two walks of the same bytes, cut differently, have to give the same calls.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bulkhead/archive/tar.h"

namespace {

using namespace bulkhead;

// A running FNV-1a of all calls; data is hashed byte by byte, so its chunks do not count.
class HashingSink final : public archive::EntrySink {
 public:
  Result<Want> begin(const archive::EntryHeader& header) override {
    add(header.path);
    add(header.link);
    for (const std::uint64_t value :
         {static_cast<std::uint64_t>(header.type), header.uid, header.gid, header.size_bytes,
          static_cast<std::uint64_t>(header.mtime_unix_s), header.offset, header.data_offset,
          std::uint64_t{header.mode}, std::uint64_t{header.device_major},
          std::uint64_t{header.device_minor}}) {
      add_number(value);
    }
    for (const auto& [name, value] : header.xattrs) {
      add(name);
      add(value);
    }
    return header.path.ends_with('#') ? Want::skip : Want::stream;
  }
  Result<void> data(ByteView chunk) override {
    // The head of a file is enough: holes of 64 MiB would be all that the fuzzer does.
    constexpr std::uint64_t kHashed = 8 << 10;
    const std::uint64_t room = bytes_ < kHashed ? kHashed - bytes_ : 0;
    add(as_text(
        chunk.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, chunk.size())))));
    bytes_ += chunk.size();
    return {};
  }
  Result<void> end() override {
    add_number(bytes_);
    bytes_ = 0;
    return {};
  }
  void note(Error error, bool is_gap) override {
    add(error.what);
    add_number(error.offset * 2 + (is_gap ? 1 : 0));
  }

  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  void add_number(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) add_byte(value >> (8 * i) & 0xff);
  }
  std::uint64_t hash() const { return hash_; }

 private:
  void add_byte(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t bytes_ = 0;
};

std::uint64_t walk(ByteView tar, std::size_t chunk, bool is_seeking) {
  HashingSink sink;
  Limits limits;
  limits.header_bytes = 8 << 10;  // so that small inputs meet it
  limits.path_bytes = 1 << 10;
  limits.entries = 1000;
  archive::TarReader reader(sink, limits);
  Result<void> result;
  while (!tar.empty() && result) {
    std::size_t taken = std::min(chunk, tar.size());
    if (is_seeking && reader.skippable() > 0) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(reader.skippable(), tar.size()));
      reader.skip(taken);
    } else {
      result = reader.feed(tar.first(taken));
    }
    tar = tar.subspan(taken);
  }
  if (result) result = reader.finish();
  if (!result) sink.note(result.error(), true);
  sink.add_number(reader.trailing_nonzero());
  return sink.hash();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView tar = std::as_bytes(std::span(data, size)).subspan(1);
  const std::size_t chunk = 1 + std::size_t{data[0]} * 5;
  if (walk(tar, tar.size() + 1, false) != walk(tar, chunk, (data[0] & 1) != 0)) std::abort();
  return 0;
}
