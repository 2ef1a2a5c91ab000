// VEX documents of the three formats, held against a finding.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace policy = bulkhead::policy;
  auto document = policy::parse_vex(bulkhead::as_text(std::as_bytes(std::span(data, size))), "f");
  if (!document) return 0;
  const auto products = document->products.size();
  for (const auto& statement : document->statements) {
    if (statement.id.empty() || statement.subjects.empty()) std::abort();
    for (const auto& subject : statement.subjects) {
      if (subject.product >= products || subject.reason >= document->reasons.size()) std::abort();
      if (subject.whole != policy::kNoProduct && subject.whole >= products) std::abort();
    }
  }
  bulkhead::ScanReport report;
  report.target.tags = {"registry.example/app:1"};
  report.packages = {
      {.id = "p", .name = "curl", .version = "1", .purl = "pkg:deb/debian/curl@1?arch=amd64"}};
  report.findings = {{.id = "x", .rule = "CVE-2023-0001", .title = "t", .package_id = "p"}};
  bulkhead::Notes notes(100);
  policy::Policy asked;
  asked.vex.push_back(*std::move(document));
  policy::apply(asked, report, 1'700'000'000, notes);
  return 0;
}
