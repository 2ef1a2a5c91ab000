#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/match/match.h"
#include "bulkhead/match/support.h"
#include "bulkhead/report/writer.h"
#include "bulkhead/scan/pipeline.h"
#include "commands.h"
#include "outputs.h"
#include "scan_request.h"
#include "session.h"

namespace bulkhead::app {
namespace {

constexpr std::uint64_t kMostExitCode = 255;  // more than that the system does not pass on

report::WriteOptions write_options(const Options& options, bool is_failed) {
  report::WriteOptions write;
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  write.is_color = is_terminal && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    write.width = size.ws_col;
  }
  write.is_all = options.is_all;
  write.sort_by = parse_finding_order(options.sort_by).value_or(FindingOrder::priority);
  write.has_package_files = options.has_package_files;
  write.is_failed = is_failed;
  write.has_suppressed = options.has_suppressed;
  write.has_baseline = !options.baseline.empty();
  write.compare_versions = match::compare_versions;
  return write;
}

/// A target that could not be opened still gives a report to those who read reports.
ScanReport report_of_failure(const scan::ScanRequest& request, const Error& error,
                             const RunContext& context) {
  ScanReport report;
  report.tool_version = BULKHEAD_VERSION;
  report.created_unix_s = context.now_unix_s;
  report.is_complete = false;
  report.target.reference = request.read.target.reference;
  report.notes.push_back(note_of(NoteLevel::incomplete, error));
  return report;
}

}  // namespace

int run_scan(const Options& options) {
  Session session(options);
  const RunContext& context = session.context();
  const auto outputs = outputs_of(options);
  if (!outputs) {
    complain(describe(outputs.error()));
    return kExitUsage;
  }
  const auto request = scan_request(options);
  if (!request) {
    const Error& error = request.error();
    complain(error.where.empty() ? error.what : fmt::format("{}: {}", error.where, error.what));
    return kExitUsage;
  }
  if (options.exit_code > kMostExitCode) {
    complain(fmt::format("--exit-code is a number from 0 to {}", kMostExitCode));
    return kExitUsage;
  }

  auto report = scan::scan(*request, context);
  session.end_progress();
  int exit_code = kExitOk;
  bool is_failed = false;
  if (!report) {
    exit_code = give_up(report.error(), context);
    if (context.is_cancelled()) return exit_code;
    report = report_of_failure(*request, report.error(), context);
  } else {
    is_failed = policy::is_failed(request->policy, report->findings);
    const bool is_odd = !std::ranges::all_of(report->notes, [](const Note& note) {
      return policy::is_policy_note(note) || note.code == match::kSupportEndsSoon;
    });
    const bool is_gap = !report->is_complete || (options.is_strict && is_odd);
    // --exit-code 0 takes the failure's code away, not the gap's.
    const bool has_code = is_failed && options.exit_code != 0;
    exit_code = has_code ? static_cast<int>(options.exit_code) : is_gap ? kExitGap : kExitOk;
  }
  for (const Output& output : *outputs) {
    const report::WriteOptions write = write_options(options, is_failed);
    if (auto written = write_output(output, *report, write, context); !written) {
      exit_code = give_up(written.error(), context);
    }
  }
  return exit_code;
}

}  // namespace bulkhead::app
