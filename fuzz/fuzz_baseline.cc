// Earlier reports.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace policy = bulkhead::policy;
  auto baseline =
      policy::parse_baseline(bulkhead::as_text(std::as_bytes(std::span(data, size))), "f");
  if (!baseline) return 0;
  bulkhead::ScanReport report;
  report.findings = {{.id = "x", .rule = "CVE-2023-0001", .title = "t"}};
  bulkhead::Notes notes(100);
  policy::apply({.baseline = *std::move(baseline)}, report, 1'700'000'000, notes);
  return 0;
}
