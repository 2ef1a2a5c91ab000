#include "bulkhead/archive/tar_sparse.h"

#include <gtest/gtest.h>

#include "bulkhead/archive/tar_test_support.h"

namespace bulkhead::archive {
namespace {

constexpr std::size_t kChunks[] = {1, 3, 511, 512, 513, 4096, SIZE_MAX};

using Segments = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// One file in every form that GNU tar has written.
struct Sparse {
  Segments segments;
  std::uint64_t real_size = 0;
  std::string stored;
};

std::string old_form(const Sparse& file) {
  TarHeader header{.name = "s", .type = 'S', .size = file.stored.size(), .magic = kGnuMagic};
  std::string entries;
  for (const auto& [offset, length] : file.segments) {
    entries += tar_octal(offset, 11) + tar_octal(length, 11);
  }
  const std::string first = entries.substr(0, 96);
  std::string rest = entries.substr(first.size());
  header.patches = {
      {386, first}, {482, rest.empty() ? "" : "\1"}, {483, tar_octal(file.real_size, 11)}};
  std::string out = header.block();
  while (!rest.empty()) {
    std::string block = rest.substr(0, 21 * 24);
    rest.erase(0, block.size());
    block.resize(512, '\0');
    if (!rest.empty()) block[504] = '\1';
    out += block;
  }
  return out + padded(file.stored);
}

std::string pax_file(const std::string& records, const std::string& stored) {
  return pax_header(records) +
         TarHeader{.name = "GNUSparseFile.1/s", .size = stored.size()}.block() + padded(stored);
}

std::string form_0_0(const Sparse& file) {
  std::string records = pax_record("GNU.sparse.size", std::to_string(file.real_size)) +
                        pax_record("GNU.sparse.numblocks", std::to_string(file.segments.size()));
  for (const auto& [offset, length] : file.segments) {
    records += pax_record("GNU.sparse.offset", std::to_string(offset)) +
               pax_record("GNU.sparse.numbytes", std::to_string(length));
  }
  return pax_file(records + pax_record("path", "s"), file.stored);
}

std::string form_0_1(const Sparse& file) {
  std::string map;
  for (const auto& [offset, length] : file.segments) {
    map += fmt::format("{}{},{}", map.empty() ? "" : ",", offset, length);
  }
  return pax_file(pax_record("GNU.sparse.size", std::to_string(file.real_size)) +
                      pax_record("GNU.sparse.name", "s") + pax_record("GNU.sparse.map", map),
                  file.stored);
}

std::string text_map(const Segments& segments) {
  std::string map = fmt::format("{}\n", segments.size());
  for (const auto& [offset, length] : segments) map += fmt::format("{}\n{}\n", offset, length);
  return map;
}

std::string form_1_0_of(const std::string& map, std::uint64_t real_size,
                        const std::string& stored) {
  return pax_file(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
                      pax_record("GNU.sparse.name", "s") +
                      pax_record("GNU.sparse.realsize", std::to_string(real_size)),
                  padded(map) + stored);
}

std::string form_1_0(const Sparse& file) {
  return form_1_0_of(text_map(file.segments), file.real_size, file.stored);
}

using Form = std::string (*)(const Sparse&);
constexpr Form kForms[] = {old_form, form_0_0, form_0_1, form_1_0};

std::string unpack(const Sparse& file) {
  std::string out(file.real_size, '\0');
  std::size_t at = 0;
  for (const auto& [offset, length] : file.segments) {
    out.replace(offset, length, file.stored, at, length);
    at += length;
  }
  return out;
}

std::string begin_line(std::uint64_t size) {
  return fmt::format("- s 644 1000/100 {} 1234567890", size);
}

const std::string kNext = tar_file("next", "n");
const std::vector<std::string> kNextEvents = {"- next 644 1000/100 1 1234567890", "end n"};

std::vector<std::string> with_next(std::vector<std::string> events) {
  events.insert(events.end(), kNextEvents.begin(), kNextEvents.end());
  return events;
}

TEST(TarSparse, AllFormsUnpackAlike) {
  Sparse many{.segments = {}, .real_size = 200'000, .stored = {}};
  for (std::uint64_t i = 0; i < 100; ++i) {
    many.segments.emplace_back(i * 2000, 10 + i);
    many.stored += std::string(10 + i, static_cast<char>('a' + i % 26));
  }
  const std::vector<Sparse> files = {
      {{{3, 4}, {10, 2}}, 15, "abcdef"},
      {{{0, 5}}, 5, "abcde"},
      {{{0, 3}, {3, 3}}, 6, "abcdef"},
      {{{15, 0}}, 15, ""},
      {{{0, 0}, {5, 3}, {9, 0}}, 9, "abc"},
      {{{70'000, 600}}, 300'000, std::string(600, 'x')},
      many,
  };
  for (const Sparse& file : files) {
    for (const Form form : kForms) {
      const std::string tar = form(file) + kNext + tar_end();
      for (const std::size_t chunk : kChunks) {
        EXPECT_EQ(walk_tar(tar, {.chunk = chunk}).events,
                  with_next({begin_line(file.real_size), "end " + unpack(file)}));
        for (const bool use_skip : {false, true}) {
          const WalkOptions options{.chunk = chunk, .skip_name = "s", .use_skip = use_skip};
          EXPECT_EQ(walk_tar(tar, options).events, with_next({begin_line(file.real_size), "end "}));
        }
      }
    }
  }
}

TEST(TarSparse, GivesTheOffsetBehindTheMap) {
  Sparse file{.segments = {}, .real_size = 1000, .stored = std::string(30, 'x')};
  for (std::uint64_t i = 0; i < 30; ++i) file.segments.emplace_back(i * 2, 1);
  using Offsets = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  const auto offsets = [&](Form form) { return walk_tar(form(file)).offsets; };
  EXPECT_EQ(offsets(old_form), (Offsets{{0, 1536}}));  // 4 in the header, 21 and 5 behind it
  EXPECT_EQ(offsets(form_0_1), (Offsets{{0, 1536}}));
  EXPECT_EQ(offsets(form_1_0), (Offsets{{0, 2048}}));
}

TEST(TarSparse, LeavesOutBadMapsAndGoesOn) {
  struct Row {
    std::string why;
    Sparse file;
    std::string want;
  };
  const std::vector<Row> rows = {
      {"not in order",
       {{{10, 2}, {3, 4}}, 15, "abcdef"},
       "its segments are not in order or overlap"},
      {"overlap", {{{0, 4}, {3, 2}}, 15, "abcdef"}, "its segments are not in order or overlap"},
      {"behind the end", {{{10, 6}}, 15, "abcdef"}, "a segment lies behind the file's end"},
      {"starts behind the end", {{{16, 0}}, 15, ""}, "a segment lies behind the file's end"},
      {"more than there is",
       {{{0, 7}}, 15, "abcdef"},
       "its segments have more bytes than are stored"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    for (const Form form : kForms) {
      const std::string tar = form(row.file) + kNext;
      if (form == form_1_0 && row.file.stored.empty()) continue;  // the map alone is data
      for (const std::size_t chunk : kChunks) {
        EXPECT_EQ(walk_tar(tar, {.chunk = chunk}).events,
                  with_next({"GAP malformed 0: tar: \"s\" was left out: " + row.want}));
      }
    }
  }
  const std::string unreadable = "its sparse map cannot be read";
  const std::pair<std::string, std::string> texts[] = {
      {"1\n-1\n2\n", unreadable},
      {"1\n\n0\n", unreadable},
      {"x", unreadable},
      {"99999999999999999999\n", unreadable},
      {"9223372036854775800\n", unreadable},
      {"3\n0\n1\n", unreadable},
  };
  for (const auto& [map, want] : texts) {
    SCOPED_TRACE(map);
    for (const std::size_t chunk : kChunks) {
      EXPECT_EQ(walk_tar(form_1_0_of(map, 15, "") + kNext, {.chunk = chunk}).events,
                with_next({"GAP malformed 0: tar: \"s\" was left out: " + want}));
    }
  }
  const std::string turn = "its offsets and lengths are not in turn";
  const std::string number = "a number of the map cannot be read";
  const std::pair<std::string, std::string> records[] = {
      {pax_record("GNU.sparse.offset", "1") + pax_record("GNU.sparse.offset", "2"), turn},
      {pax_record("GNU.sparse.numbytes", "1"), turn},
      {pax_record("GNU.sparse.offset", "1"), turn},
      {pax_record("GNU.sparse.map", "1"), "the map has an odd count of numbers"},
      {pax_record("GNU.sparse.map", "1,-2"), number},
      {pax_record("GNU.sparse.map", "1,2,"), "the map has an odd count of numbers"},
      {pax_record("GNU.sparse.map", "0,1") + pax_record("GNU.sparse.size", "-5"),
       "its real size cannot be read"},
  };
  for (const auto& [text, want] : records) {
    SCOPED_TRACE(text);
    EXPECT_EQ(walk_tar(pax_file(pax_record("GNU.sparse.name", "s") + text, "abc") + kNext).events,
              with_next({"GAP malformed 0: tar: \"s\" was left out: " + want}));
  }
}

TEST(TarSparse, BoundsMaps) {
  Sparse file{.segments = {}, .real_size = 100'000, .stored = std::string(2000, 'x')};
  for (std::uint64_t i = 0; i < 2000; ++i) file.segments.emplace_back(i * 2, 1);
  Limits limits;
  limits.header_bytes = 4096;
  const std::string why =
      "GAP limit-exceeded 0: tar: \"s\" was left out: its sparse map is larger than "
      "--max-header-bytes";
  for (const Form form : {old_form, form_1_0}) {
    for (const std::size_t chunk : kChunks) {
      EXPECT_EQ(walk_tar(form(file) + kNext, {.chunk = chunk, .limits = limits}).events,
                with_next({why}));
    }
  }
}

// Counts instead of keeping.
class SizeSink final : public EntrySink {
 public:
  Result<Want> begin(const EntryHeader& header) override {
    claimed += header.size_bytes;
    return Want::stream;
  }
  Result<void> data(ByteView chunk) override {
    bytes += chunk.size();
    return {};
  }
  Result<void> end() override {
    ++ends;
    return {};
  }
  void note(Error error, bool is_gap) override {
    gaps += is_gap ? 1 : 0;
    oddities += is_gap ? 0 : 1;
    EXPECT_EQ(error.code, Code::limit_exceeded);
  }
  std::uint64_t claimed = 0, bytes = 0, ends = 0, gaps = 0, oddities = 0;
};

TEST(TarSparse, BoundsHoles) {
  constexpr std::uint64_t kTiB = 1ULL << 40;
  const Sparse data_behind{{{10, 3}, {kTiB - 3, 3}}, kTiB, "abcdef"};
  const Sparse nothing_behind{{{10, 3}}, kTiB, "abc"};
  for (const Form form : {form_0_0, form_0_1, form_1_0}) {
    const Limits limits;
    SizeSink sink;
    TarReader reader(sink, limits);
    ASSERT_TRUE(reader.feed(as_bytes(form(data_behind) + form(nothing_behind) + kNext)));
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(sink.claimed, 2 * kTiB + 1);
    EXPECT_EQ(sink.bytes, 2 * ((64 << 20) + 3) + 1);
    EXPECT_EQ(sink.ends, 3U);
    EXPECT_EQ(sink.gaps, 1U) << "stored bytes were lost";
    EXPECT_EQ(sink.oddities, 1U) << "only zeros were left out";
  }
}

TEST(TarSparse, BoundsTheHolesOfAnArchive) {
  const std::string tar = form_0_1({{{60 << 20, 1}}, (60 << 20) + 1, "x"});
  const Limits limits;
  SizeSink sink;
  TarReader reader(sink, limits);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(reader.feed(as_bytes(tar)));
  ASSERT_TRUE(reader.finish());
  EXPECT_EQ(sink.ends, 100U);
  EXPECT_EQ(sink.bytes, (1ULL << 30) + 17);  // 1 GiB of zeros, and 17 files whole
  EXPECT_EQ(sink.gaps, 83U);
}

TEST(TarSparse, NotesStoredBytesThatAreCut) {
  const std::string tar = form_0_1({{{3, 4}, {10, 2}}, 15, "abcdef"});
  const std::size_t data = tar.size() - 512;
  for (std::size_t have = 0; have < 6; ++have) {
    const std::vector<std::string> events = walk_tar(tar.substr(0, data + have)).events;
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events.back(), fmt::format("ERROR truncated {}: tar: the archive ends inside the "
                                         "data of \"s\": {} bytes are lacking",
                                         data + have, 6 - have));
  }
}

}  // namespace
}  // namespace bulkhead::archive
