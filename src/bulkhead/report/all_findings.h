#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "bulkhead/report/actions.h"
#include "bulkhead/report/terminal.h"

namespace bulkhead::report {

/// "layer 2: RUN apt-get install curl": the layer and the Dockerfile's line that made it. The line
/// is the target's own text.
std::string layer_text(const ScanReport& report, std::uint32_t layer);

/// The table of `--all`: one row a folded finding, columns as wide as their longest cell. The last
/// column, the layer, takes what is left of `width`.
void write_all_findings(const ScanReport& report, const std::vector<Folded>& folded,
                        const Painter& paint, std::size_t width, std::ostream& out);

/// The table of `--show-suppressed`: one row a folded finding that does not count, with what said
/// so. The last column, the reason, takes what is left of `width`.
void write_suppressed_findings(const std::vector<Folded>& folded, const Painter& paint,
                               std::size_t width, std::ostream& out);

}  // namespace bulkhead::report
