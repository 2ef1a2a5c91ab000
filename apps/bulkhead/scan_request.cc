#include "scan_request.h"

#include <vector>

#include "policy_files.h"
#include "session.h"
#include "update_request.h"

namespace bulkhead::app {
namespace {

Result<std::vector<Severity>> severities_of(const Options& options) {
  std::vector<Severity> severities;
  for (const std::string& name : options.severities) {
    const auto severity = parse_severity(name);
    severities.push_back(severity.value_or(Severity::unknown));  // the option's choices are known
  }
  return severities;
}

}  // namespace

Result<scan::ScanRequest> scan_request(const Options& options) {
  scan::ScanRequest request;
  BH_TRY(request.read, read_request(options));
  request.advisory_folder = advisory_folder(options);
  BH_TRY(request.update, scan_update(options));
  BH_TRY(request.policy.severities, severities_of(options));
  request.policy.is_fixed_only = options.is_fixed_only;
  if (!options.fail_on.empty()) request.policy.fail_on = parse_severity(options.fail_on);
  request.policy.unknown_as = parse_severity(options.unknown_as).value_or(Severity::medium);
  BH_CHECK(read_policy_files(options, request.policy));
  return request;
}

}  // namespace bulkhead::app
