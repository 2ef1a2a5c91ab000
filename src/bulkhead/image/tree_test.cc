#include "bulkhead/image/tree.h"

#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bulkhead::image {
namespace {

/// One entry as the tables below write it: "d etc 0755", "f etc/x", "l a -> b", "h a -> b",
/// "w etc/x" (a whiteout), "o etc" (an opaque mark).
void append(EntryLog& log, const std::string& text) {
  LogEntry entry;
  std::string path = text.substr(2);
  std::string link;
  if (const std::size_t arrow = path.find(" -> "); arrow != std::string::npos) {
    link = path.substr(arrow + 4);
    path.resize(arrow);
  }
  entry.mode = 0644;
  const std::size_t space = path.find(' ');
  if (space != std::string::npos) {
    entry.mode = static_cast<std::uint16_t>(std::stoul(path.substr(space + 1), nullptr, 8));
    path.resize(space);
  }
  const std::size_t name = path.rfind('/') + 1;  // 0 where there is no slash
  switch (text.front()) {
    case 'd':
      entry.type = EntryType::directory;
      if (space == std::string::npos) entry.mode = 0755;
      break;
    case 'l':
      entry.type = EntryType::symlink;
      break;
    case 'h':
      entry.type = EntryType::hardlink;
      break;
    case 'w':
      path.insert(name, ".wh.");
      break;
    case 'o':
      path += path.empty() ? ".wh..wh..opq" : "/.wh..wh..opq";
      break;
    default:
      break;
  }
  entry.path = path;
  entry.link = link;
  entry.size_bytes = text.size();
  log.append(entry);
}

using Layers = std::vector<std::vector<std::string>>;

struct Applied {
  explicit Applied(const Limits& limits, bool has_whiteouts = true)
      : tree(limits, has_whiteouts), notes(limits.notes) {}
  void apply(const std::vector<std::string>& entries) {
    EntryLog log;
    for (const std::string& entry : entries) append(log, entry);
    tree.apply(log, layer, fmt::format("layer {}", layer), notes,
               [](std::string_view path) { return path == "wanted"; });
    ++layer;
  }
  /// "d0 etc|f1 etc/x|l0 a -> b": type, layer that brought it, path.
  std::string shown() const {
    std::string text;
    tree.walk([&](NodeId node, const std::string& path) {
      const NodeInfo info = tree.info(node);
      constexpr char kLetters[] = {'f', '?', 'l', 'c', 'b', 'd', 'p'};
      const char letter = info.type == EntryType::directory ? 'd'
                          : info.type == EntryType::symlink ? 'l'
                                                            : kLetters[0];
      text += fmt::format("{}{}{} {}", text.empty() ? "" : "|", letter, info.layer, path);
      if (info.type == EntryType::symlink) text += fmt::format(" -> {}", info.link);
      EXPECT_EQ(tree.path(node), path);
      EXPECT_EQ(tree.find(path, false), node);
    });
    return text;
  }

  Tree tree;
  Notes notes;
  std::uint16_t layer = 0;
};

TEST(Tree, AppliesLayersAsTheSpecificationSays) {
  struct Case {
    const char* why;
    Layers layers;
    const char* want;
  };
  const std::vector<std::string> base = {"d a", "f a/x", "f a/y", "d a/s", "f a/s/z"};
  const Case cases[] = {
      {"one layer", {base}, "d0 a|d0 a/s|f0 a/s/z|f0 a/x|f0 a/y"},
      {"a file hides a file", {base, {"f a/x"}}, "d0 a|d0 a/s|f0 a/s/z|f1 a/x|f0 a/y"},
      {"a whiteout of a file", {base, {"w a/x"}}, "d0 a|d0 a/s|f0 a/s/z|f0 a/y"},
      {"of a folder with all in it", {base, {"w a/s"}}, "d0 a|f0 a/x|f0 a/y"},
      {"of nothing", {base, {"w a/q"}}, "d0 a|d0 a/s|f0 a/s/z|f0 a/x|f0 a/y"},
      {"hides nothing of its own layer, after",
       {base, {"f a/x", "w a/x"}},
       "d0 a|d0 a/s|f0 a/s/z|f1 a/x|f0 a/y"},
      {"hides nothing of its own layer, before",
       {base, {"w a/x", "f a/x"}},
       "d0 a|d0 a/s|f0 a/s/z|f1 a/x|f0 a/y"},
      {"of a folder to which its layer adds", {base, {"f a/s/n", "w a"}}, "d1 a|d1 a/s|f1 a/s/n"},
      {"the same, the whiteout first", {base, {"w a", "f a/s/n"}}, "d1 a|d1 a/s|f1 a/s/n"},
      {"opaque", {base, {"d a", "o a"}}, "d0 a"},
      {"opaque, with something beside it", {base, {"o a", "f a/n"}}, "d0 a|f1 a/n"},
      {"opaque, after what is beside it",
       {base, {"f a/n", "f a/s/n", "o a"}},
       "d0 a|f1 a/n|d1 a/s|f1 a/s/n"},
      {"opaque twice", {base, {"o a", "f a/n", "o a"}}, "d0 a|f1 a/n"},
      {"opaque above and below",
       {base, {"f a/s/n", "o a", "o a/s", "w a"}},
       "d1 a|d1 a/s|f1 a/s/n"},
      {"opaque root", {base, {"f n", "o "}}, "f1 n"},
      {"a layer above one with an opaque mark", {base, {"o a"}, {"f a/n"}, {"o a"}}, "d0 a"},
      {"a file takes a folder's place", {base, {"f a"}}, "f1 a"},
      {"a link takes a folder's place", {base, {"l a -> b"}}, "l1 a -> b"},
      {"a folder takes a file's place",
       {base, {"d a/x", "f a/x/in"}},
       "d0 a|d0 a/s|f0 a/s/z|d1 a/x|f1 a/x/in|f0 a/y"},
      {"a folder takes a link's place", {{"l a -> b"}, {"d a"}}, "d1 a"},
      {"a folder on a folder keeps what is in it",
       {base, {"d a 0700"}},
       "d1 a|d0 a/s|f0 a/s/z|f0 a/x|f0 a/y"},
      {"a path that goes through a file", {{"f a"}, {"f a/in"}}, "d1 a|f1 a/in"},
      {"parents that no entry names", {{"f p/q/r"}}, "d0 p|d0 p/q|f0 p/q/r"},
      {"a parent that is a link", {{"d u", "l k -> u"}, {"f k/n"}}, "l0 k -> u|d0 u|f1 u/n"},
      {"an absolute link", {{"d u", "l k -> /u"}, {"f k/n"}}, "l0 k -> /u|d0 u|f1 u/n"},
      {"a link above the root",
       {{"d u", "l k -> ../../u"}, {"f k/n"}},
       "l0 k -> ../../u|d0 u|f1 u/n"},
      {"a link to nothing makes its target",
       {{"l k -> u/v"}, {"f k/n"}},
       "l0 k -> u/v|d1 u|d1 u/v|f1 u/v/n"},
      {"a whiteout through a link", {{"d u", "f u/x", "l k -> u"}, {"w k/x"}}, "l0 k -> u|d0 u"},
      {"a whiteout of a link, not of its target",
       {{"d u", "f u/x", "l k -> u"}, {"w k"}},
       "d0 u|f0 u/x"},
      {"a hard link", {{"f a", "h b -> a"}}, "f0 a|f0 b"},
      {"a hard link to a lower layer", {{"f a"}, {"h b -> a"}, {"w a"}}, "f1 b"},
      {"a hard link to a link is a link", {{"l a -> x", "h b -> a"}}, "l0 a -> x|l0 b -> x"},
      {"a hard link in place of a folder", {{"f a", "d b", "f b/c"}, {"h b -> a"}}, "f0 a|f1 b"},
      {"a hard link to itself", {{"f a"}, {"h a -> a"}}, "f0 a"},
      {"a hard link to nothing changes nothing", {{"f a"}, {"h a -> b"}}, "f0 a"},
      {"a hard link to a folder changes nothing", {{"d a", "f b"}, {"h b -> a"}}, "d0 a|f0 b"},
      {"what aufs keeps for itself", {{"f .wh..wh.aufs", "f a"}}, "f0 a"},
      {"a whiteout without a name", {{"f .wh.", "f a"}}, "f0 a"},
  };
  for (const Case& c : cases) {
    Applied applied{Limits{}};
    for (const auto& layer : c.layers) applied.apply(layer);
    EXPECT_EQ(applied.shown(), c.want) << c.why;
    EXPECT_FALSE(applied.notes.has_gap()) << c.why;
  }
}

TEST(Tree, KnowsNoWhiteoutsInARootFilesystem) {
  Applied applied(Limits{}, false);
  applied.apply({"f .wh.x", "d a", "o a"});
  EXPECT_EQ(applied.shown(), "f0 .wh.x|d0 a|f0 a/.wh..wh..opq");
}

TEST(Tree, ShowsOfAHardLinkWhatItLinksTo) {
  Applied applied{Limits{}};
  applied.apply({"f a 04711"});
  applied.apply({"h b -> a"});
  const NodeInfo info = applied.tree.info(applied.tree.find("b", false));
  EXPECT_EQ(info.mode, 04711);
  EXPECT_EQ(info.size_bytes, std::string("f a 04711").size());
  EXPECT_EQ(info.layer, 1);
  EXPECT_EQ(applied.tree.content(applied.tree.find("b", false)), (ContentId{0, 0}));
}

TEST(Tree, FollowsLinksUpToTheBound) {
  Limits limits;
  limits.link_depth = 3;
  Applied applied(limits);
  applied.apply({"f end", "l 1 -> end", "l 2 -> 1", "l 3 -> 2", "l 4 -> 3", "l round -> round",
                 "l gone -> nowhere"});
  const Tree& tree = applied.tree;
  EXPECT_EQ(tree.find("3", true), tree.find("end", false));
  EXPECT_EQ(tree.find("4", true), kNoNode);
  bool is_endless = false;
  EXPECT_EQ(tree.follow(tree.find("round", false), &is_endless), kNoNode);
  EXPECT_TRUE(is_endless);
  is_endless = false;
  EXPECT_EQ(tree.follow(tree.find("gone", false), &is_endless), kNoNode);
  EXPECT_FALSE(is_endless);
  applied.apply({"f round/x", "f 4/x"});
  EXPECT_TRUE(applied.notes.has_gap());
}

TEST(Tree, BoundsTheStepsOfLongLinks) {
  Limits limits;
  limits.path_depth = 10;
  Applied applied(limits);
  std::string turns;
  for (int i = 0; i < 50; ++i) turns += "d/../";
  applied.apply({"d d", "l long -> " + turns + "d"});
  EXPECT_EQ(applied.tree.find("long", true), kNoNode);
}

TEST(Tree, NotesHardLinksToNothing) {
  Applied applied{Limits{}};
  applied.apply({"h a -> b"});
  EXPECT_FALSE(applied.notes.has_gap());
  ASSERT_EQ(applied.notes.all().size(), 1U);
  EXPECT_EQ(applied.notes.all().front().where, "layer 0!a");
  applied.apply({"h wanted -> b"});
  EXPECT_TRUE(applied.notes.has_gap()) << "an inspector wants what is there";
}

TEST(Tree, BoundsItsNodes) {
  Limits limits;
  limits.entries = 10;
  Applied applied(limits);
  applied.apply({"f 1/2/3/4/5/6/7/8/9/10/11/12", "f x"});
  EXPECT_LE(applied.tree.node_count(), 10U);
  EXPECT_TRUE(applied.notes.has_gap());
}

TEST(Tree, StaysTheSameWhateverWasRemovedBefore) {
  // Removed nodes are given out again, and swept from lists now and then.
  constexpr int kFiles = 5000;
  Applied applied{Limits{}};
  std::vector<std::string> add, hide;
  for (int i = 0; i < kFiles; ++i) {
    add.push_back(fmt::format("f d{}/{}", i % 7, i));
    hide.push_back(fmt::format("w d{}/{}", i % 7, i));
  }
  for (int round = 0; round < 4; ++round) {
    applied.apply(add);
    EXPECT_EQ(applied.tree.node_count(), kFiles + 7U);
    applied.apply(hide);
    EXPECT_EQ(applied.tree.node_count(), 7U);
    EXPECT_EQ(applied.shown(), "d0 d0|d0 d1|d0 d2|d0 d3|d0 d4|d0 d5|d0 d6");
  }
}

}  // namespace
}  // namespace bulkhead::image
