// Images that arrive as a stream, through the real inspectors: whatever the chunks, threads and
// damage, what is told is what the file would tell.
#include "bulkhead/scan/stream_reader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "bulkhead/catalog/registry.h"
#include "tests/support/layout.h"

namespace bulkhead::scan {
namespace {

using test_support::file;
using test_support::Layout;

/// Gives at most `chunk` bytes a read, and an error at the end if there is one.
class TextStream final : public io::Stream {
 public:
  TextStream(std::string text, std::size_t chunk, std::optional<Error> error = {})
      : text_(std::move(text)), chunk_(chunk), error_(std::move(error)) {}
  Result<std::size_t> read(MutableByteView out) override {
    const std::size_t length = std::min({chunk_, out.size(), text_.size() - at_});
    if (length == 0 && error_) return std::unexpected(*error_);
    std::copy_n(as_bytes(std::string_view(text_)).data() + at_, length, out.data());
    at_ += length;
    return length;
  }

 private:
  std::string text_;
  std::size_t chunk_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

test_support::Image sample() {
  test_support::Image image;
  image.layers.push_back(
      test_support::make_layer(std::vector{file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.0\n"),
                                           file("opt/large", std::string(9000, 'x'))},
                               test_support::Compression::gzip));
  image.layers.push_back(test_support::make_layer(
      std::vector{file("lib/apk/db/installed", "P:musl\nV:1.2.4-r0\nA:x86_64\n\n")}));
  image.tags = {"sample:1"};
  return image;
}

std::string sample_in(Layout layout) {
  const test_support::Image image = sample();
  return test_support::build_archive({&image, 1}, layout);
}

/// What one reading says, in one line.
std::string say(io::Stream& stream, unsigned jobs, StreamKind kind = StreamKind::any,
                std::string_view pick = {}) {
  RunContext context = quiet_context();
  context.jobs = jobs;
  context.chunk_bytes = 512;
  KeptBudget budget;
  Notes notes(context.limits.notes);
  image::TargetRequest request;
  request.spool_folder = testing::TempDir();
  auto streamed =
      read_stream(stream, kind, pick, request, catalog::inspectors(), {}, context, budget, notes);
  if (!streamed) return "error: " + describe(streamed.error());
  std::string said(target_kind_name(streamed->target.target.kind));
  for (LayerResult& layer : streamed->layers) {
    said += " [" + std::to_string(layer.entries.count()) + " entries " +
            std::to_string(layer.facts.size()) + " facts";
    for (const Note& note : std::move(layer.notes).take_sorted()) {
      said += " !" + note.where + ": " + note.what;
    }
    said += "]";
  }
  for (const Note& note : std::move(notes).take_sorted()) {
    said += " !" + note.where + ": " + note.what;
  }
  return said;
}

TEST(StreamReader, ReadsEveryLayoutInAnyChunks) {
  for (const Layout layout :
       {Layout::docker_archive, Layout::docker_archive_oci, Layout::oci_archive}) {
    const std::string archive = sample_in(layout);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{700}, std::size_t{1} << 20}) {
      for (const unsigned jobs : {1U, 3U}) {
        TextStream stream(archive, chunk);
        EXPECT_EQ(say(stream, jobs), "image [2 entries 1 facts] [1 entries 1 facts]") << chunk;
      }
    }
  }
}

TEST(StreamReader, TellsARootFilesystemFromAnImage) {
  const std::string tar = test_support::make_tar(
      std::vector{file("a.tar.gz", std::string("\x1f\x8b\x08", 3)), file("manifest.txt", "x"),
                  file("etc/os-release", "ID=alpine\n")});
  TextStream stream(tar, 100);
  EXPECT_EQ(say(stream, 1), "rootfs [3 entries 1 facts]");
  TextStream again(tar, 100);
  EXPECT_TRUE(say(again, 1, StreamKind::docker_archive).starts_with("error: manifest.json"));
  TextStream image(sample_in(Layout::oci_archive), 100);
  EXPECT_TRUE(say(image, 1, StreamKind::rootfs).starts_with("rootfs ["));
}

TEST(StreamReader, PicksByName) {
  TextStream stream(sample_in(Layout::docker_archive), 4096);
  EXPECT_TRUE(say(stream, 1, StreamKind::any, "sample:1").starts_with("image"));
  TextStream other(sample_in(Layout::docker_archive), 4096);
  EXPECT_TRUE(say(other, 1, StreamKind::any, "other:1").contains("no image 'other:1'"));
}

TEST(StreamReader, ALayerThatIsThereTwiceIsReadOnceAndCountsTwice) {
  test_support::Image image = sample();
  image.layers.push_back(image.layers[1]);
  for (const Layout layout : {Layout::docker_archive_oci, Layout::oci_archive}) {
    TextStream stream(test_support::build_archive({&image, 1}, layout), 4096);
    EXPECT_EQ(say(stream, 2), "image [2 entries 1 facts] [1 entries 1 facts] [1 entries 1 facts]");
  }
}

TEST(StreamReader, HoldsDigestsAgainstTheManifest) {
  test_support::Image image = sample();
  image.layers[1].diff_id = test_support::sha256_digest("something else");
  TextStream stream(test_support::build_archive({&image, 1}, Layout::docker_archive), 4096);
  EXPECT_TRUE(say(stream, 2).contains("layer 1: digest mismatch: the layer's tar (diff ID)"));
}

TEST(StreamReader, SaysWhereAStreamWasCut) {
  const std::string archive = sample_in(Layout::docker_archive);
  TextStream undamaged(archive, 300);
  const std::string whole = say(undamaged, 2);
  bool is_all_there = false;  // what is cut from here on is filler, or `repositories`
  for (std::size_t length = 0; length < archive.size() - 1024; length += 97) {
    TextStream stream(archive.substr(0, length), 300);
    const std::string said = say(stream, 2);
    is_all_there = is_all_there || said == whole;
    EXPECT_TRUE(is_all_there || said.starts_with("error: ") || said.contains("!"))
        << length << ": " << said;
    EXPECT_TRUE(!is_all_there || length >= archive.size() * 3 / 4) << length;
  }
  TextStream broken(archive.substr(0, 2000), 300, Error{Code::io, "the line went dead"});
  EXPECT_TRUE(say(broken, 2).contains("the line went dead"));
}

TEST(StreamReader, SurvivesDamageAnywhere) {
  const std::string archive = sample_in(Layout::oci_archive);
  for (std::size_t at = 0; at < archive.size(); at += 61) {
    std::string damaged = archive;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    TextStream stream(damaged, 5000);
    EXPECT_FALSE(say(stream, 1).empty());
  }
}

}  // namespace
}  // namespace bulkhead::scan
