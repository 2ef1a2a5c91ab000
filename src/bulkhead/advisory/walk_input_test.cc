#include "bulkhead/advisory/walk_input.h"

#include <atomic>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/scratch_test.h"
#include "tests/support/compress.h"
#include "tests/support/tar_writer.h"

namespace bulkhead::advisory {
namespace {

using test_support::compress;
using test_support::Compression;

// Writes down what it is given, places without the scratch folder's path.
class Recorder final : public InputSink {
 public:
  explicit Recorder(std::string root) : root_(std::move(root)) {}
  void begin_unit(std::string_view place) override { log.push_back("+" + local(place)); }
  Result<void> end_unit(bool is_whole) override {
    log.emplace_back(is_whole ? "-" : "-cut");
    return {};
  }
  Result<bool> document(std::string_view place, std::string_view text) override {
    if (text.contains("\"fail\"")) return fail(Code::io, "disk full");
    log.push_back(local(place) + "=" + std::string(text));
    return !text.contains("\"odd\"");
  }
  void note(Note note) override { log.push_back("!" + note.code + " " + local(note.where)); }

  std::vector<std::string> log;

 private:
  std::string local(std::string_view place) const {
    std::string text(place);
    const std::size_t at = text.find(root_);
    if (at != std::string::npos) text.erase(at, root_.size() + 1);
    return text;
  }
  std::string root_;
};

std::string tar_of(const Files& files) {
  std::vector<test_support::TarEntry> entries;
  for (const auto& [name, text] : files) entries.push_back({.path = name, .data = text});
  return test_support::make_tar(entries);
}

using Log = std::vector<std::string>;

Log walk(const std::string& text, std::size_t chunk_bytes = 256 << 10) {
  const Scratch scratch;
  const std::string path = scratch.put("f", text);
  Recorder recorder(scratch.path());
  RunContext context = quiet_context();
  context.chunk_bytes = chunk_bytes;
  EXPECT_TRUE(walk_input(path, recorder, context));
  return recorder.log;
}

TEST(WalkInput, LooksIntoEveryWrapping) {
  const std::string a = R"({"a":1})";
  const std::string large = R"({"large":")" + std::string(20'000, 'x') + R"("})";
  const std::string zip = make_zip({{"dir/", ""}, {"a.json", a}, {"b.txt", "words"}, {"c", large}});
  struct Row {
    std::string text;
    Log want;
    const char* why;
  };
  const Log inside = {"+f", "f/a=" + a, "f/c=" + large, "-"};
  const auto wrapped = [&](Log log) {
    log.insert(log.begin(), "+f");
    log.emplace_back("-");
    return log;
  };
  const std::string tar = tar_of({{"a", a}, {"c", large}});
  const Row rows[] = {
      {a, {"+f", "f=" + a, "-"}, "a file"},
      {compress(a, Compression::zstd), {"+f", "f=" + a, "-"}, "zstd"},
      {compress(large, Compression::gzip), {"+f", "f=" + large, "-"}, "gzip"},
      {compress(compress(a, Compression::xz), Compression::bzip2), {"+f", "f=" + a, "-"}, "twice"},
      {tar, wrapped(inside), "tar"},
      {compress(tar, Compression::xz), wrapped(inside), "tar.xz"},
      {compress(tar, Compression::bzip2), wrapped(inside), "tar.bz2"},
      {zip, wrapped({"+f", "f/a.json=" + a, "f/c=" + large, "-", "!unsupported f"}), "zip"},
      {tar_of({{"in.zip", make_zip({{"a", a}})}}),
       wrapped({"+f", "+f/in.zip", "f/in.zip/a=" + a, "-", "-"}), "a zip in a tar"},
      {make_zip({{"in.tar.gz", compress(tar_of({{"a.json.zst", compress(a, Compression::zstd)}}),
                                        Compression::gzip)}}),
       wrapped({"+f", "+f/in.tar.gz", "f/in.tar.gz/a.json.zst=" + a, "-", "-"}),
       "a compressed file in a compressed tar in a zip"},
      {make_zip({{"1", make_zip({{"2", make_zip({{"a", a}})}})}}),
       wrapped({"+f", "+f/1", "!limit-exceeded f/1/2", "-", "-"}), "three deep"},
      {"", wrapped({"!unsupported f"}), "an empty file"},
      {"words", wrapped({"!unsupported f"}), "no known format"},
      {R"({"odd":1})", wrapped({R"(f={"odd":1})", "!unsupported f"}), "JSON of no known format"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {1U, 511U, 4097U, 1U << 18}) {
      EXPECT_EQ(walk(row.text, chunk), row.want) << "chunks of " << chunk;
    }
  }
}

TEST(WalkInput, NotesDamageAndGoesOn) {
  const std::string a = R"({"a":1})";
  const std::string tar = tar_of({{"a", a}, {"b", R"({"b":1})"}});
  std::string bad_crc = make_zip({{"a", a}, {"b", R"({"b":1})"}});
  bad_crc[bad_crc.find(a) + 2] = 'x';
  const std::string packed = compress(tar, Compression::gzip);
  struct Row {
    std::string text;
    Log want;
    const char* why;
  };
  const Row rows[] = {
      {tar.substr(0, 1024 + 514),
       {"+f", "+f", "f/a=" + a, "!truncated f", "-cut", "-"},
       "a cut tar"},
      {bad_crc, {"+f", "+f", "!malformed f/a", R"(f/b={"b":1})", "-", "-"}, "one bad member"},
      {make_zip({{"a", a}}).substr(0, 40), {"+f", "!malformed f", "-"}, "a cut zip"},
      {compress(a, Compression::gzip).substr(0, 20), {"+f", "!truncated f", "-"}, "a cut gzip"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Log got = walk(row.text);
    // A zip without its end is malformed or truncated, as its reader says.
    for (std::string& line : got) {
      if (row.want.size() > 1 && row.want[1] == "!malformed f" && line == "!truncated f") {
        line = "!malformed f";
      }
    }
    EXPECT_EQ(got, row.want);
  }
  // However it is cut, units are closed and no document is a part of one.
  for (std::size_t i = 0; i < packed.size(); ++i) {
    int open = 0;
    for (const std::string& line : walk(packed.substr(0, i))) {
      if (line.starts_with("+")) ++open;
      if (line.starts_with("-")) --open;
      const bool is_document = line.contains("=");
      EXPECT_TRUE(!is_document || line.ends_with("}")) << line;
    }
    EXPECT_EQ(open, 0) << "cut at " << i;
  }
}

TEST(WalkInput, WalksFoldersInOrderWithoutLinks) {
  const Scratch scratch;
  scratch.put("in/b.json", R"({"b":1})");
  scratch.put("in/a/z.json", R"({"z":1})");
  scratch.put("in/c.zip", make_zip({{"m", R"({"m":1})"}}));
  scratch.put("in/README", "words");
  std::filesystem::create_symlink("/etc", scratch.path("in/link"));
  std::filesystem::create_symlink("b.json", scratch.path("in/file-link"));
  Recorder recorder(scratch.path());
  ASSERT_TRUE(walk_input(scratch.path("in"), recorder, quiet_context()));
  EXPECT_EQ(recorder.log, (Log{"+in", R"(in/a/z.json={"z":1})", R"(in/b.json={"b":1})", "+in/c.zip",
                               R"(in/c.zip/m={"m":1})", "-", "!unsupported in", "-"}));
}

TEST(WalkInput, NamesTheFoldersOfUnknownFiles) {
  class Notes final : public InputSink {
   public:
    void begin_unit(std::string_view) override {}
    Result<void> end_unit(bool) override { return {}; }
    Result<bool> document(std::string_view, std::string_view) override { return false; }
    void note(Note note) override { notes.push_back(std::move(note)); }
    std::vector<Note> notes;
  };
  const Scratch scratch;
  for (int folder = 10; folder < 33; ++folder) {
    scratch.put(fmt::format("in/{}/b", folder), "words");
    scratch.put(fmt::format("in/{}/a", folder), "{}");
  }
  Notes found;
  ASSERT_TRUE(walk_input(scratch.path("in"), found, quiet_context()));
  ASSERT_EQ(found.notes.size(), 21u);
  EXPECT_EQ(found.notes[0].what, "import: 2 files are of no known format, the first is a");
  EXPECT_EQ(found.notes[0].where, scratch.path("in/10"));
  EXPECT_EQ(found.notes[19].where, scratch.path("in/29"));
  EXPECT_EQ(found.notes[20].what, "import: 6 files are of no known format in further folders");
  EXPECT_EQ(found.notes[20].where, scratch.path("in"));
}

TEST(WalkInput, HandsOnTheSinksErrorAndAMissingPath) {
  const Scratch scratch;
  Recorder recorder(scratch.path());
  const auto missing = walk_input(scratch.path("nowhere"), recorder, quiet_context());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().where, scratch.path("nowhere"));
  const std::string bad = R"({"fail":1})";
  for (const std::string& text :
       {bad, compress(bad, Compression::gzip), make_zip({{"a", bad}}), tar_of({{"a", bad}}),
        compress(tar_of({{"a", bad}, {"b", "x"}}), Compression::zstd)}) {
    const std::string path = scratch.put("f", text);
    const auto done = walk_input(path, recorder, quiet_context());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().what, "disk full");
  }
  std::atomic<bool> cancelled = true;
  RunContext context = quiet_context();
  context.cancelled = &cancelled;
  EXPECT_FALSE(walk_input(scratch.put("f", "{}"), recorder, context));
}

}  // namespace
}  // namespace bulkhead::advisory
