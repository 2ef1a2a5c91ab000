#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"

// What the tests of the tar reader share: headers with every field in the test's hand, and a sink
// that writes down what it is told.
namespace bulkhead::archive {

inline std::string tar_octal(std::uint64_t value, int digits) {
  return fmt::format("{:0{}o}", value, digits) + std::string(1, '\0');
}

/// The unsigned sum in the checksum's field.
inline void seal_tar_header(std::string& block) {
  block.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  block.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
}

struct TarHeader {
  std::string name;
  char type = '0';
  std::uint64_t size = 0;
  std::string link = {};
  std::string magic = std::string("ustar\0", 6) + "00";
  std::string prefix = {};
  std::uint64_t mode = 0644;
  /// Bytes put over the block before it is sealed.
  std::vector<std::pair<std::size_t, std::string>> patches = {};

  std::string block() const {
    std::string out(512, '\0');
    const auto put = [&](std::size_t at, std::string_view text) {
      out.replace(at, text.size(), text);
    };
    put(0, name);
    put(100, tar_octal(mode, 7));
    put(108, tar_octal(1000, 7));
    put(116, tar_octal(100, 7));
    put(124, tar_octal(size, 11));
    put(136, tar_octal(1234567890, 11));
    out[156] = type;
    put(157, link);
    put(257, magic);
    put(345, prefix);
    for (const auto& [at, bytes] : patches) put(at, bytes);
    seal_tar_header(out);
    return out;
  }
};

inline const std::string kGnuMagic = std::string("ustar  \0", 8);

inline std::string padded(std::string data) {
  data.resize((data.size() + 511) / 512 * 512, '\0');
  return data;
}

inline std::string tar_file(std::string_view name, std::string_view data) {
  return TarHeader{.name = std::string(name), .size = data.size()}.block() +
         padded(std::string(data));
}

inline std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (length != rest + std::to_string(length).size()) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

inline std::string pax_header(std::string_view records, char type = 'x') {
  return TarHeader{.name = "PaxHeaders/x", .type = type, .size = records.size()}.block() +
         padded(std::string(records));
}

inline std::string gnu_long(char type, std::string_view text) {
  const std::string data = std::string(text) + std::string(1, '\0');
  return TarHeader{.name = "././@LongLink", .type = type, .size = data.size(), .magic = kGnuMagic}
             .block() +
         padded(data);
}

inline std::string tar_end() { return std::string(1024, '\0'); }

inline char type_letter(EntryType type) {
  constexpr std::string_view kLetters = "-dlhcbp";
  return kLetters[static_cast<std::size_t>(type)];
}

/// Every call, as text; data of one entry in one piece.
class RecordingSink final : public EntrySink {
 public:
  Result<Want> begin(const EntryHeader& header) override {
    const bool is_skipped = !skip_name.empty() && header.path.find(skip_name) != header.path.npos;
    std::string line =
        fmt::format("{} {} {:o} {}/{} {} {}", type_letter(header.type), header.path, header.mode,
                    header.uid, header.gid, header.size_bytes, header.mtime_unix_s);
    if (!header.link.empty()) line += fmt::format(" -> {}", header.link);
    if (header.device_major != 0 || header.device_minor != 0) {
      line += fmt::format(" {}:{}", header.device_major, header.device_minor);
    }
    for (const auto& [name, value] : header.xattrs) line += fmt::format(" {}={}", name, value);
    names.emplace_back(header.path);
    offsets.emplace_back(header.offset, header.data_offset);
    events.push_back(std::move(line));
    data_.clear();
    return is_skipped ? Want::skip : Want::stream;
  }
  Result<void> data(ByteView chunk) override {
    data_ += as_text(chunk);
    return {};
  }
  Result<void> end() override {
    events.push_back("end " + data_);
    return {};
  }
  void note(Error error, bool is_gap) override {
    events.push_back(fmt::format("{} {} {}: {}", is_gap ? "GAP" : "odd", code_name(error.code),
                                 error.offset, error.what));
  }

  std::string skip_name;  // entries with this in their path are skipped
  std::vector<std::string> events;
  std::vector<std::string> names;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> offsets;

 private:
  std::string data_;
};

/// What a walk gave: the events, and the error as the last of them.
struct TarWalk {
  std::vector<std::string> events;
  std::vector<std::string> names;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> offsets;
  bool is_ended = false;
  std::uint64_t trailing = 0;
  std::uint64_t entries = 0;
};

struct WalkOptions {
  std::size_t chunk = SIZE_MAX;
  std::string skip_name = {};
  bool use_skip = false;
  Limits limits = {};
};

inline TarWalk walk_tar(std::string_view tar, const WalkOptions& options = {}) {
  RecordingSink sink;
  sink.skip_name = options.skip_name;
  TarReader reader(sink, options.limits);
  const auto record = [&](const Result<void>& result) {
    if (result) return true;
    const Error& error = result.error();
    sink.events.push_back(
        fmt::format("ERROR {} {}: {}", code_name(error.code), error.offset, error.what));
    return false;
  };
  while (!tar.empty()) {
    if (options.use_skip && reader.skippable() > 0) {
      const std::size_t bytes = std::min<std::uint64_t>(reader.skippable(), tar.size());
      reader.skip(bytes);
      tar.remove_prefix(bytes);
      continue;
    }
    // A copy on the heap: the sanitizers see a read past the chunk or after it.
    const std::vector<char> chunk(tar.begin(), tar.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                 options.chunk, tar.size())));
    tar.remove_prefix(chunk.size());
    if (!record(reader.feed(as_bytes({chunk.data(), chunk.size()})))) break;
  }
  record(reader.finish());
  return {std::move(sink.events), std::move(sink.names),     std::move(sink.offsets),
          reader.is_ended(),      reader.trailing_nonzero(), reader.entry_count()};
}

}  // namespace bulkhead::archive
