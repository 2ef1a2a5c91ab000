#include "bulkhead/report/table.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/actions.h"
#include "bulkhead/report/all_findings.h"
#include "bulkhead/report/terminal.h"

namespace bulkhead::report {
namespace {

// What one screen (about 40 lines) has room for.
constexpr std::size_t kMostActions = 10;
constexpr std::size_t kMostExploited = 5;
constexpr std::size_t kMostLayers = 4;
constexpr std::size_t kMostFeeds = 3;
constexpr std::size_t kMostPending = 5;
constexpr std::size_t kMostNotes = 4;
constexpr std::size_t kMostNoteLines = 3;
constexpr std::size_t kLeastNameColumns = 12;
constexpr std::size_t kLabelColumns = 11;
constexpr std::int64_t kSecondsPerDay = 86'400;
/// Distributions publish fixes every day; data older than this are worth a warning.
constexpr std::int64_t kOldDataDays = 7;

constexpr Severity kWorstFirst[] = {Severity::critical, Severity::high,       Severity::medium,
                                    Severity::low,      Severity::negligible, Severity::unknown};

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string counts_text(const SeverityCounts& counts, const Painter& paint) {
  std::vector<std::string> pieces;
  for (const Severity severity : kWorstFirst) {
    const std::uint64_t count = counts[static_cast<std::size_t>(severity)];
    if (count == 0) continue;
    pieces.push_back(
        paint.severity(severity, fmt::format("{} {}", count, severity_name(severity))));
  }
  return fmt::format("{}", fmt::join(pieces, ", "));
}

/// One table on its way out: the sections in the order of the screen.
class Screen {
 public:
  Screen(const ScanReport& report, const WriteOptions& options, std::ostream& out)
      : report_(report),
        options_(options),
        out_(out),
        paint_(options.is_color),
        // Narrower than 40 columns nothing fits; wider than 400 is no terminal.
        width_(std::clamp<std::size_t>(options.width, 40, 400)),
        folded_(fold_findings(report)) {}

  void write() {
    write_incomplete();
    write_target();
    write_verdict();
    if (options_.is_all) {
      write_findings();
    } else {
      write_actions();
    }
    write_suppressed();
    write_exploited();
    write_pending();
    write_data();
    write_notes();
    write_hint();
  }

 private:
  std::size_t room() const { return width_ - kLabelColumns; }

  void line(std::string_view label, std::string_view text) {
    out_ << paint_.strong(pad(std::string(label), kLabelColumns)) << text << '\n';
  }

  void write_incomplete() {
    if (report_.is_complete) return;
    const auto gaps = std::ranges::count(report_.notes, NoteLevel::incomplete, &Note::level);
    const std::string text = fmt::format(
        "INCOMPLETE: {} not be looked at. More may be wrong than is listed here.",
        gaps == 1 ? std::string("something could") : fmt::format("{} things could", gaps));
    for (const std::string& piece : wrap(text, width_, kMostNoteLines)) {
      out_ << paint_.alarm(piece) << '\n';
    }
    out_ << '\n';
  }

  void write_target() {
    const TargetInfo& target = report_.target;
    std::string kind(target_kind_name(target.kind));
    if (!target.platform.empty()) kind += ", " + fit(target.platform, 30);
    line("Target", fmt::format("{} ({})", fit(target.reference, room() - kind.size() - 3), kind));
    line("System", system_text());
    std::map<std::string_view, std::uint64_t> types;
    for (const Package& package : report_.packages) ++types[type_name(package.type)];
    std::string contents = fmt::format("{}, {}", counted(report_.layers.size(), "layer", "layers"),
                                       counted(report_.packages.size(), "package", "packages"));
    for (const char* separator = " ("; const auto& [type, count] : types) {
      contents += fmt::format("{}{} {}", separator, count, type);
      separator = ", ";
    }
    if (!types.empty()) contents += ")";
    line("Contents", contents);
  }

  std::string system_text() const {
    if (!report_.os) return paint_.warning("not known");
    const OsInfo& os = *report_.os;
    std::string name =
        fit(os.pretty_name.empty() ? os.id + " " + os.version : os.pretty_name, room() - 32);
    switch (os.support) {
      case SupportState::supported:
        if (os.support_ends.empty()) return name + ", supported";
        return fmt::format("{}, supported until {}", name, fit(os.support_ends, 12));
      case SupportState::ended:
        return name + paint_.alarm(os.support_ends.empty() ? ", no longer supported"
                                                           : fmt::format(", support ended {}",
                                                                         fit(os.support_ends, 12)));
      case SupportState::unknown:
        return name;
    }
    return name;
  }

  void write_verdict() {
    out_ << '\n';
    if (options_.is_failed) line("Verdict", paint_.alarm("FAILED: findings at or above --fail-on"));
    const std::string label = options_.is_failed ? "" : "Verdict";
    std::vector<Folded> vulnerabilities;
    std::uint64_t with_fix = 0;
    for (const Folded& f : folded_) {
      if (f.finding->kind != FindingKind::vulnerability) continue;
      vulnerabilities.push_back(f);
      if (f.finding->fix_state == FixState::fixed) ++with_fix;
    }
    if (vulnerabilities.empty()) {
      line(label, nothing_found());
    } else {
      const std::string_view one = options_.has_baseline ? "new vulnerability" : "vulnerability";
      const std::string_view many =
          options_.has_baseline ? "new vulnerabilities" : "vulnerabilities";
      line(label, fmt::format("{}: {}", paint_.strong(counted(vulnerabilities.size(), one, many)),
                              counts_text(count_severities(vulnerabilities), paint_)));
      line("", fmt::format("{} of them can be cleared by an upgrade; {} in binary packages",
                           with_fix, counted(count_findings(), "finding", "findings")));
    }
    for (const Folded& f : folded_) {
      if (f.finding->kind == FindingKind::support) {
        line("", paint_.severity(f.finding->severity, fit(f.finding->title, room())));
      }
    }
    write_suppressed_counts();
  }

  std::uint64_t count_findings() const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(report_.findings, [](const Finding& finding) {
          return finding.kind == FindingKind::vulnerability && !finding.suppressed;
        }));
  }

  /// What was left out of every count above, so that a short list is not taken for a good one.
  void write_suppressed_counts() {
    std::uint64_t judged = 0;
    std::uint64_t known = 0;
    for (const Finding& finding : report_.findings) {
      if (!finding.suppressed) continue;
      ++(finding.suppressed->status == SuppressionStatus::baseline ? known : judged);
    }
    const std::string_view hint = options_.has_suppressed ? "" : " (--show-suppressed)";
    if (judged > 0) {
      line("", fmt::format("{} suppressed by ignore entries or VEX{}",
                           counted(judged, "finding is", "findings are"), hint));
    }
    if (known > 0) {
      line("", fmt::format("{} in the baseline{}", counted(known, "finding is", "findings are"),
                           judged > 0 ? "" : hint));
    }
  }

  /// Nothing found is only good where something was looked at.
  std::string nothing_found() const {
    if (report_.packages.empty()) {
      return paint_.warning("no packages were found, so nothing can be said about them");
    }
    if (report_.data.empty()) {
      return paint_.warning("no advisory data was used: vulnerabilities were not looked for");
    }
    if (!report_.is_complete) {
      return paint_.warning("no vulnerabilities in what could be looked at");
    }
    return paint_.good(fmt::format("no {}vulnerabilities are shown for {}",
                                   options_.has_baseline ? "new " : "",
                                   counted(report_.packages.size(), "package", "packages")));
  }

  void write_actions() {
    const std::vector<Action> actions = find_actions(folded_, options_.compare_versions);
    if (actions.empty()) return;
    out_ << '\n' << paint_.strong("What clears most") << '\n';
    const std::size_t shown = std::min(actions.size(), kMostActions);
    std::set<std::uint32_t> layers;
    for (std::size_t i = 0; i < shown; ++i) {
      write_action(i + 1, actions[i]);
      layers.insert(actions[i].layers.begin(), actions[i].layers.end());
    }
    if (actions.size() > shown) {
      out_ << fmt::format("     and {}\n",
                          counted(actions.size() - shown, "more upgrade", "more upgrades"));
    }
    write_layers(layers, kMostLayers);
  }

  /// What made the layers that were spoken of by number.
  void write_layers(const std::set<std::uint32_t>& layers, std::size_t most) {
    std::size_t legends = 0;
    for (const std::uint32_t layer : layers) {
      if (++legends > most) break;
      out_ << "     " << paint_.faint(fit(layer_text(report_, layer), width_ - 5)) << '\n';
    }
  }

  /// The layers that the rows of all findings name; their column cuts the instructions off.
  std::set<std::uint32_t> layers_of_findings() const {
    std::set<std::uint32_t> layers;
    for (const Folded& f : folded_) {
      if (f.packages.empty() || f.packages.front()->locations.empty()) continue;
      layers.insert(f.packages.front()->locations.front().layer);
    }
    return layers;
  }

  void write_action(std::size_t number, const Action& action) {
    const SeverityCounts counts = count_severities(action.cleared);
    std::string where;
    if (!action.layers.empty()) {
      where = fmt::format("; {} {}", action.layers.size() == 1 ? "layer" : "layers",
                          fit(fmt::format("{}", fmt::join(action.layers, ", ")), 16));
    }
    const auto clears = [&](const Painter& paint) {
      return fmt::format("clears {} ({}){}", action.cleared.size(), counts_text(counts, paint),
                         where);
    };
    // What is not a name or a version: the number, "upgrade", "->" and what it clears.
    const std::size_t fixed_columns = 20 + clears(Painter(false)).size();
    const std::size_t left = width_ > fixed_columns ? width_ - fixed_columns : 0;
    const std::string_view name = action.package->match_name();
    const std::string_view installed = action.package->match_version();
    const std::string_view fixed = action.fixed_version;
    // Where not all fits, the version to go to matters more than the one that is there.
    const bool has_room_for_both = name.size() + fixed.size() <= left;
    const bool has_room_for_all =
        has_room_for_both && installed.size() + 1 <= left - name.size() - fixed.size();
    const std::size_t each = has_room_for_both ? width_ : std::max(kLeastNameColumns, left / 2);
    const std::string from = has_room_for_all ? fit(installed, width_) + " " : std::string();
    out_ << fmt::format("{:>3}  upgrade {} {}-> {}: {}\n", number, paint_.strong(fit(name, each)),
                        from, fit(fixed, each), clears(paint_));
  }

  void write_exploited() {
    std::vector<std::string> names;
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const Folded& f : folded_) {
      if (!f.finding->is_known_exploited) continue;
      if (!seen.emplace(f.finding->rule, f.source()).second) continue;
      if (seen.size() > kMostExploited) continue;
      names.push_back(fmt::format("{} ({})", fit(f.finding->rule, 24), fit(f.source(), 24)));
    }
    if (names.empty()) return;
    std::string text = fmt::format("{}", fmt::join(names, ", "));
    if (seen.size() > kMostExploited)
      text += fmt::format(" and {} more", seen.size() - kMostExploited);
    out_ << '\n';
    labelled("Exploited", "known to be exploited: " + text, &Painter::alarm);
  }

  /// What the package manager would upgrade: those of the security suite first.
  void write_pending() {
    if (!report_.pending) return;
    std::vector<const PendingUpdate*> updates;
    for (const PendingUpdate& update : *report_.pending) updates.push_back(&update);
    std::ranges::stable_sort(updates, std::ranges::greater{}, &PendingUpdate::is_security);
    const auto security =
        static_cast<std::uint64_t>(std::ranges::count(updates, true, &PendingUpdate::is_security));
    out_ << '\n';
    if (updates.empty()) {
      line("Pending", report_.is_complete
                          ? paint_.good("no package has a newer version in its repositories")
                          : paint_.warning("no newer versions in what could be looked at"));
      return;
    }
    const std::string counts =
        fmt::format("{} a newer version, {} of them for security",
                    counted(updates.size(), "package has", "packages have"), security);
    line("Pending", security > 0 ? paint_.warning(counts) : counts);
    std::map<std::string_view, const Package*> packages;
    for (const Package& package : report_.packages) packages[package.id] = &package;
    const std::size_t shown =
        options_.is_all ? updates.size() : std::min(updates.size(), kMostPending);
    for (std::size_t i = 0; i < shown; ++i) {
      const auto package = packages.find(updates[i]->package_id);
      if (package == packages.end()) continue;
      const std::string_view mark = updates[i]->is_security ? "  security" : "  update";
      const std::string name = fit(package->second->name, room() / (options_.is_all ? 4 : 3));
      std::string text = fmt::format("{} {} -> {}", name, fit(updates[i]->installed_version, 30),
                                     fit(updates[i]->candidate_version, 30));
      if (options_.is_all && text.size() + 4 < room()) {
        text += fmt::format("  {}", fit(updates[i]->source, room() - text.size() - 2));
      }
      line(mark, text);
    }
    if (updates.size() > shown) {
      line("", fmt::format("and {} more (--all)", updates.size() - shown));
    }
  }

  void write_data() {
    if (report_.data.empty()) return;
    out_ << '\n';
    std::string_view label = "Data";
    const std::size_t shown =
        options_.is_all ? report_.data.size() : std::min(report_.data.size(), kMostFeeds);
    for (std::size_t i = 0; i < shown; ++i) {
      const FeedInfo& feed = report_.data[i];
      line(label, fmt::format("{}: {}, {}", fit(feed.name, room() - 50),
                              counted(feed.records, "record", "records"), age_of(feed)));
      label = "";
    }
    if (report_.data.size() > shown) {
      line("",
           fmt::format("and {}", counted(report_.data.size() - shown, "more feed", "more feeds")));
    }
  }

  std::string age_of(const FeedInfo& feed) const {
    if (feed.updated_unix_s <= 0) return paint_.warning("of no known date");
    const std::int64_t days =
        std::max<std::int64_t>(0, (report_.created_unix_s - feed.updated_unix_s) / kSecondsPerDay);
    const std::string age =
        fmt::format("{} old", counted(static_cast<std::uint64_t>(days), "day", "days"));
    return fmt::format("newest of {}, {}", format_utc(feed.updated_unix_s).substr(0, 10),
                       days > kOldDataDays ? paint_.warning(age) : age);
  }

  void write_notes() {
    if (report_.notes.empty()) return;
    out_ << '\n' << paint_.strong("Not covered, and what is odd") << '\n';
    const std::size_t shown =
        options_.is_all ? report_.notes.size() : std::min(report_.notes.size(), kMostNotes);
    for (std::size_t i = 0; i < shown; ++i) {
      const Note& note = report_.notes[i];
      const bool is_gap = note.level == NoteLevel::incomplete;
      std::string text = fmt::format("{}: {}", note.code, note.what);
      if (!note.where.empty()) text += fmt::format(" ({})", note.where);
      if (note.offset) text += fmt::format(" at byte {}", *note.offset);
      const std::size_t most = options_.is_all ? kMostNoteLines * 4 : is_gap ? kMostNoteLines : 1;
      labelled(is_gap ? "  gap" : "  note", text, is_gap ? &Painter::alarm : nullptr, most);
    }
    if (report_.notes.size() > shown) {
      line("",
           fmt::format("and {}", counted(report_.notes.size() - shown, "more note", "more notes")));
    }
  }

  /// A label and a text of several lines beside it.
  void labelled(std::string_view label, std::string_view text,
                std::string (Painter::*paint)(std::string_view) const,
                std::size_t most = kMostNoteLines) {
    for (const std::string& piece : wrap(text, room(), most)) {
      line(label, paint == nullptr ? piece : (paint_.*paint)(piece));
      label = "";
    }
  }

  void write_findings() {
    if (folded_.empty()) return;
    out_ << '\n';
    std::vector<Folded> rows = folded_;
    sort_folded(rows, options_.sort_by);
    write_all_findings(report_, rows, paint_, width_, out_);
    write_layers(layers_of_findings(), report_.layers.size());
  }

  void write_suppressed() {
    if (!options_.has_suppressed) return;
    const std::vector<Folded> suppressed = fold_suppressed(report_);
    if (suppressed.empty()) return;
    out_ << '\n' << paint_.strong("Suppressed: these count for nothing") << '\n';
    write_suppressed_findings(suppressed, paint_, width_, out_);
  }

  void write_hint() {
    if (options_.is_all) return;
    out_ << '\n' << paint_.faint("Every finding and note: --all. For programs: -o json") << '\n';
  }

  const ScanReport& report_;
  const WriteOptions& options_;
  std::ostream& out_;
  Painter paint_;
  std::size_t width_;
  std::vector<Folded> folded_;
};

}  // namespace

Result<void> write_table(const ScanReport& report, const WriteOptions& options, std::ostream& out) {
  Screen(report, options, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing the table failed");
  return {};
}

}  // namespace bulkhead::report
