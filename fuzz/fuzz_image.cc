// A configuration, and up to eight layers put on each other: whatever the bytes say, every path of
// the final tree is clean, leads to its node, and lies below a directory.
//
// Input: the configuration, a line "=", the layers' tars one after another, each after its length
// in three bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "bulkhead/archive/tar.h"
#include "bulkhead/catalog/registry.h"
#include "bulkhead/image/config.h"
#include "bulkhead/image/path.h"
#include "bulkhead/scan/inventory.h"
#include "bulkhead/scan/overlay.h"

namespace {

using namespace bulkhead;

scan::LayerResult pass_over(ByteView tar, const RunContext& context, scan::KeptBudget& budget) {
  scan::LayerPass pass(catalog::inspectors(), context, budget, "layer");
  archive::TarReader reader(pass, context.limits);
  if (reader.feed(tar)) (void)reader.finish();
  return std::move(pass).take();
}

void check_tree(const image::Tree& tree) {
  std::uint64_t count = 0;
  std::string clean;
  tree.walk([&](image::NodeId node, const std::string& path) {
    ++count;
    if (image::clean_path(path, clean) != image::PathKind::ordinary || clean != path) abort();
    if (tree.path(node) != path) abort();
    if (tree.info(node).type == image::EntryType::hardlink) abort();
    const image::NodeId parent = tree.find(image::parent_of(path), false);
    if (tree.child(parent, image::name_of(path)) != node) abort();
  });
  if (count != tree.node_count()) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RunContext context = quiet_context();
  context.limits.entries = 2000;
  ByteView rest = std::as_bytes(std::span(data, size));
  const std::size_t border = as_text(rest).find("\n=\n");
  (void)image::parse_config(as_text(rest).substr(0, border));
  if (border == std::string_view::npos) return 0;
  rest = rest.subspan(border + 3);

  constexpr std::size_t kMostLayers = 8;
  image::OpenTarget target;
  std::vector<scan::LayerResult> layers;
  scan::KeptBudget budget;
  while (rest.size() > 3 && layers.size() < kMostLayers) {
    const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(rest[i]); };
    const std::size_t length = std::min(rest.size() - 3, byte(0) << 16 | byte(1) << 8 | byte(2));
    layers.push_back(pass_over(rest.subspan(3, length), context, budget));
    rest = rest.subspan(3 + length);
  }
  target.layers.resize(layers.size());
  target.sources.resize(layers.size());
  Notes notes(context.limits.notes);
  const scan::Overlay overlay =
      scan::apply_layers(target, std::move(layers), catalog::inspectors(), context, notes);
  check_tree(overlay.tree);
  scan::join_inventory(catalog::inspectors(), overlay.histories, overlay.facts, notes);
  return 0;
}
