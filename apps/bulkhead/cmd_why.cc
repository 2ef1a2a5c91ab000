#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/scan/why.h"
#include "commands.h"
#include "scan_request.h"
#include "session.h"
#include "statement_text.h"

namespace bulkhead::app {
namespace {

using nlohmann::ordered_json;
using scan::PackageAnswer;
using scan::WhyResult;

/// Everything that an image or a feed wrote, so that it is text.
std::string text_of(std::string_view bytes) { return to_utf8(bytes).text; }

std::string name_kind(NameKind kind) { return kind == NameKind::source ? "source" : "binary"; }

ordered_json json_of(const match::Evidence& evidence, const Package& package) {
  const advisory::Statement& statement = evidence.statement;
  ordered_json object;
  object["advisory"] = text_of(statement.advisory_id);
  object["feed"] = text_of(statement.feed);
  object["ecosystem"] = text_of(statement.affected.ecosystem);
  object["package"] = text_of(statement.affected.name);
  object["names"] = name_kind(statement.affected.names);
  object["affected"] = text_of(affected_text(statement.affected));
  object["verdict"] = match::reason_name(evidence.verdict.reason);
  object["held_against"] = text_of(evidence.verdict.decided_by);
  object["explanation"] = text_of(match::sentence_of(evidence, package));
  return object;
}

ordered_json json_of(const Finding& finding) {
  ordered_json object;
  object["id"] = text_of(finding.id);
  object["kind"] = finding_kind_name(finding.kind);
  object["severity"] = severity_name(finding.severity);
  object["severity_source"] = text_of(finding.severity_source);
  object["confidence"] = confidence_name(finding.confidence);
  object["fixed_version"] = text_of(finding.fixed_version);
  object["remediation"] = text_of(finding.remediation);
  object["suppressed_by"] =
      finding.suppressed ? ordered_json(text_of(finding.suppressed->by)) : ordered_json();
  return object;
}

ordered_json json_of(const PackageAnswer& answer, const ScanReport& report) {
  const Package& package = report.packages[answer.package];
  ordered_json object;
  object["answer"] = scan::answer_name(answer.answer);
  object["id"] = text_of(package.id);
  object["name"] = text_of(package.name);
  object["version"] = text_of(package.version);
  object["source"] = text_of(package.match_name());
  object["source_version"] = text_of(package.match_version());
  object["locations"] = ordered_json::array();
  for (const Location& location : package.locations) {
    object["locations"].push_back({{"layer", location.layer}, {"path", text_of(location.path)}});
  }
  object["finding"] = answer.finding ? json_of(report.findings[*answer.finding]) : ordered_json();
  object["evidence"] = ordered_json::array();
  for (const match::Evidence& evidence : answer.evidence) {
    object["evidence"].push_back(json_of(evidence, package));
  }
  return object;
}

std::string system_of(const ScanReport& report) {
  if (!report.os) return "none was found";
  const OsInfo& os = *report.os;
  const std::string name = os.pretty_name.empty() ? os.id + " " + os.version : os.pretty_name;
  return fmt::format("{}, says {}", name, os.source_path);
}

void print_json(const WhyResult& result) {
  ordered_json object;
  object["id"] = text_of(result.id);
  object["answer"] = scan::answer_name(result.answer);
  object["because"] = text_of(result.because);
  object["target"] = text_of(result.report.target.reference);
  object["os"] =
      result.report.os ? ordered_json(text_of(system_of(result.report))) : ordered_json();
  object["complete"] = result.report.is_complete;
  object["data"] = ordered_json::array();
  for (const FeedInfo& feed : result.report.data) {
    object["data"].push_back({{"feed", text_of(feed.name)},
                              {"updated", format_utc(feed.updated_unix_s)},
                              {"imported", format_utc(feed.imported_unix_s)}});
  }
  object["packages"] = ordered_json::array();
  for (const PackageAnswer& answer : result.packages) {
    object["packages"].push_back(json_of(answer, result.report));
  }
  object["findings"] = ordered_json::array();
  for (const std::size_t other : result.others) {
    object["findings"].push_back(json_of(result.report.findings[other]));
  }
  fmt::print("{}\n", object.dump(2));
}

void print_finding(const Finding& finding) {
  fmt::print(
      "  severity   {}{}\n", severity_name(finding.severity),
      finding.severity_source.empty() ? "" : ", says " + to_terminal(finding.severity_source));
  if (!finding.remediation.empty())
    fmt::print("  next step  {}\n", to_terminal(finding.remediation));
  if (!finding.suppressed) return;
  fmt::print(
      "  left out   by {}{}\n", to_terminal(finding.suppressed->by),
      finding.suppressed->reason.empty() ? "" : ": " + to_terminal(finding.suppressed->reason));
}

void print_package(const PackageAnswer& answer, const ScanReport& report) {
  const Package& package = report.packages[answer.package];
  fmt::print("\n{} {}: {}\n", to_terminal(package.name), to_terminal(package.version),
             scan::answer_name(answer.answer));
  if (!package.source_name.empty()) {
    fmt::print("  source     {} {}\n", to_terminal(package.match_name()),
               to_terminal(package.match_version()));
  }
  for (const Location& location : package.locations) {
    const std::string by = location.layer < report.layers.size()
                               ? report.layers[location.layer].created_by
                               : std::string();
    fmt::print("  found in   layer {}, {}{}\n", location.layer, to_terminal(location.path),
               by.empty() ? "" : ", by " + to_terminal(by));
  }
  for (const match::Evidence& evidence : answer.evidence) {
    const advisory::Statement& statement = evidence.statement;
    fmt::print("  {} ({}): {} package {}, {}\n    {}\n", to_terminal(statement.advisory_id),
               to_terminal(statement.feed), name_kind(statement.affected.names),
               to_terminal(statement.affected.name), to_terminal(affected_text(statement.affected)),
               to_terminal(match::sentence_of(evidence, package)));
  }
  if (answer.finding) print_finding(report.findings[*answer.finding]);
}

void print_text(const WhyResult& result) {
  const ScanReport& report = result.report;
  fmt::print("{}: {}\n  {}\n\n", to_terminal(result.id), scan::answer_name(result.answer),
             to_terminal(result.because));
  fmt::print("target  {}\nsystem  {}\n", to_terminal(report.target.reference),
             to_terminal(system_of(report)));
  for (const FeedInfo& feed : report.data) {
    fmt::print("data    {}, imported {}\n", to_terminal(feed.name),
               format_utc(feed.imported_unix_s));
  }
  for (const PackageAnswer& answer : result.packages) print_package(answer, report);
  for (const std::size_t other : result.others) {
    const Finding& finding = report.findings[other];
    fmt::print("\n{}\n", to_terminal(finding.title));
    print_finding(finding);
  }
}

}  // namespace

int run_why(const Options& options) {
  Session session(options);
  const auto request = scan_request(options);
  if (options.id.empty() || !request) {
    complain(options.id.empty() ? "name what to explain, and a target (see --help)"
                                : describe(request.error()));
    return kExitUsage;
  }
  const auto result = scan::why(*request, options.id, session.context());
  session.end_progress();
  if (!result) return give_up(result.error(), session.context());
  if (wants_json(options)) {
    print_json(*result);
  } else {
    print_text(*result);
  }
  if (!result->report.is_complete && !options.is_quiet) {
    for (const Note& note : result->report.notes) {
      if (note.level == NoteLevel::incomplete) complain(note.where + ": " + note.what);
    }
  }
  const bool has_gap = !result->report.is_complete || result->answer == scan::Answer::no_data;
  return has_gap ? kExitGap : kExitOk;
}

}  // namespace bulkhead::app
