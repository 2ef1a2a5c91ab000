#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/limits.h"
#include "bulkhead/image/entry_log.h"
#include "bulkhead/model/note.h"

namespace bulkhead::image {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFF;
inline constexpr NodeId kRootNode = 0;

/// Which bytes a file has: the entry of a layer that brought them. A hard link has its target's.
struct ContentId {
  std::uint16_t layer = 0;
  std::uint32_t ordinal = 0;
  auto operator<=>(const ContentId&) const = default;
};

/// What the tree knows of one path.
struct NodeInfo {
  EntryType type = EntryType::file;  // never hardlink: the link shows what it links to
  std::uint16_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size_bytes = 0;
  std::uint16_t layer = 0;  // that brought it; for a directory, the last that changed it
  std::string_view link;    // a symlink's target; lives as long as the tree is not changed
};

/// The file tree of an image after its layers have been applied from the bottom upwards.
///
/// Whiteouts hide what lower layers brought, never what their own layer did, whatever the order
/// within it. Parents are resolved inside the tree, symbolic links followed (an entry below a
/// link to a directory goes where the link points); the last component is not. A directory on a
/// directory keeps the children; anything else replaces what was there. Missing parents become
/// directories of mode 0755 owned by 0:0. This is what umoci's unpacking gives.
///
/// Memory: 40 bytes and the name a node, about 60 in all.
/// @see OCI image specification 1.1, layer.md, "Applying Changesets", "Whiteouts".
class Tree {
 public:
  /// @param has_whiteouts  False for a root filesystem or folder, where `.wh.` names are ordinary.
  Tree(const Limits& limits, bool has_whiteouts);

  /// Applies the next layer; `log` is used up. Entries that cannot be applied are noted with
  /// `where` as their place.
  void apply(EntryLog& log, std::uint16_t layer, std::string_view where, Notes& notes);

  /// The child `name` of a directory, links not followed.
  NodeId child(NodeId directory, std::string_view name) const;
  /// The node that `path` (clean, from the root) leads to, links of the parents followed, and of
  /// the last component too if `is_followed`. kNoNode: nothing there, or too many links.
  NodeId find(std::string_view path, bool is_followed) const;
  /// Where `node` leads to when it is a symlink (all links followed); `node` itself otherwise.
  NodeId follow(NodeId node) const;

  NodeInfo info(NodeId id) const;
  ContentId content(NodeId id) const;
  /// Path from the root, without leading slash; "" for the root.
  std::string path(NodeId id) const;
  std::string_view name(NodeId id) const;
  /// Children of a directory sorted by the bytes of their names.
  std::vector<NodeId> children(NodeId directory) const;
  std::uint64_t node_count() const { return live_count_; }

  /// visit(NodeId, const std::string& path) for each node but the root: a directory before its
  /// children, children by name.
  template <class Visit>
  void walk(Visit visit) const {
    std::string path;
    walk_below(kRootNode, path, visit);
  }

 private:
  struct Node {
    std::uint32_t parent = kNoNode;
    std::uint32_t chain = kNoNode;    // next in the same bucket
    std::uint32_t sibling = kNoNode;  // next child of the same parent
    std::uint32_t name = 0;           // in names_
    // A directory's first child; a symlink's target in names_; else the content's ordinal.
    std::uint32_t value = kNoNode;
    std::uint32_t owner = 0;     // in owners_
    std::uint32_t size_low = 0;  // two halves keep the node at 40 bytes
    std::uint32_t size_high = 0;
    std::uint16_t mode_and_type = 0;  // twelve bits of mode, the type above them
    std::uint16_t layer = 0;
    std::uint16_t touched = 0;        // the last layer that had an entry for it
    std::uint16_t content_layer = 0;  // differs from `layer` for a hard link to a lower layer

    EntryType type() const { return static_cast<EntryType>(mode_and_type >> 12); }
    std::uint16_t mode() const { return mode_and_type & 07777; }
    void set(EntryType type, std::uint16_t mode) {
      mode_and_type =
          static_cast<std::uint16_t>((static_cast<unsigned>(type) << 12) | (mode & 07777));
    }
    bool is_directory() const { return type() == EntryType::directory; }
  };
  static_assert(sizeof(Node) == 40);

  /// Nodes in blocks, so that growing copies nothing.
  class Nodes {
   public:
    Node& operator[](NodeId id) { return blocks_[id / kBlock][id % kBlock]; }
    const Node& operator[](NodeId id) const { return blocks_[id / kBlock][id % kBlock]; }
    NodeId add();
    NodeId size() const { return size_; }

   private:
    static constexpr NodeId kBlock = 4096;
    std::vector<std::unique_ptr<Node[]>> blocks_;
    NodeId size_ = 0;
  };

  /// Texts with their length in front, in blocks; offsets stay valid.
  class Texts {
   public:
    std::uint32_t add(std::string_view text);
    std::string_view at(std::uint32_t offset) const;

   private:
    std::vector<std::string> blocks_;
  };

  struct Apply;  // the state of one `apply`

  struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    bool operator==(const Owner&) const = default;
  };

  const Node& at(NodeId id) const { return nodes_[id]; }
  std::uint32_t bucket(NodeId parent, std::string_view name) const;
  NodeId add_child(NodeId parent, std::string_view name);
  void remove(NodeId id);
  void unlink_node(NodeId id);
  void remove_children(NodeId directory);
  bool remove_lower(NodeId top, std::uint16_t layer);
  void grow_buckets();
  std::uint32_t owner_index(Owner owner);
  /// Resolves `path` step by step; a missing directory is made by `make` (or ends the search).
  template <class Missing>
  NodeId resolve(NodeId start, std::string_view path, bool is_followed, Missing missing) const;
  template <class Visit>
  void walk_below(NodeId directory, std::string& path, Visit& visit) const;

  std::uint64_t link_depth_;
  bool has_whiteouts_;
  Nodes nodes_;
  NodeId free_ = kNoNode;  // removed nodes, by `sibling`
  std::vector<NodeId> buckets_;
  Texts names_;
  std::vector<Owner> owners_;
  std::vector<std::uint32_t> owner_slots_;
  std::uint64_t live_count_ = 0;
};

template <class Visit>
void Tree::walk_below(NodeId directory, std::string& path, Visit& visit) const {
  // An explicit stack: a hostile tree is deeper than ours may recurse.
  struct Level {
    std::vector<NodeId> nodes;
    std::size_t next = 0;
    std::size_t path_bytes = 0;
  };
  std::vector<Level> levels;
  levels.push_back({children(directory), 0, path.size()});
  while (!levels.empty()) {
    Level& level = levels.back();
    path.resize(level.path_bytes);
    if (level.next == level.nodes.size()) {
      levels.pop_back();
      continue;
    }
    const NodeId node = level.nodes[level.next++];
    if (!path.empty()) path.push_back('/');
    path.append(name(node));
    visit(node, static_cast<const std::string&>(path));
    if (at(node).is_directory() && at(node).value != kNoNode) {
      levels.push_back({children(node), 0, path.size()});
    }
  }
}

}  // namespace bulkhead::image
