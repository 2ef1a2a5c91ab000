#include "bulkhead/image/tree.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "bulkhead/image/path.h"

namespace bulkhead::image {
namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";
constexpr std::string_view kAufsPrefix = ".wh..wh.";  // aufs' own bookkeeping, never content
constexpr std::uint32_t kTextBlockBytes = 1 << 20;
constexpr std::uint16_t kImplicitMode = 0755;
constexpr std::uint16_t kNeverTouched = 0xFFFF;
/// A path may lead through as many components of links as of its own, some times over: enough for
/// any real tree, and no entry costs more than that however long the links are.
constexpr std::uint64_t kLinksShare = 4;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0xd6e8feb86659fd93ULL;
  value ^= value >> 32;
  value *= 0xd6e8feb86659fd93ULL;
  return value ^ (value >> 32);
}

}  // namespace

NodeId Tree::Nodes::add() {
  if (size_ % kBlock == 0) blocks_.push_back(std::make_unique<Node[]>(kBlock));
  return size_++;
}

std::uint32_t Tree::Texts::add(std::string_view text) {
  // Offsets are (block, place) with 20 bits of place; a long text gets a block of its own.
  const std::size_t bytes = text.size() + 2;
  if (blocks_.empty() || blocks_.back().size() + bytes > kTextBlockBytes) {
    blocks_.emplace_back().reserve(std::min<std::size_t>(
        kTextBlockBytes, std::max(bytes, blocks_.empty() ? 4096 : std::size_t{kTextBlockBytes})));
  }
  std::string& block = blocks_.back();
  const auto offset =
      static_cast<std::uint32_t>((blocks_.size() - 1) * kTextBlockBytes + block.size());
  block.push_back(static_cast<char>(text.size() & 0xFF));
  block.push_back(static_cast<char>(text.size() >> 8));
  block.append(text);
  return offset;
}

std::string_view Tree::Texts::at(std::uint32_t offset) const {
  const std::string& block = blocks_[offset / kTextBlockBytes];
  const std::size_t place = offset % kTextBlockBytes;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(block[place + i]));
  };
  return std::string_view(block).substr(place + 2, byte(0) | (byte(1) << 8));
}

Tree::Tree(const Limits& limits, bool has_whiteouts)
    : link_depth_(limits.link_depth),
      most_steps_(limits.path_depth * kLinksShare),
      most_nodes_(limits.entries),
      has_whiteouts_(has_whiteouts),
      buckets_(1024, kNoNode) {
  nodes_.add();
  Node& root = nodes_[kRootNode];
  root.set(EntryType::directory, kImplicitMode);
  root.owner = owner_index({0, 0});
  root.name = names_.add("");
  root.touched = root.content_layer = kNeverTouched;
}

std::uint32_t Tree::bucket(NodeId parent, std::string_view name) const {
  const std::uint64_t hash =
      mix(std::hash<std::string_view>{}(name) + parent * 0x9E3779B97F4A7C15ULL);
  return static_cast<std::uint32_t>(hash & (buckets_.size() - 1));
}

NodeId Tree::child(NodeId directory, std::string_view name) const {
  for (NodeId id = buckets_[bucket(directory, name)]; id != kNoNode; id = at(id).chain) {
    if (at(id).parent == directory && names_.at(at(id).name) == name) return id;
  }
  return kNoNode;
}

void Tree::grow_buckets() {
  buckets_.assign(buckets_.size() * 2, kNoNode);
  for (NodeId id = 1; id < nodes_.size(); ++id) {
    Node& node = nodes_[id];
    if (node.parent == kNoNode || node.is_dead()) continue;
    std::uint32_t& head = buckets_[bucket(node.parent, names_.at(node.name))];
    node.chain = head;
    head = id;
  }
}

NodeId Tree::add_child(NodeId parent, std::string_view name) {
  NodeId id = free_;
  if (id != kNoNode) {
    free_ = at(id).sibling;
    nodes_[id] = Node{};
  } else {
    id = nodes_.add();
  }
  ++live_count_;
  Node& node = nodes_[id];
  node.parent = parent;
  node.name = names_.add(name);
  node.sibling = at(parent).value;
  nodes_[parent].value = id;
  std::uint32_t& head = buckets_[bucket(parent, name)];
  node.chain = head;
  head = id;
  if (live_count_ > buckets_.size()) grow_buckets();
  return id;
}

/// Makes the node a new one of the same name in the same place.
void Tree::renew(NodeId id) {
  if (at(id).is_directory()) remove_children(id);
  Node fresh;
  const Node& old = at(id);
  fresh.parent = old.parent;
  fresh.chain = old.chain;
  fresh.sibling = old.sibling;
  fresh.name = old.name;
  nodes_[id] = fresh;
}

void Tree::leave_bucket(NodeId id) {
  const Node& node = at(id);
  std::uint32_t* link = &buckets_[bucket(node.parent, names_.at(node.name))];
  while (*link != id) link = &nodes_[*link].chain;
  *link = node.chain;
  --live_count_;
}

/// Gives back a node that no bucket and no list has any more.
void Tree::free_node(NodeId id) {
  Node& node = nodes_[id];
  if (node.is_dead()) --dead_count_;
  node = Node{};
  node.sibling = free_;
  free_ = id;
}

/// Drops the children that `keep` does not want; they have no children of their own.
template <class Keep>
void Tree::filter_children(NodeId directory, Keep keep) {
  NodeId kept = kNoNode;
  for (NodeId id = at(directory).value; id != kNoNode;) {
    const NodeId next = at(id).sibling;
    if (!at(id).is_dead() && keep(id)) {
      nodes_[id].sibling = kept;
      kept = id;
    } else {
      if (!at(id).is_dead()) leave_bucket(id);
      free_node(id);
    }
    id = next;
  }
  nodes_[directory].value = kept;
}

void Tree::remove_children(NodeId directory) {
  std::vector<NodeId> order{directory};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (NodeId id = at(order[i]).value; id != kNoNode; id = at(id).sibling) {
      if (!at(id).is_dead() && at(id).is_directory()) order.push_back(id);
    }
  }
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    filter_children(*it, [](NodeId) { return false; });
  }
}

/// Removes a node. It stays in its parent's list as a dead one for now: to search that list for
/// each of many would take quadratic time.
void Tree::remove(NodeId id) {
  if (at(id).is_directory()) remove_children(id);
  leave_bucket(id);
  nodes_[id].mode_and_type = Node::kDead;
  ++dead_count_;
  constexpr std::uint64_t kFewDead = 1024;
  if (dead_count_ > live_count_ / 2 + kFewDead) sweep_dead();
}

/// Takes the dead out of their parents' lists.
void Tree::sweep_dead() {
  for (NodeId id = 1; id < nodes_.size() && dead_count_ > 0; ++id) {
    if (at(id).is_dead()) filter_children(at(id).parent, [](NodeId) { return true; });
  }
}

/// Does `id`, whose own children are cleared already, stay when lower layers' nodes go? What
/// leads to something of `layer` stays as an implicit directory.
bool Tree::keeps(NodeId id, std::uint16_t layer) {
  Node& node = nodes_[id];
  if (node.touched == layer) return true;
  if (!node.is_directory()) return false;
  NodeId child = node.value;
  while (child != kNoNode && at(child).is_dead()) child = at(child).sibling;
  if (child == kNoNode) return false;
  node.touched = node.layer = layer;
  node.set(EntryType::directory, kImplicitMode);
  node.owner = owner_index({0, 0});
  return true;
}

/// Removes what layers below `layer` brought below `top`. What `layer` itself brought stays, with
/// the directories that lead to it.
void Tree::clear_lower(NodeId top, std::uint16_t layer) {
  const auto is_unclear = [&](NodeId id) {
    return at(id).is_directory() && at(id).content_layer != layer;
  };
  if (!is_unclear(top)) return;
  std::vector<NodeId> order{top};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (NodeId id = at(order[i]).value; id != kNoNode; id = at(id).sibling) {
      if (!at(id).is_dead() && is_unclear(id)) order.push_back(id);
    }
  }
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    filter_children(*it, [&](NodeId id) { return keeps(id, layer); });
    nodes_[*it].content_layer = layer;
  }
}

/// The same at and below `id`.
void Tree::remove_lower(NodeId id, std::uint16_t layer) {
  clear_lower(id, layer);
  if (!keeps(id, layer)) remove(id);
}

std::uint32_t Tree::owner_index(Owner owner) {
  if ((owners_.size() + 1) * 2 > owner_slots_.size()) {
    owner_slots_.assign(std::max<std::size_t>(64, owner_slots_.size() * 2), kNoNode);
    for (std::uint32_t i = 0; i < owners_.size(); ++i) {
      std::size_t slot = mix(owners_[i].uid * 0x100000001ULL + owners_[i].gid);
      while (owner_slots_[slot &= owner_slots_.size() - 1] != kNoNode) ++slot;
      owner_slots_[slot] = i;
    }
  }
  std::size_t slot = mix(owner.uid * 0x100000001ULL + owner.gid);
  for (;; ++slot) {
    slot &= owner_slots_.size() - 1;
    if (owner_slots_[slot] == kNoNode) break;
    if (owners_[owner_slots_[slot]] == owner) return owner_slots_[slot];
  }
  owner_slots_[slot] = static_cast<std::uint32_t>(owners_.size());
  owners_.push_back(owner);
  return owner_slots_[slot];
}

template <class Missing>
NodeId Tree::resolve(NodeId start, std::string_view path, bool is_followed, Missing missing,
                     bool* is_endless) const {
  std::uint64_t links = 0;
  std::uint64_t steps = 0;
  std::string joined;  // holds a link's target and what is left of the path behind it
  NodeId id = start;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    if (++steps > most_steps_) {
      if (is_endless != nullptr) *is_endless = true;
      return kNoNode;
    }
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (id != kRootNode) id = at(id).parent;
      continue;
    }
    NodeId next = child(id, part);
    if (next != kNoNode && at(next).type() == EntryType::symlink &&
        (!path.empty() || is_followed)) {
      if (++links > link_depth_) {
        if (is_endless != nullptr) *is_endless = true;
        return kNoNode;
      }
      const std::string_view target = names_.at(at(next).value);
      if (target.starts_with('/')) id = kRootNode;
      std::string rest(target);
      rest.push_back('/');
      rest.append(path);
      joined = std::move(rest);
      path = joined;
      continue;
    }
    if (next == kNoNode || (!path.empty() && !at(next).is_directory())) {
      next = missing(id, part, next);
      if (next == kNoNode) return kNoNode;
    }
    id = next;
  }
  return id;
}

NodeId Tree::find(std::string_view path, bool is_followed) const {
  return resolve(kRootNode, path, is_followed,
                 [](NodeId, std::string_view, NodeId) { return kNoNode; });
}

NodeId Tree::follow(NodeId node, bool* is_endless) const {
  if (at(node).type() != EntryType::symlink) return node;
  return resolve(
      at(node).parent, names_.at(at(node).name), true,
      [](NodeId, std::string_view, NodeId) { return kNoNode; }, is_endless);
}

NodeInfo Tree::info(NodeId id) const {
  const Node& node = at(id);
  NodeInfo info;
  info.type = node.type();
  info.mode = node.mode();
  info.uid = owners_[node.owner].uid;
  info.gid = owners_[node.owner].gid;
  info.size_bytes = (static_cast<std::uint64_t>(node.size_high) << 32) | node.size_low;
  info.layer = node.layer;
  if (info.type == EntryType::symlink) info.link = names_.at(node.value);
  return info;
}

ContentId Tree::content(NodeId id) const { return {at(id).content_layer, at(id).value}; }

std::string_view Tree::name(NodeId id) const { return names_.at(at(id).name); }

std::string Tree::path(NodeId id) const {
  std::vector<NodeId> chain;
  for (; id != kRootNode; id = at(id).parent) chain.push_back(id);
  std::string path;
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    if (!path.empty()) path.push_back('/');
    path.append(name(*it));
  }
  return path;
}

std::vector<NodeId> Tree::children(NodeId directory) const {
  std::vector<NodeId> ids;
  if (!at(directory).is_directory()) return ids;
  for (NodeId id = at(directory).value; id != kNoNode; id = at(id).sibling) {
    if (!at(id).is_dead()) ids.push_back(id);
  }
  std::ranges::sort(ids, {}, [this](NodeId id) { return name(id); });
  return ids;
}

/// One layer on its way into the tree.
struct Tree::Apply {
  Tree& tree;
  std::uint16_t layer;
  std::string_view where;
  Notes& notes;
  const IsWanted& is_wanted;
  // The directory of the entry before: most entries lie in the same one.
  std::string last_parent = {};
  NodeId last_parent_node = kNoNode;

  void note(const LogEntry& entry, NoteLevel level, Code code, std::string what) {
    std::string place(where);
    if (!entry.path.empty()) place.append("!").append(entry.path);
    notes.add(level, Error{code, std::move(what), std::move(place), 0});
  }

  /// A fresh node `name`, in place of `in_the_way` if that is one; kNoNode: there are too many.
  NodeId make_node(NodeId parent, std::string_view name, NodeId in_the_way) {
    if (in_the_way == kNoNode) {
      return tree.live_count_ < tree.most_nodes_ ? tree.add_child(parent, name) : kNoNode;
    }
    // Only a directory or a link can be what `last_parent` went through.
    const EntryType type = tree.at(in_the_way).type();
    if (type == EntryType::directory || type == EntryType::symlink) last_parent_node = kNoNode;
    tree.renew(in_the_way);
    return in_the_way;
  }

  NodeId make_directory(NodeId parent, std::string_view name, NodeId in_the_way) {
    const NodeId id = make_node(parent, name, in_the_way);
    if (id == kNoNode) return kNoNode;
    Node& node = tree.nodes_[id];
    node.set(EntryType::directory, kImplicitMode);
    node.owner = tree.owner_index({0, 0});
    node.layer = node.touched = node.content_layer = layer;
    return id;
  }

  void note_full(const LogEntry& entry) {
    note(entry, NoteLevel::incomplete, Code::limit_exceeded,
         "path: no room for it: more files and folders than --max-entries allows");
  }

  /// The directory that holds `path`, made if it is missing.
  NodeId parent_node(const LogEntry& entry) {
    const std::string_view parent = parent_of(entry.path);
    if (last_parent_node != kNoNode && parent == last_parent) return last_parent_node;
    NodeId id = tree.resolve(kRootNode, parent, true,
                             [this](NodeId at, std::string_view name, NodeId in_the_way) {
                               return make_directory(at, name, in_the_way);
                             });
    if (id != kNoNode && !tree.at(id).is_directory()) {
      const NodeId above = tree.at(id).parent;
      const std::string name(tree.name(id));
      id = make_directory(above, name, id);
    }
    last_parent = parent;
    last_parent_node = id;
    return id;
  }

  void whiteout(const LogEntry& entry, std::string_view name) {
    last_parent_node = kNoNode;
    // Where nothing is there is nothing to hide, and no folder is made for it.
    const NodeId parent = tree.find(parent_of(entry.path), true);
    if (name == kOpaque) {
      if (parent == kNoNode) return;
      tree.clear_lower(parent, layer);
      return;
    }
    if (name.starts_with(kAufsPrefix)) return;
    const std::string_view hidden = name.substr(kWhiteout.size());
    if (hidden.empty() || hidden == "." || hidden == "..") {
      note(entry, NoteLevel::info, Code::malformed, "whiteout: it names no file");
      return;
    }
    const NodeId id = parent == kNoNode ? kNoNode : tree.child(parent, hidden);
    if (id != kNoNode) tree.remove_lower(id, layer);
  }

  /// Copies what the target of a hard link is; a link to nothing changes nothing.
  void hardlink(const LogEntry& entry, NodeId parent, std::string_view name) {
    std::string target_path;
    clean_path(entry.link, target_path);
    const NodeId target = tree.find(target_path, false);
    if (target == kNoNode || tree.at(target).is_directory()) {
      const bool is_gap = is_wanted && is_wanted(entry.path);
      note(entry, is_gap ? NoteLevel::incomplete : NoteLevel::info, Code::not_found,
           fmt::format("hard link to '{}', which is {}", target_path,
                       target == kNoNode ? "not there" : "a directory"));
      return;
    }
    const NodeId before = tree.child(parent, name);
    if (before == target) return;
    const Node source = tree.at(target);  // before anything moves
    const NodeId id = make_node(parent, name, before);
    if (id == kNoNode) return note_full(entry);
    Node& node = tree.nodes_[id];
    node.mode_and_type = source.mode_and_type;
    node.owner = source.owner;
    node.size_low = source.size_low;
    node.size_high = source.size_high;
    node.value = source.value;
    node.content_layer = source.content_layer;
    node.layer = node.touched = layer;
  }

  void set_directory(NodeId id, const LogEntry& entry) {
    Node& node = tree.nodes_[id];
    const std::uint32_t owner = tree.owner_index({entry.uid, entry.gid});
    const Node before = node;
    node.set(EntryType::directory, entry.mode);
    node.owner = owner;
    // A directory that a layer lists again as it was is not that layer's doing.
    if (before.touched == kNeverTouched || before.mode_and_type != node.mode_and_type ||
        before.owner != owner) {
      node.layer = layer;
    }
    node.touched = layer;
  }

  void add(std::uint32_t ordinal, const LogEntry& entry) {
    if (entry.path.empty()) {
      if (entry.type == EntryType::directory) return set_directory(kRootNode, entry);
      note(entry, NoteLevel::info, Code::malformed,
           "entry: it is no folder and has the root's name");
      return;
    }
    const std::string_view name = name_of(entry.path);
    if (tree.has_whiteouts_ && name.starts_with(kWhiteout)) return whiteout(entry, name);
    const NodeId parent = parent_node(entry);
    if (parent == kNoNode && tree.live_count_ >= tree.most_nodes_) return note_full(entry);
    if (parent == kNoNode) {
      note(entry, NoteLevel::incomplete, Code::limit_exceeded,
           "path: too many or too long symbolic links on the way to it (--max-link-depth)");
      return;
    }
    if (entry.type == EntryType::hardlink) return hardlink(entry, parent, name);
    NodeId id = tree.child(parent, name);
    if (id != kNoNode && entry.type == EntryType::directory && tree.at(id).is_directory()) {
      return set_directory(id, entry);
    }
    id = make_node(parent, name, id);
    if (id == kNoNode) return note_full(entry);
    Node& node = tree.nodes_[id];
    node.set(entry.type, entry.mode);
    node.owner = tree.owner_index({entry.uid, entry.gid});
    node.layer = node.touched = node.content_layer = layer;
    if (entry.type == EntryType::symlink) {
      tree.nodes_[id].value = tree.names_.add(entry.link);
    } else if (entry.type != EntryType::directory) {
      node.value = ordinal;
      node.size_low = static_cast<std::uint32_t>(entry.size_bytes);
      node.size_high = static_cast<std::uint32_t>(entry.size_bytes >> 32);
    }
  }
};

void Tree::apply(EntryLog& log, std::uint16_t layer, std::string_view where, Notes& notes,
                 const IsWanted& is_wanted) {
  Apply apply{*this, layer, where, notes, is_wanted};
  log.consume([&](std::uint32_t ordinal, const LogEntry& entry) { apply.add(ordinal, entry); });
}

}  // namespace bulkhead::image
