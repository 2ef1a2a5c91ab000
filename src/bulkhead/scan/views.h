#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/image/tree.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/wants.h"

namespace bulkhead::scan {

/// A file that an inspector wants, as the tree has it.
struct ViewFile {
  std::string path;         // the wanted path
  std::uint32_t layer = 0;  // that brought it
  image::ContentId content;
  bool is_empty = false;  // no bytes: there is nothing to read

  bool operator==(const ViewFile&) const = default;
};
using View = std::vector<ViewFile>;  // by path

/// The files of `tree` that `patterns` name, found component by component with links followed, so
/// that a database behind a link is found. One file under two of the paths counts once, under the
/// first pattern's. What lies at a path that a pattern names in full but is no file is noted: a
/// gap, but for a link to nothing.
/// @param looked_at  Counts the names that were looked at.
View find_wanted(const image::Tree& tree, std::span<const std::string_view> patterns,
                 std::uint64_t& looked_at, Notes& notes);

/// How what one inspector sees changed from layer to layer: (layer, view after it), only where it
/// differs from the one before.
using History = std::vector<std::pair<std::uint32_t, View>>;

/// The facts of all layers, by content and inspector.
class FactIndex {
 public:
  void add(std::uint32_t layer, std::vector<FileFacts> facts);
  /// Null where the file held nothing; `is_read` says whether it was read at all.
  const Facts* find(image::ContentId content, std::uint32_t inspector, bool& is_read) const;
  /// What `inspector` learnt from the file that lay at `path` in the layers below `layer`, from
  /// the highest of them downwards; layers that did not bring it are passed over.
  std::vector<std::pair<std::uint32_t, const Facts*>> below(std::uint32_t layer,
                                                            std::uint32_t inspector,
                                                            std::string_view path) const;
  /// Calls `visit(inspector)` for each that learnt something from the content, in order.
  template <class Visit>
  void each_inspector(image::ContentId content, Visit visit) const {
    for (auto at = facts_.lower_bound({content, 0});
         at != facts_.end() && at->first.first == content; ++at) {
      if (at->second) visit(at->first.second);
    }
  }

 private:
  struct PathFacts {
    std::uint32_t layer;
    std::uint32_t inspector;
    FactsPtr facts;
  };

  std::map<std::pair<image::ContentId, std::uint32_t>, FactsPtr> facts_;
  std::unordered_multimap<std::size_t, PathFacts> by_path_;  // by path_hash
};

/// What inspectors of single files see of the final tree, one view an inspector: the files that
/// their tails fit, read or not, and those that were read for how they begin. Links are not
/// followed: a file is what it is, wherever links to it lie.
std::vector<View> find_single_files(const image::Tree& tree, const Wants& wants,
                                    const FactIndex& facts);

/// What the histories want and nobody has read, by layer.
std::map<std::uint32_t, std::vector<LateWant>> find_late_wants(std::span<const History> histories,
                                                               const FactIndex& facts);

}  // namespace bulkhead::scan
