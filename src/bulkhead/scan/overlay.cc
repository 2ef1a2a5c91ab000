#include "bulkhead/scan/overlay.h"

#include <fmt/format.h>

namespace bulkhead::scan {

Overlay apply_layers(const image::OpenTarget& target, std::vector<LayerResult> layers,
                     std::span<const Inspector> inspectors, const RunContext& context,
                     Notes& notes) {
  Overlay overlay{image::Tree(context.limits, target.has_whiteouts),
                  std::vector<History>(inspectors.size()),
                  {}};
  for (std::uint32_t layer = 0; layer < layers.size(); ++layer) {
    LayerResult& result = layers[layer];
    const bool is_empty = result.entries.count() == 0;
    overlay.tree.apply(result.entries, static_cast<std::uint16_t>(layer),
                       fmt::format("layer {}", layer), notes);
    overlay.facts.add(layer, std::move(result.facts));
    notes.merge(std::move(result.notes));
    if (is_empty) continue;
    for (std::size_t i = 0; i < inspectors.size(); ++i) {
      View view = find_wanted(overlay.tree, inspectors[i].patterns);
      History& history = overlay.histories[i];
      if (history.empty() ? !view.empty() : history.back().second != view) {
        history.emplace_back(layer, std::move(view));
      }
    }
  }
  return overlay;
}

}  // namespace bulkhead::scan
