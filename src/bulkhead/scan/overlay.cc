#include "bulkhead/scan/overlay.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::scan {
namespace {

/// Views of all histories together hold so many files, and so many names are looked at for them;
/// a thousand layers over a folder of a million lists would otherwise take hours and all memory.
/// An image of 127 layers with 2,000 packages stays below a tenth of it.
constexpr std::uint64_t kMostLookedAt = 8'000'000;

}  // namespace

Overlay apply_layers(const image::OpenTarget& target, std::vector<LayerResult> layers,
                     std::span<const Inspector> inspectors, const RunContext& context,
                     Notes& notes) {
  Overlay overlay{image::Tree(context.limits, target.has_whiteouts),
                  std::vector<History>(inspectors.size()),
                  {}};
  const Wants wants(inspectors);
  const auto is_wanted = [&](std::string_view path) { return !wants.by_path(path).empty(); };
  std::uint64_t looked_at = 0;
  std::uint32_t unseen = 0;  // layers whose views were passed over
  for (std::uint32_t layer = 0; layer < layers.size(); ++layer) {
    LayerResult& result = layers[layer];
    const bool is_empty = result.entries.count() == 0;
    overlay.tree.apply(result.entries, static_cast<std::uint16_t>(layer),
                       fmt::format("layer {}", layer), notes, is_wanted);
    overlay.facts.add(layer, std::move(result.facts));
    notes.merge(std::move(result.notes));
    const bool is_last = layer + 1 == layers.size();
    // The last one's views are what the report is made from: they are always taken.
    if (is_empty && !is_last) continue;
    if (looked_at > kMostLookedAt && !is_last) {
      ++unseen;
      continue;
    }
    for (std::size_t i = 0; i < inspectors.size(); ++i) {
      Notes unread(is_last ? context.limits.notes : 0);
      View view = find_wanted(overlay.tree, inspectors[i].patterns, looked_at, unread);
      if (is_last) notes.merge(std::move(unread));
      History& history = overlay.histories[i];
      if (history.empty() ? !view.empty() : history.back().second != view) {
        history.emplace_back(layer, std::move(view));
      }
    }
  }
  if (!layers.empty()) {
    std::vector<View> views = find_single_files(overlay.tree, wants, overlay.facts);
    for (std::size_t i = 0; i < inspectors.size(); ++i) {
      if (views[i].empty()) continue;
      overlay.histories[i].emplace_back(static_cast<std::uint32_t>(layers.size() - 1),
                                        std::move(views[i]));
    }
  }
  if (unseen > 0) {
    notes.add(
        {NoteLevel::incomplete, "limit-exceeded",
         fmt::format("provenance: too many package databases and layers; for {} layers nobody "
                     "looked which packages they brought",
                     unseen)});
  }
  return overlay;
}

}  // namespace bulkhead::scan
