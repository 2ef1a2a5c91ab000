#include "bulkhead/scan/files.h"

#include <fmt/format.h>

namespace bulkhead::scan {
namespace {

using image::NodeId;
using image::NodeInfo;
using image::Tree;

bool is_same(const NodeInfo& a, const NodeInfo& b) {
  return a.type == b.type && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid;
}

/// Walks two trees side by side, in the order of names, and tells what is different in `after`.
class TreeDiff {
 public:
  TreeDiff(const Tree& before, const Tree& after, std::uint32_t layer,
           const std::function<void(const FileRow&)>& visit)
      : before_(before), after_(after), layer_(layer), visit_(visit) {}

  void run() {
    levels_.push_back(level(image::kRootNode, image::kRootNode, 0));
    while (!levels_.empty()) {
      Level& top = levels_.back();
      path_.resize(top.path_bytes);
      if (top.old_next == top.old_nodes.size() && top.new_next == top.new_nodes.size()) {
        levels_.pop_back();
        continue;
      }
      step(top);
    }
  }

 private:
  struct Level {
    std::vector<NodeId> old_nodes;
    std::vector<NodeId> new_nodes;
    std::size_t old_next = 0;
    std::size_t new_next = 0;
    std::size_t path_bytes = 0;
  };

  Level level(NodeId old_node, NodeId new_node, std::size_t path_bytes) const {
    return {old_node == image::kNoNode ? std::vector<NodeId>{} : before_.children(old_node),
            new_node == image::kNoNode ? std::vector<NodeId>{} : after_.children(new_node), 0, 0,
            path_bytes};
  }

  /// Takes the next name of either side.
  void step(Level& top) {
    const bool has_old = top.old_next < top.old_nodes.size();
    const bool has_new = top.new_next < top.new_nodes.size();
    NodeId old_node = has_old ? top.old_nodes[top.old_next] : image::kNoNode;
    NodeId new_node = has_new ? top.new_nodes[top.new_next] : image::kNoNode;
    if (has_old && has_new) {
      const auto order = before_.name(old_node) <=> after_.name(new_node);
      if (order < 0) new_node = image::kNoNode;
      if (order > 0) old_node = image::kNoNode;
    }
    if (!path_.empty()) path_.push_back('/');
    path_ += old_node != image::kNoNode ? before_.name(old_node) : after_.name(new_node);
    if (old_node != image::kNoNode) ++top.old_next;
    if (new_node != image::kNoNode) ++top.new_next;
    if (new_node == image::kNoNode) {
      visit_({path_, before_.info(old_node), Change::removed});
      return;
    }
    const NodeInfo now = after_.info(new_node);
    if (old_node == image::kNoNode) {
      visit_({path_, now, Change::added});
    } else if (now.layer == layer_ && !is_unchanged(before_.info(old_node), now)) {
      visit_({path_, now, Change::changed});
    }
    if (now.type != image::EntryType::directory) return;
    const bool was_directory =
        old_node != image::kNoNode && before_.info(old_node).type == image::EntryType::directory;
    levels_.push_back(level(was_directory ? old_node : image::kNoNode, new_node, path_.size()));
  }

  /// A file that a layer has again counts as changed, whatever is in it: its bytes are in the
  /// layer. A directory does not.
  static bool is_unchanged(const NodeInfo& was, const NodeInfo& now) {
    return now.type == image::EntryType::directory && is_same(was, now);
  }

  const Tree& before_;
  const Tree& after_;
  std::uint32_t layer_;
  const std::function<void(const FileRow&)>& visit_;
  std::string path_;
  std::vector<Level> levels_;
};

std::string place(std::size_t layer) { return fmt::format("layer {}", layer); }

}  // namespace

Result<FileListing> list_files(ReadRequest request, std::optional<std::uint32_t> layer,
                               const RunContext& context,
                               const std::function<void(const FileRow&)>& visit) {
  Notes notes(context.limits.notes);
  KeptBudget budget;
  request.last_layer = layer;
  BH_TRY(ReadTarget read, read_target(request, {}, context, budget, notes));
  image::OpenTarget& target = read.target;
  std::vector<LayerResult>& layers = read.layers;
  Tree tree(context.limits, target.has_whiteouts);
  Tree below(context.limits, target.has_whiteouts);
  Notes said(0);  // of the second tree: the first one says it all
  for (std::uint32_t i = 0; i < layers.size(); ++i) {
    if (layer && i < *layer) {
      image::EntryLog copy = layers[i].entries;
      below.apply(copy, static_cast<std::uint16_t>(i), place(i), said);
    }
    tree.apply(layers[i].entries, static_cast<std::uint16_t>(i), place(i), notes);
    notes.merge(std::move(layers[i].notes));
  }
  if (layer) {
    TreeDiff(below, tree, *layer, visit).run();
  } else {
    tree.walk([&](NodeId node, const std::string& path) { visit({path, tree.info(node)}); });
  }
  FileListing listing{std::move(target.target), std::move(target.layers), {}, !notes.has_gap()};
  listing.notes = std::move(notes).take_sorted();
  return listing;
}

}  // namespace bulkhead::scan
