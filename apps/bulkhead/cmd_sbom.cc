#include <fmt/format.h>

#include "bulkhead/scan/pipeline.h"
#include "commands.h"
#include "outputs.h"
#include "session.h"

namespace bulkhead::app {
namespace {

// The formats that are lists of packages; the default first.
constexpr std::string_view kFormats[] = {"cyclonedx", "spdx"};

}  // namespace

int run_sbom(const Options& options) {
  Session session(options);
  const RunContext& context = session.context();
  const auto outputs = outputs_of(options, kFormats);
  if (!outputs) {
    complain(describe(outputs.error()));
    return kExitUsage;
  }
  const auto request = read_request(options);
  if (!request) {
    complain(describe(request.error()));
    return kExitUsage;
  }
  const auto report = scan::take_inventory(*request, context);
  session.end_progress();
  if (!report) return give_up(report.error(), context);
  // The formats have no place for notes: they are told here.
  for (const Note& note : report->notes) {
    if (note.level != NoteLevel::incomplete && !options.is_verbose) continue;
    complain(fmt::format("{}{}{} ({})", note.where, note.where.empty() ? "" : ": ", note.what,
                         note.code));
  }
  int exit_code = report->is_complete ? kExitOk : kExitGap;
  if (options.is_strict && !report->notes.empty()) exit_code = kExitGap;
  for (const Output& output : *outputs) {
    if (auto written = write_output(output, *report, {}, context); !written) {
      exit_code = give_up(written.error(), context);
    }
  }
  return exit_code;
}

}  // namespace bulkhead::app
