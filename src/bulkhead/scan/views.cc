#include "bulkhead/scan/views.h"

#include <algorithm>
#include <set>

namespace bulkhead::scan {
namespace {

using image::EntryType;
using image::NodeId;
using image::Tree;

/// Walks one pattern through the tree.
class PatternWalk {
 public:
  PatternWalk(const Tree& tree, std::set<NodeId>& seen, View& view)
      : tree_(tree), seen_(seen), view_(view) {}

  /// @param path  Of `directory`, as wanted; with a slash behind it unless it is the root.
  void walk(NodeId directory, const std::string& path, std::string_view pattern) {
    const std::size_t end = pattern.find('/');
    const std::string_view part = pattern.substr(0, end);
    const bool is_last = end == std::string_view::npos;
    const std::string_view rest = is_last ? std::string_view{} : pattern.substr(end + 1);
    if (!part.contains('*')) {
      step(tree_.child(directory, part), path + std::string(part), rest, is_last);
      return;
    }
    for (const NodeId child : tree_.children(directory)) {
      const std::string_view name = tree_.name(child);
      if (matches_glob(part, name)) step(child, path + std::string(name), rest, is_last);
    }
  }

 private:
  void step(NodeId node, const std::string& path, std::string_view rest, bool is_last) {
    if (node == image::kNoNode) return;
    node = tree_.follow(node);
    if (node == image::kNoNode) return;
    const image::NodeInfo info = tree_.info(node);
    if (!is_last) {
      if (info.type == EntryType::directory) walk(node, path + "/", rest);
      return;
    }
    if (info.type != EntryType::file || !seen_.insert(node).second) return;
    view_.push_back({path, info.layer, tree_.content(node), info.size_bytes == 0});
  }

  const Tree& tree_;
  std::set<NodeId>& seen_;
  View& view_;
};

}  // namespace

View find_wanted(const Tree& tree, std::span<const std::string_view> patterns) {
  View view;
  std::set<NodeId> seen;
  PatternWalk walk(tree, seen, view);
  for (const std::string_view pattern : patterns) walk.walk(image::kRootNode, "", pattern);
  std::ranges::sort(view, {}, &ViewFile::path);
  return view;
}

void FactIndex::add(std::uint32_t layer, std::vector<FileFacts> facts) {
  for (FileFacts& file : facts) {
    const image::ContentId content{static_cast<std::uint16_t>(layer), file.ordinal};
    facts_[{content, file.inspector}] = std::move(file.facts);
  }
}

const Facts* FactIndex::find(image::ContentId content, std::uint32_t inspector,
                             bool& is_read) const {
  const auto found = facts_.find({content, inspector});
  is_read = found != facts_.end();
  return is_read ? found->second.get() : nullptr;
}

std::map<std::uint32_t, std::vector<LateWant>> find_late_wants(std::span<const History> histories,
                                                               const FactIndex& facts) {
  std::map<std::uint32_t, std::vector<LateWant>> wants;
  for (std::uint32_t inspector = 0; inspector < histories.size(); ++inspector) {
    for (const auto& [layer, view] : histories[inspector]) {
      for (const ViewFile& file : view) {
        bool is_read = false;
        facts.find(file.content, inspector, is_read);
        if (is_read || file.is_empty) continue;
        wants[file.content.layer].push_back({file.content.ordinal, inspector, file.path});
      }
    }
  }
  for (auto& [layer, list] : wants) {
    std::ranges::sort(list);
    // One reading under one name is enough, whichever views ask for it.
    const auto repeated = std::ranges::unique(list, [](const LateWant& a, const LateWant& b) {
      return a.ordinal == b.ordinal && a.inspector == b.inspector;
    });
    list.erase(repeated.begin(), repeated.end());
  }
  return wants;
}

}  // namespace bulkhead::scan
