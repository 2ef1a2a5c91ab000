#include "bulkhead/report/all_findings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/instruction.h"

namespace bulkhead::report {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;
using Heads = std::array<std::string_view, kColumns>;

constexpr Heads kHeads = {"SEVERITY", "RULE", "PACKAGE", "INSTALLED", "FIXED", "STATE", "LAYER"};
constexpr Heads kSuppressedHeads = {"SEVERITY", "RULE",  "PACKAGE", "STATUS",
                                    "BY",       "UNTIL", "REASON"};

/// No cell is wider: a hostile name may fill its cell but not the screen.
constexpr std::size_t kMostCellColumns = 40;
/// The last column is never narrower, however little is left.
constexpr std::size_t kLeastLastColumns = 16;

/// "openssl (libssl1.1, openssl)"; the source alone where its only package has the same name; what
/// the finding says where it is about no package.
std::string package_text(const Folded& folded) {
  if (folded.packages.empty()) return folded.finding->title;
  std::vector<std::string_view> names;
  names.reserve(folded.packages.size());
  for (const Package* package : folded.packages) names.push_back(package->name);
  std::ranges::sort(names);
  const auto same = std::ranges::unique(names);
  names.erase(same.begin(), same.end());
  if (names.size() == 1 && names.front() == folded.source()) return std::string(folded.source());
  std::string text(folded.source());
  for (const char* separator = " ("; const std::string_view name : names) {
    text.append(separator).append(name);
    separator = ", ";
  }
  return text + ")";
}

std::string state_text(const Finding& finding) {
  std::string text(fix_state_name(finding.fix_state));
  if (finding.kind == FindingKind::support) text = "-";
  if (finding.confidence != Confidence::certain) {
    text.append(", ").append(confidence_name(finding.confidence));
  }
  if (finding.is_known_exploited) text += ", exploited";
  if (finding.epss) text += fmt::format(", EPSS {:.1f}%", finding.epss->score * 100);
  return text;
}

std::string or_dash(std::string_view text) { return text.empty() ? "-" : std::string(text); }

Row make_row(const ScanReport& report, const Folded& folded) {
  const Finding& finding = *folded.finding;
  std::string layer = "-";
  if (!folded.packages.empty() && !folded.packages.front()->locations.empty()) {
    // The column's head says "layer" already.
    layer = layer_text(report, folded.packages.front()->locations.front().layer).substr(6);
  }
  Row row = {std::string(severity_name(finding.severity)),
             finding.rule,
             package_text(folded),
             or_dash(folded.installed()),
             or_dash(finding.fixed_version),
             state_text(finding),
             std::move(layer)};
  for (std::size_t c = 0; c + 1 < kColumns; ++c) row[c] = fit(row[c], kMostCellColumns);
  return row;
}

Row make_suppressed_row(const Folded& folded) {
  const Finding& finding = *folded.finding;
  const Suppression& suppression = *finding.suppressed;
  Row row = {std::string(severity_name(finding.severity)),
             finding.rule,
             package_text(folded),
             std::string(suppression_status_name(suppression.status)),
             suppression.by,
             or_dash(suppression.until),
             or_dash(suppression.reason)};
  for (std::size_t c = 0; c + 1 < kColumns; ++c) row[c] = fit(row[c], kMostCellColumns);
  return row;
}

/// Columns as wide as their longest cell; the last takes what is left of `width`.
template <class MakeRow>
void write_rows(const Heads& heads, const std::vector<Folded>& folded, MakeRow make,
                const Painter& paint, std::size_t width, std::ostream& out) {
  // Twice over the rows rather than all of them in memory: once for the widths, once to write.
  std::array<std::size_t, kColumns> widths{};
  for (std::size_t c = 0; c < kColumns; ++c) widths[c] = heads[c].size();
  for (const Folded& f : folded) {
    const Row row = make(f);
    for (std::size_t c = 0; c + 1 < kColumns; ++c) {
      widths[c] = std::max(widths[c], terminal_width(row[c]));
    }
  }
  std::size_t used = 0;
  for (std::size_t c = 0; c + 1 < kColumns; ++c) used += widths[c] + 2;
  const std::size_t last_columns =
      std::max(kLeastLastColumns, width > used ? width - used : std::size_t{0});

  for (std::size_t c = 0; c + 1 < kColumns; ++c) {
    out << paint.strong(pad(std::string(heads[c]), widths[c])) << "  ";
  }
  out << paint.strong(heads.back()) << '\n';
  for (const Folded& f : folded) {
    const Row row = make(f);
    out << paint.severity(f.finding->severity, pad(row[0], widths[0])) << "  ";
    for (std::size_t c = 1; c + 1 < kColumns; ++c) out << pad(row[c], widths[c]) << "  ";
    out << fit(row.back(), last_columns) << '\n';
  }
}

}  // namespace

std::string layer_text(const ScanReport& report, std::uint32_t layer) {
  std::string text = fmt::format("layer {}", layer);
  if (layer < report.layers.size() && !report.layers[layer].created_by.empty()) {
    text += ": " + dockerfile_line(report.layers[layer].created_by);
  }
  return text;
}

void write_all_findings(const ScanReport& report, const std::vector<Folded>& folded,
                        const Painter& paint, std::size_t width, std::ostream& out) {
  write_rows(
      kHeads, folded, [&](const Folded& f) { return make_row(report, f); }, paint, width, out);
}

void write_suppressed_findings(const std::vector<Folded>& folded, const Painter& paint,
                               std::size_t width, std::ostream& out) {
  write_rows(kSuppressedHeads, folded, make_suppressed_row, paint, width, out);
}

}  // namespace bulkhead::report
