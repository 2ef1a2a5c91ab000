#include "bulkhead/report/junit.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"
#include "bulkhead/report/xml.h"

namespace bulkhead::report {
namespace {

constexpr std::size_t kMostDetail = 2000;  // characters; the JSON report has the whole text
constexpr std::size_t kMostReferences = 5;
constexpr std::string_view kSystem = "system";  // the suite of what is about no package
constexpr std::string_view kScan = "scan";      // the suite of gaps

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::size_t packages = 0;

  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

class JunitReport {
 public:
  JunitReport(const ScanReport& report, std::ostream& out)
      : report_(report), packages_(report.packages), image_(image_name(report.target)), out_(out) {
    for (const Package& package : report.packages) ++suites_[type_name(package.type)].packages;
    for (const Finding& finding : report.findings) {
      Counts& counts = suites_[suite_of(finding)];
      ++counts.tests;
      ++(finding.suppressed ? counts.skipped : counts.failures);
    }
    const auto gaps = static_cast<std::size_t>(
        std::ranges::count(report.notes, NoteLevel::incomplete, &Note::level));
    if (gaps > 0) suites_[kScan] = {.tests = gaps, .errors = gaps};
    if (suites_.empty()) suites_[kSystem];
  }

  void write() {
    Counts all;
    for (auto& [name, counts] : suites_) {
      if (counts.tests == 0) counts.tests = 1;  // the one that passes
      all.add(counts);
    }
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    fmt::print(out_, "<testsuites name=\"bulkhead\"{}>\n", numbers(all));
    for (const auto& [name, counts] : suites_) write_suite(name, counts);
    out_ << "</testsuites>\n";
  }

 private:
  std::string_view suite_of(const Finding& finding) const {
    const Package* package = packages_.find(finding.package_id);
    return package == nullptr ? kSystem : type_name(package->type);
  }

  static std::string numbers(const Counts& counts) {
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
                       counts.tests, counts.failures, counts.errors, counts.skipped);
  }

  void write_suite(std::string_view name, const Counts& counts) {
    std::string time = format_utc(report_.created_unix_s);
    if (time.ends_with('Z')) time.pop_back();  // the schema's times have no zone
    fmt::print(out_, "  <testsuite name=\"{}: {}\"{} timestamp=\"{}\">\n", xml_attribute(image_),
               name, numbers(counts), time);
    fmt::print(out_,
               "    <properties>\n      <property name=\"system\" value=\"{}\"/>\n"
               "      <property name=\"complete\" value=\"{}\"/>\n    </properties>\n",
               xml_attribute(system_name(report_.os)), report_.is_complete);
    if (name == kScan) {
      write_gaps();
    } else if (counts.failures + counts.skipped == 0) {
      write_pass(name, counts.packages);
    } else {
      for (const Finding& finding : report_.findings) {
        if (suite_of(finding) == name) write_finding(finding);
      }
    }
    out_ << "  </testsuite>\n";
  }

  void write_pass(std::string_view suite, std::size_t packages) {
    fmt::print(out_,
               "    <testcase classname=\"{}\" name=\"nothing found in {} packages\" "
               "time=\"0\"/>\n",
               suite, packages);
  }

  void write_gaps() {
    for (const Note& note : report_.notes) {
      if (note.level != NoteLevel::incomplete) continue;
      fmt::print(out_,
                 "    <testcase classname=\"scan.{0}\" name=\"{1}\" time=\"0\">\n"
                 "      <error type=\"{0}\" message=\"{2}\"/>\n    </testcase>\n",
                 xml_attribute(note.code), xml_attribute(note.where.empty() ? image_ : note.where),
                 xml_attribute(note.what));
    }
  }

  void write_finding(const Finding& finding) {
    const Package* package = packages_.find(finding.package_id);
    std::string group(suite_of(finding));
    std::string name = finding.rule;
    if (package != nullptr) {
      group += "." + package->name;
      name += fmt::format(" in {} {}", package->name, finding.installed_version);
      if (!package->architecture.empty()) name += fmt::format(" ({})", package->architecture);
    }
    fmt::print(out_, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n",
               xml_attribute(group), xml_attribute(name));
    if (finding.suppressed) {
      fmt::print(out_, "      <skipped message=\"{}\"/>\n",
                 xml_attribute("suppressed: " + suppression_text(*finding.suppressed)));
    } else {
      fmt::print(out_, "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                 severity_name(finding.severity), xml_attribute(utf8_prefix(finding.title, 1000)),
                 xml_text(text_of(finding)));
    }
    out_ << "    </testcase>\n";
  }

  std::string text_of(const Finding& finding) const {
    std::string text = fmt::format("Severity: {}\n", severity_name(finding.severity));
    if (finding.is_known_exploited) text += "Known to be exploited\n";
    if (finding.kind == FindingKind::vulnerability) {
      text += fmt::format("Installed: {}\nFixed: {}\n", finding.installed_version,
                          finding.fixed_version.empty()
                              ? fmt::format("not yet ({})", fix_state_name(finding.fix_state))
                              : finding.fixed_version);
    }
    for (const FindingLocation& location : finding.locations) {
      text += location.layer ? fmt::format("Layer {}: {}\n", *location.layer, location.path)
                             : location.path + "\n";
    }
    if (!finding.detail.empty()) text += "\n" + utf8_prefix(finding.detail, kMostDetail) + "\n\n";
    if (const std::string page = page_of(finding); !page.empty()) text += page + "\n";
    for (std::size_t i = 0; i < std::min(finding.references.size(), kMostReferences); ++i) {
      text += finding.references[i] + "\n";
    }
    return text;
  }

  const ScanReport& report_;
  PackageIndex packages_;
  std::string image_;
  std::ostream& out_;
  std::map<std::string_view, Counts> suites_;
};

}  // namespace

Result<void> write_junit(const ScanReport& report, const WriteOptions& /*options*/,
                         std::ostream& out) {
  JunitReport(report, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing JUnit's XML failed");
  return {};
}

}  // namespace bulkhead::report
