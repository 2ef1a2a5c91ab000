// What inspectors see of layers: late wants, databases behind links, and provenance, all through
// the real inspectors and in the way of the pipeline.
#include "bulkhead/scan/overlay.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/registry.h"
#include "bulkhead/io/source.h"
#include "bulkhead/scan/inventory.h"
#include "bulkhead/scan/read_layers.h"
#include "tests/support/image_builder.h"

namespace bulkhead::scan {
namespace {

using test_support::file;
using test_support::hardlink;
using test_support::symlink;
using test_support::TarEntry;
using test_support::whiteout;
using Layers = std::vector<std::vector<TarEntry>>;

std::string stanza(const std::string& name, const std::string& version = "1") {
  return "Package: " + name +
         "\nStatus: install ok installed\nArchitecture: all\nVersion: " + version + "\n\n";
}

struct Seen {
  std::string packages;  // "NAME@LAYER NAME@LAYER"
  std::vector<Note> notes;
  std::uint32_t late_layers = 0;
  bool has_gap = false;
};

Seen look(const Layers& layers) {
  image::OpenTarget target;
  for (const auto& entries : layers) {
    LayerInfo& info = target.layers.emplace_back();
    info.index = static_cast<std::uint32_t>(target.layers.size() - 1);
    target.sources.push_back({io::memory_source(test_support::make_tar(entries)), {}, {}, {}});
    info.size_bytes = target.sources.back().blob->size();
  }
  const RunContext context = quiet_context();
  const auto inspectors = catalog::inspectors();
  KeptBudget budget;
  Notes notes(context.limits.notes);
  Seen seen;
  auto results = read_layers(target, inspectors, {}, context, budget);
  if (!results) return seen;
  Overlay overlay = apply_layers(target, *std::move(results), inspectors, context, notes);
  for (const auto& [layer, wants] : find_late_wants(overlay.histories, overlay.facts)) {
    auto facts = read_layer_again(target, layer, inspectors, wants, context, budget, notes);
    if (facts) overlay.facts.add(layer, *std::move(facts));
    ++seen.late_layers;
  }
  const Inventory inventory = join_inventory(inspectors, overlay.histories, overlay.facts, notes);
  for (const Package& package : inventory.packages) {
    if (!seen.packages.empty()) seen.packages += ' ';
    seen.packages += package.name + "@" + std::to_string(package.locations.front().layer);
  }
  seen.has_gap = notes.has_gap();
  seen.notes = std::move(notes).take_sorted();
  return seen;
}

const std::string kStatus = "var/lib/dpkg/status";

TEST(Overlay, FindsDatabasesWhereverTheyLie) {
  struct Case {
    const char* why;
    Layers layers;
    const char* packages;
    std::uint32_t late_layers;
  };
  const Case cases[] = {
      {"at its usual place", {{file(kStatus, stanza("a"))}}, "a@0", 0},
      {"a hard link to a file of a lower layer that nobody wanted there",
       {{file("opt/copy", stanza("a"))}, {hardlink(kStatus, "opt/copy")}},
       "a@1",
       1},
      {"a hard link within its layer",
       {{file("opt/copy", stanza("a")), hardlink(kStatus, "opt/copy")}},
       "a@0",
       1},
      {"a hard link to what is hidden later",
       {{file("opt/copy", stanza("a"))}, {hardlink(kStatus, "opt/copy")}, {whiteout("opt/copy")}},
       "a@1",
       1},
      {"behind a symbolic link",
       {{file("data/status", stanza("a")), symlink(kStatus, "/data/status")}},
       "a@0",
       1},
      {"its folder is a link",
       {{file("data/dpkg/status", stanza("a")), symlink("var/lib/dpkg", "../../data/dpkg")}},
       "a@0",
       1},
      {"written through a link of a lower layer",
       {{symlink("var/lib/dpkg", "/data")}, {file(kStatus, stanza("a"))}},
       "a@1",
       0},
      {"under two names, told once",
       {{file("usr/lib/apk/db/installed", "P:a\nV:1-r0\nA:noarch\n\n"), symlink("lib", "usr/lib")}},
       "a@0",
       0},
      {"links that go round", {{symlink(kStatus, "status")}}, "", 0},
  };
  for (const Case& c : cases) {
    const Seen seen = look(c.layers);
    EXPECT_EQ(seen.packages, c.packages) << c.why;
    EXPECT_EQ(seen.late_layers, c.late_layers) << c.why;
  }
}

TEST(Overlay, TellsInWhichLayerAPackageAppeared) {
  const std::string a = stanza("a"), b = stanza("b");
  struct Case {
    const char* why;
    Layers layers;
    const char* packages;
  };
  const Case cases[] = {
      {"one more in a higher layer", {{file(kStatus, a)}, {file(kStatus, a + b)}}, "a@0 b@1"},
      {"in another order it is the same", {{file(kStatus, a)}, {file(kStatus, b + a)}}, "a@0 b@1"},
      {"another version is another package",
       {{file(kStatus, a)}, {file(kStatus, stanza("a", "2"))}},
       "a@1"},
      {"gone and back",
       {{file(kStatus, a)}, {file(kStatus, b)}, {file(kStatus, a + b)}},
       "a@2 b@1"},
      {"hidden with its database and back",
       {{file(kStatus, a)}, {whiteout(kStatus)}, {file(kStatus, a)}},
       "a@2"},
      {"layers that do not touch it count for nothing",
       {{file(kStatus, a)}, {file("x", "x")}, {file("y", "y")}, {file(kStatus, a + b)}, {}},
       "a@0 b@3"},
      {"the database hidden at last", {{file(kStatus, a)}, {whiteout(kStatus)}}, ""},
  };
  for (const Case& c : cases) EXPECT_EQ(look(c.layers).packages, c.packages) << c.why;
}

TEST(Overlay, TellsInWhichLayerALibraryAppeared) {
  const std::string path = "app/node_modules/a/package.json";
  const std::string a = R"({"name": "a", "version": "1"})";
  const std::string a2 = R"({"name": "a", "version": "2"})";
  struct Case {
    const char* why;
    Layers layers;
    const char* packages;
    std::uint32_t late_layers;
  };
  const Case cases[] = {
      {"where its file came", {{file("x", "x")}, {file(path, a)}}, "a@1", 0},
      {"a layer that changes owners brings it again", {{file(path, a)}, {file(path, a)}}, "a@0", 0},
      {"another version", {{file(path, a)}, {file(path, a2)}}, "a@1", 0},
      {"back to the first version", {{file(path, a)}, {file(path, a2)}, {file(path, a)}}, "a@2", 0},
      {"gone", {{file(path, a)}, {whiteout(path)}}, "", 0},
      {"its folder gone", {{file(path, a)}, {whiteout("app/node_modules")}}, "", 0},
      {"two places", {{file(path, a)}, {file("b/" + path, a)}}, "a@0 a@1", 0},
      {"copies that archives carry, each a library of its own",
       {{file("x/pip/_vendor/vendor.txt", "idna==3.4\n")},
        {file("y/pip/_vendor/vendor.txt", "idna==3.4\n")}},
       "idna@0 idna@1",
       0},
      {"a hard link to a file that nobody wanted",
       {{file("store/1", a), hardlink(path, "store/1")}},
       "a@0",
       1},
      {"the same of a lower layer", {{file("store/1", a)}, {hardlink(path, "store/1")}}, "a@1", 1},
      {"a symbolic link to a folder is no second copy",
       {{file(path, a), symlink("app/node_modules/b", "a")}},
       "a@0",
       0},
  };
  for (const Case& c : cases) {
    const Seen seen = look(c.layers);
    EXPECT_EQ(seen.packages, c.packages) << c.why;
    EXPECT_EQ(seen.late_layers, c.late_layers) << c.why;
    EXPECT_FALSE(seen.has_gap) << c.why;
  }
}

TEST(Overlay, SaysWhatLiesWhereAFileIsWanted) {
  struct Case {
    const char* why;
    Layers layers;
    const char* what;
    bool is_gap;
  };
  const Case cases[] = {
      {"a folder", {{test_support::directory(kStatus + "/")}}, "a folder, not a file", true},
      {"links that go round", {{symlink(kStatus, "status")}}, "more links than", true},
      {"a link to nothing", {{symlink(kStatus, "/nowhere")}}, "not in the image", false},
      {"a hard link to nothing", {{hardlink(kStatus, "nowhere")}}, "which is not there", true},
  };
  for (const Case& c : cases) {
    const Seen seen = look(c.layers);
    EXPECT_EQ(seen.has_gap, c.is_gap) << c.why;
    ASSERT_FALSE(seen.notes.empty()) << c.why;
    EXPECT_TRUE(seen.notes.front().what.contains(c.what))
        << c.why << ": " << seen.notes.front().what;
  }
  EXPECT_TRUE(look({{file(kStatus, stanza("a"))}}).notes.empty());
}

TEST(Overlay, BoundsTheReplayOfManyLayers) {
  // Two databases in turns, each a hard link to one of two files: every layer changes the view.
  std::string many;
  for (int i = 0; i < 60'000; ++i) many += stanza("p" + std::to_string(i));
  Layers layers = {{file("opt/a", many), file("opt/b", many + stanza("z"))}};
  for (int i = 0; i < 50; ++i) {
    layers.push_back({hardlink(kStatus, i % 2 == 0 ? "opt/a" : "opt/b")});
  }
  const Seen seen = look(layers);
  EXPECT_TRUE(seen.has_gap);
  EXPECT_TRUE(seen.notes.front().what.contains("provenance")) << seen.notes.front().what;
}

}  // namespace
}  // namespace bulkhead::scan
