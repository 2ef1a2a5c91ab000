// Ignore entries of our own format, held against a finding.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace policy = bulkhead::policy;
  auto file =
      policy::parse_bulkheadignore(bulkhead::as_text(std::as_bytes(std::span(data, size))), "f");
  if (!file) return 0;
  bulkhead::ScanReport report;
  report.packages = {{.id = "p",
                      .name = "curl",
                      .version = "1",
                      .purl = "pkg:deb/debian/curl@1?arch=amd64",
                      .locations = {{0, "/var/lib/dpkg/status"}}}};
  report.findings = {{.id = "x", .rule = "CVE-2023-0001", .title = "t", .package_id = "p"}};
  bulkhead::Notes notes(100);
  policy::apply({.ignores = std::move(file->entries)}, report, 1'700'000'000, notes);
  // What suppresses says who said so.
  if (report.findings.at(0).suppressed && report.findings.at(0).suppressed->by.empty()) {
    std::abort();
  }
  return 0;
}
