#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/image/tree.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/layer_pass.h"

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

 private:
  std::map<std::pair<image::ContentId, std::uint32_t>, FactsPtr> facts_;
};

/// What the histories want and nobody has read, by layer.
std::map<std::uint32_t, std::vector<LateWant>> find_late_wants(std::span<const History> histories,
                                                               const FactIndex& facts);

}  // namespace bulkhead::scan
