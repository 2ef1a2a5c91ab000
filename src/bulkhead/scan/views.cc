#include "bulkhead/scan/views.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

namespace bulkhead::scan {
namespace {

using image::EntryType;
using image::NodeId;
using image::Tree;

std::string_view type_words(EntryType type) {
  switch (type) {
    case EntryType::directory:
      return "a folder";
    case EntryType::char_device:
    case EntryType::block_device:
      return "a device";
    case EntryType::fifo:
      return "a pipe";
    default:
      return "something else";
  }
}

/// Walks one pattern through the tree.
class PatternWalk {
 public:
  PatternWalk(const Tree& tree, bool is_literal, std::set<NodeId>& seen, View& view,
              std::uint64_t& looked_at, Notes& notes)
      : tree_(tree),
        is_literal_(is_literal),
        seen_(seen),
        view_(view),
        looked_at_(looked_at),
        notes_(notes) {}

  /// @param path  Of `directory`, as wanted; with a slash behind it unless it is the root.
  void walk(NodeId directory, const std::string& path, std::string_view pattern) {
    const std::size_t end = pattern.find('/');
    const std::string_view part = pattern.substr(0, end);
    const bool is_last = end == std::string_view::npos;
    const std::string_view rest = is_last ? std::string_view{} : pattern.substr(end + 1);
    if (!part.contains('*')) {
      ++looked_at_;
      step(tree_.child(directory, part), path + std::string(part), rest, is_last);
      return;
    }
    const std::vector<NodeId> children = tree_.children(directory);
    looked_at_ += children.size();
    for (const NodeId child : children) {
      const std::string_view name = tree_.name(child);
      if (matches_glob(part, name)) step(child, path + std::string(name), rest, is_last);
    }
  }

 private:
  void step(NodeId node, const std::string& path, std::string_view rest, bool is_last) {
    if (node == image::kNoNode) return;
    bool is_endless = false;
    const NodeId link = node;
    node = tree_.follow(node, &is_endless);
    if (node == image::kNoNode) return note_link(link, path, is_endless);
    const image::NodeInfo info = tree_.info(node);
    if (!is_last) {
      if (info.type == EntryType::directory) walk(node, path + "/", rest);
      return;
    }
    if (info.type != EntryType::file) return note_type(info.type, path);
    if (!seen_.insert(node).second) return;
    view_.push_back({path, info.layer, tree_.content(node), info.size_bytes == 0});
  }

  /// A link on the way that leads to no file of the image.
  void note_link(NodeId link, const std::string& path, bool is_endless) {
    if (!is_literal_) return;
    const std::string to = fmt::format("link to '{}'", tree_.info(link).link);
    if (is_endless) {
      notes_.add(NoteLevel::incomplete,
                 {Code::limit_exceeded, to + ": more links than --max-link-depth", path});
    } else {
      notes_.add(NoteLevel::info, {Code::not_found, to + ", which is not in the image", path});
    }
  }

  void note_type(EntryType type, const std::string& path) {
    if (!is_literal_) return;
    notes_.add(NoteLevel::incomplete,
               {Code::unsupported, fmt::format("{}, not a file", type_words(type)), path});
  }

  const Tree& tree_;
  bool is_literal_;
  std::set<NodeId>& seen_;
  View& view_;
  std::uint64_t& looked_at_;
  Notes& notes_;
};

}  // namespace

View find_wanted(const Tree& tree, std::span<const std::string_view> patterns,
                 std::uint64_t& looked_at, Notes& notes) {
  View view;
  std::set<NodeId> seen;
  for (const std::string_view pattern : patterns) {
    PatternWalk(tree, !pattern.contains('*'), seen, view, looked_at, notes)
        .walk(image::kRootNode, "", pattern);
  }
  std::ranges::sort(view, {}, &ViewFile::path);
  return view;
}

std::vector<View> find_single_files(const Tree& tree, const Wants& wants, const FactIndex& facts) {
  std::vector<View> views(wants.inspectors().size());
  tree.walk([&](NodeId node, const std::string& path) {
    const image::NodeInfo info = tree.info(node);
    if (info.type != EntryType::file) return;
    const image::ContentId content = tree.content(node);
    std::vector<std::uint32_t> seeing = wants.by_tail(path);
    const std::size_t by_tail = seeing.size();
    facts.each_inspector(content, [&](std::uint32_t inspector) {
      const bool is_known = std::ranges::binary_search(
          seeing.begin(), seeing.begin() + static_cast<std::ptrdiff_t>(by_tail), inspector);
      if (!is_known && !wants.inspectors()[inspector].magics.empty()) seeing.push_back(inspector);
    });
    for (const std::uint32_t inspector : seeing) {
      views[inspector].push_back({path, info.layer, content, info.size_bytes == 0});
    }
  });
  for (View& view : views) std::ranges::sort(view, {}, &ViewFile::path);
  return views;
}

void FactIndex::add(std::uint32_t layer, std::vector<FileFacts> facts) {
  for (FileFacts& file : facts) {
    const image::ContentId content{static_cast<std::uint16_t>(layer), file.ordinal};
    if (file.facts) by_path_.insert({file.path_hash, {layer, file.inspector, file.facts}});
    facts_[{content, file.inspector}] = std::move(file.facts);
  }
}

std::vector<std::pair<std::uint32_t, const Facts*>> FactIndex::below(std::uint32_t layer,
                                                                     std::uint32_t inspector,
                                                                     std::string_view path) const {
  std::vector<std::pair<std::uint32_t, const Facts*>> found;
  const auto [begin, end] = by_path_.equal_range(path_hash(path));
  for (auto at = begin; at != end; ++at) {
    const PathFacts& known = at->second;
    if (known.inspector != inspector || known.layer >= layer) continue;
    found.emplace_back(known.layer, known.facts.get());
  }
  // Of a path that a layer has twice the last one counts, which is not worth telling apart here.
  std::ranges::stable_sort(found, std::greater{}, &std::pair<std::uint32_t, const Facts*>::first);
  return found;
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
