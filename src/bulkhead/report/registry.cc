#include <algorithm>

#include "bulkhead/report/cyclonedx.h"
#include "bulkhead/report/gitlab.h"
#include "bulkhead/report/json.h"
#include "bulkhead/report/junit.h"
#include "bulkhead/report/sarif.h"
#include "bulkhead/report/spdx.h"
#include "bulkhead/report/table.h"
#include "bulkhead/report/trivy_json.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {
namespace {

// clang-format off
constexpr Writer kWriters[] = {
    // name         description                                                    write
    {"table",      "For people: one screen, or every finding with --all",          write_table},
    {"json",       "Everything, for programs: docs/schema/bulkhead.report-1.schema.json", write_json},
    {"sarif",      "SARIF 2.1.0, for code scanning (GitHub and others)",           write_sarif},
    {"gitlab",     "GitLab's container scanning report",                           write_gitlab},
    {"junit",      "JUnit's XML, for the test pages of CI servers",                write_junit},
    {"trivy-json", "The shape of Trivy's JSON, for tools that read that",          write_trivy_json},
    {"cyclonedx",  "CycloneDX 1.6 JSON: the packages, and what was found in them", write_cyclonedx, "cyclonedx-json"},
    {"spdx",       "SPDX 2.3 JSON: the packages alone",                            write_spdx, "spdx-json"},
};
// clang-format on

}  // namespace

std::span<const Writer> writers() { return kWriters; }

const Writer* find_writer(std::string_view name) {
  const auto row = std::ranges::find_if(kWriters, [&](const Writer& writer) {
    return writer.name == name || (!name.empty() && writer.alias == name);
  });
  return row == std::ranges::end(kWriters) ? nullptr : &*row;
}

}  // namespace bulkhead::report
