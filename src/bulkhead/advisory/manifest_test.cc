#include "bulkhead/advisory/manifest.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "bulkhead/advisory/scratch_test.h"

namespace bulkhead::advisory {
namespace {

std::string file_name(char digit) { return std::string(64, digit) + ".sqlite"; }

ManifestFeed feed(std::string name, char digit) {
  return {{std::move(name), "Debian:12", file_name(digit), 7, 1000, 2000}, 4096};
}

TEST(Manifest, GivesBackWhatWasPutIn) {
  std::vector<ManifestFeed> feeds = {feed("b\"\\\n\xc3\xa9", 'a'), feed("a", 'b')};
  const auto read = parse_manifest(format_manifest(feeds));
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].info.name, "a") << "sorted";
  const ManifestFeed& got = (*read)[1];
  EXPECT_EQ(got.info.name, "b\"\\\n\xc3\xa9");
  EXPECT_EQ(got.info.ecosystem, "Debian:12");
  EXPECT_EQ(got.info.file, file_name('a'));
  EXPECT_EQ(got.info.records, 7u);
  EXPECT_EQ(got.info.updated_unix_s, 1000);
  EXPECT_EQ(got.info.imported_unix_s, 2000);
  EXPECT_EQ(got.size_bytes, 4096u);
  EXPECT_TRUE(got.is_readable());
  EXPECT_TRUE(parse_manifest(format_manifest({}))->empty());
}

TEST(Manifest, TellsFilesOfAnotherLayout) {
  std::string text = format_manifest({feed("a", 'b')});
  const std::string layout = "\"layout\":" + std::to_string(kStoreVersion) + ",";
  const std::size_t at = text.find(layout);
  ASSERT_NE(at, std::string::npos);
  text.erase(at, layout.size());
  const auto read = parse_manifest(text);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->front().is_readable()) << "older ones did not say";
  EXPECT_FALSE(parse_manifest(format_manifest(*read))->front().is_readable()) << "it stays";
}

TEST(Manifest, RefusesWhatIsNone) {
  const std::string good = format_manifest({feed("a", 'b')});
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  struct Row {
    std::string text;
    Code want;
    const char* why;
  };
  const Row rows[] = {
      {"", Code::malformed, "empty"},
      {"{}", Code::unsupported, "no schema"},
      {with("/1\"", "/2\""), Code::unsupported, "another schema"},
      {with("\"feeds\"", "\"feds\""), Code::malformed, "no feeds"},
      {with(file_name('b'), "../" + file_name('b').substr(3)), Code::malformed, "a way out"},
      {with("4096", "-1"), Code::malformed, "a negative size"},
      {with("\"records\":7", "\"records\":\"7\""), Code::malformed, "a number as text"},
      {with("\"name\":\"a\"", "\"name\":\"\""), Code::malformed, "no name"},
      {format_manifest({feed("a", 'b'), feed("a", 'c')}), Code::malformed, "a feed twice"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto read = parse_manifest(row.text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, row.want);
  }
  for (std::size_t i = 0; i + 2 < good.size(); ++i) EXPECT_FALSE(parse_manifest(good.substr(0, i)));
}

TEST(Manifest, PublishReplacesByNameAndKeepsTheRest) {
  const Scratch scratch;
  ASSERT_TRUE(publish(scratch.path(), {feed("a", '1'), feed("b", '2')}, 0));
  ASSERT_TRUE(publish(scratch.path(), {feed("b", '3'), feed("c", '4')}, 0));
  const auto feeds = read_manifest(scratch.path());
  ASSERT_TRUE(feeds);
  ASSERT_EQ(feeds->size(), 3u);
  EXPECT_EQ((*feeds)[0].info.file, file_name('1'));
  EXPECT_EQ((*feeds)[1].info.file, file_name('3'));
  EXPECT_EQ((*feeds)[2].info.file, file_name('4'));
  EXPECT_TRUE(read_manifest(scratch.path("nowhere"))->empty()) << "a store that is not there yet";
}

TEST(Manifest, ADamagedOneIsNamedAndStaysAsItIs) {
  const Scratch scratch;
  scratch.put("current", "{\"schema\":");
  const auto read = read_manifest(scratch.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, scratch.path("current"));
  EXPECT_FALSE(publish(scratch.path(), {feed("a", '1')}, 0));
  EXPECT_EQ(slurp(scratch.path("current")), "{\"schema\":");
}

TEST(Manifest, RemovesOnlyOldFilesOfItsOwnThatNobodyNames) {
  const Scratch scratch;
  const std::string names[] = {file_name('1'), file_name('2'), "feed-1-1.tmp", "notes.txt"};
  for (const std::string& name : names) scratch.put(name, "x");
  struct stat info{};
  ASSERT_EQ(::stat(scratch.path(names[0]).c_str(), &info), 0);
  const auto exists = [&](const std::string& name) {
    return std::filesystem::exists(scratch.path(name));
  };
  ASSERT_TRUE(publish(scratch.path(), {feed("a", '1')}, info.st_mtime + 24 * 3600 - 60));
  for (const std::string& name : names) EXPECT_TRUE(exists(name)) << "young: " << name;
  ASSERT_TRUE(publish(scratch.path(), {feed("a", '1')}, info.st_mtime + 24 * 3600 + 60));
  EXPECT_TRUE(exists(names[0])) << "named";
  EXPECT_FALSE(exists(names[1])) << "an old feed";
  EXPECT_FALSE(exists(names[2])) << "left by a killed import";
  EXPECT_TRUE(exists(names[3])) << "not ours";
}

}  // namespace
}  // namespace bulkhead::advisory
