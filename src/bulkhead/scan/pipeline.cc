#include "bulkhead/scan/pipeline.h"

#include <fmt/format.h>

#include "bulkhead/catalog/registry.h"
#include "bulkhead/match/match.h"
#include "bulkhead/match/support.h"
#include "bulkhead/pending/pending.h"
#include "bulkhead/scan/inventory.h"
#include "bulkhead/scan/overlay.h"
#include "bulkhead/scan/ownership.h"
#include "bulkhead/scan/package_list.h"
#include "bulkhead/scan/refresh.h"

namespace bulkhead::scan {
namespace {

/// Reads once more what inspectors wanted too late; at most one second read a layer.
Result<void> read_late_wants(ReadTarget& read, std::span<const Inspector> inspectors,
                             Overlay& overlay, const RunContext& context, KeptBudget& budget,
                             Notes& notes) {
  for (const auto& [layer, wants] : find_late_wants(overlay.histories, overlay.facts)) {
    BH_TRY(std::vector<FileFacts> facts,
           read_late(read, layer, inspectors, wants, context, budget, notes));
    overlay.facts.add(layer, std::move(facts));
    ++read.target.layers[layer].late_reads;
  }
  return {};
}

/// An empty inventory is never reported as clean: says why it is empty.
void note_empty_inventory(const ScanReport& report, Notes& notes) {
  if (!report.packages.empty()) return;
  notes.add({NoteLevel::info, "no-packages",
             report.os ? fmt::format("{} was found, but no package database that is known here",
                                     report.os->pretty_name.empty() ? report.os->id
                                                                    : report.os->pretty_name)
                       : "no operating system and no package database were found: nothing was "
                         "held against advisories",
             "target"});
}

/// A report of what a target holds, and the repositories that its files name.
struct Contents {
  ScanReport report;
  std::vector<Repository> repositories;
};

/// A list of packages says itself what is in it.
Result<Contents> list_contents(const std::string& reference, const RunContext& context,
                               Notes& notes) {
  BH_TRY(PackageList list, read_package_list(reference, context, notes));
  Contents contents;
  contents.report.os = std::move(list.inventory.os);
  contents.report.packages = std::move(list.inventory.packages);
  contents.report.target = std::move(list.target);
  contents.report.layers = std::move(list.layers);
  return contents;
}

/// Reference to layers, digests checked before what they name is parsed; every layer's bytes, once;
/// layers on each other. From there on no file's bytes are read, but for late wants.
Result<Contents> read_layered(const ReadRequest& request, std::span<const Inspector> inspectors,
                              const RunContext& context, Notes& notes) {
  KeptBudget budget;
  BH_TRY(ReadTarget read, read_target(request, inspectors, context, budget, notes));
  Overlay overlay = apply_layers(read.target, std::move(read.layers), inspectors, context, notes);
  BH_CHECK(read_late_wants(read, inspectors, overlay, context, budget, notes));
  Inventory inventory = join_inventory(inspectors, overlay.histories, overlay.facts, notes);
  assign_owners(overlay.tree, inventory);
  Contents contents;
  contents.report.os = std::move(inventory.os);
  contents.report.packages = std::move(inventory.packages);
  contents.report.target = std::move(read.target.target);
  contents.report.layers = std::move(read.target.layers);
  contents.repositories = std::move(inventory.repositories);
  return contents;
}

Result<Contents> read_contents(const ReadRequest& request, std::span<const Inspector> inspectors,
                               const RunContext& context, Notes& notes) {
  const std::string& reference = request.target.reference;
  auto contents = names_package_list(reference) ? list_contents(reference, context, notes)
                                                : read_layered(request, inspectors, context, notes);
  if (!contents) return contents;
  contents->report.tool_version = BULKHEAD_VERSION;
  contents->report.created_unix_s = context.now_unix_s;
  note_empty_inventory(contents->report, notes);
  return contents;
}

void take_notes(ScanReport& report, Notes notes) {
  report.is_complete = !notes.has_gap();
  report.notes = std::move(notes).take_sorted();
}

}  // namespace

Result<ScanReport> take_inventory(const ReadRequest& request, const RunContext& context) {
  Notes notes(context.limits.notes);
  BH_TRY(Contents contents, read_contents(request, catalog::inspectors(), context, notes));
  take_notes(contents.report, std::move(notes));
  return std::move(contents.report);
}

Result<Scanned> scan_keeping_data(const ScanRequest& request, const RunContext& context) {
  const std::span<const Inspector> inspectors =
      request.pending ? catalog::all_inspectors() : catalog::inspectors();
  Notes notes(context.limits.notes);

  // A store that cannot be read is said before the target is.
  BH_CHECK(advisory::Store::open(request.advisory_folder));

  // The target's packages and operating system.
  BH_TRY(Contents contents, read_contents(request.read, inspectors, context, notes));
  ScanReport& report = contents.report;

  // What the package manager itself would bring: no advisory takes part.
  if (request.pending) {
    context.progress->begin("reading package indexes");
    report.pending = pending::find_pending(report.packages, contents.repositories, *request.pending,
                                           context, notes);
    if (context.is_cancelled()) return fail(Code::io, "cancelled");
  }

  // The advisories that this target wants, as they are now: what another import or update puts into
  // the store during the scan does not change them.
  if (request.update) {
    refresh_advisories(request.advisory_folder, *request.update, report.packages, report.os,
                       context, notes);
    if (context.is_cancelled()) return fail(Code::io, "cancelled");
  }
  BH_TRY(advisory::Store store, advisory::Store::open(request.advisory_folder));

  // Packages against advisories, findings against the user's policy.
  BH_TRY(match::MatchResult matched,
         match::match_packages(report.packages, report.os, store, notes));
  report.findings = std::move(matched.findings);
  report.data = std::move(matched.data);
  if (report.os) {
    BH_CHECK(match::judge_support(*report.os, store, context.now_unix_s, report.findings, notes));
  }
  policy::apply(request.policy, report, context.now_unix_s, notes);

  take_notes(report, std::move(notes));
  return Scanned{std::move(report), std::move(store)};
}

Result<ScanReport> scan(const ScanRequest& request, const RunContext& context) {
  BH_TRY(Scanned scanned, scan_keeping_data(request, context));
  return std::move(scanned.report);
}

}  // namespace bulkhead::scan
