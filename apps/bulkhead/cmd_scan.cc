#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/match/match.h"
#include "bulkhead/match/support.h"
#include "bulkhead/report/writer.h"
#include "bulkhead/scan/pipeline.h"
#include "commands.h"
#include "report_file.h"
#include "scan_request.h"
#include "session.h"

namespace bulkhead::app {
namespace {

constexpr std::uint64_t kMostExitCode = 255;  // more than that the system does not pass on

/// A report that was asked for: a format and where it goes (empty: standard output).
struct Output {
  const report::Writer* writer = nullptr;
  std::string file;
};

Result<const report::Writer*> writer_named(std::string_view name) {
  if (const report::Writer* writer = report::find_writer(name)) return writer;
  std::string names;
  for (const report::Writer& writer : report::writers()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", writer.name);
  }
  const bool is_severity = parse_severity(name).has_value();
  return fail(Code::not_found, fmt::format("'{}' is no report format (there are {}){}", name, names,
                                           is_severity ? "; did you mean --fail-on?" : ""));
}

/// What -o and -f mean together: "-o json", "-o json=FILE", "-f json -o FILE".
Result<std::vector<Output>> outputs_of(const Options& options) {
  std::vector<Output> outputs;
  if (!options.format.empty()) {
    BH_TRY(const report::Writer* writer, writer_named(options.format));
    if (options.outputs.size() > 1) {
      return fail(Code::malformed, "with -f there is one report, and -o names its file");
    }
    outputs.push_back({writer, options.outputs.empty() ? std::string() : options.outputs.front()});
    return outputs;
  }
  for (const std::string& text : options.outputs) {
    const std::size_t equals = text.find('=');
    BH_TRY(const report::Writer* writer, writer_named(text.substr(0, equals)));
    outputs.push_back(
        {writer, equals == std::string::npos ? std::string() : text.substr(equals + 1)});
  }
  if (outputs.empty()) outputs.push_back({&report::writers().front(), {}});
  return outputs;
}

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

Result<void> write_report(const Output& output, const ScanReport& report,
                          report::WriteOptions write, const RunContext& context) {
  if (!output.file.empty()) write.is_color = false;
  return write_report_file(output.file, context, [&](std::ostream& out) {
    return output.writer->write(report, write, out);
  });
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
    complain(outputs.error().what);
    return kExitUsage;
  }
  for (const Output& output : *outputs) {
    if (output.file.empty()) continue;
    if (const auto checked = check_report_file(output.file); !checked) {
      complain(describe(checked.error()));
      return kExitUsage;
    }
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
    if (auto written = write_report(output, *report, write, context); !written) {
      exit_code = give_up(written.error(), context);
    }
  }
  return exit_code;
}

}  // namespace bulkhead::app
