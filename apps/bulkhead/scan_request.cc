#include "scan_request.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/net/url.h"
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

/// Where package indexes come from: --pending-from, or packages/ below --mirror.
Result<std::optional<pending::PendingOptions>> pending_options(const Options& options) {
  if (!options.is_pending) {
    if (options.pending_from.empty()) return std::optional<pending::PendingOptions>();
    return fail(Code::malformed, "--pending-from goes with --pending");
  }
  pending::PendingOptions pending;
  pending.has_network = !options.is_offline;
  pending.from = options.pending_from;
  std::error_code ignored;
  if (net::is_url(pending.from)) {
    BH_CHECK(net::parse_url(pending.from));
  } else if (!pending.from.empty() && !std::filesystem::is_directory(pending.from, ignored)) {
    return fail(
        Code::not_found,
        fmt::format("--pending-from: '{}' is no folder and no http or https URL", pending.from));
  }
  if (pending.from.empty() && !options.mirror.empty()) pending.from = options.mirror + "/packages";
  BH_TRY(const advisory::UpdateOptions update, update_options(options));
  pending.network = update.network;
  return std::optional(std::move(pending));
}

}  // namespace

Result<scan::ScanRequest> scan_request(const Options& options) {
  scan::ScanRequest request;
  BH_TRY(request.read, read_request(options));
  request.advisory_folder = advisory_folder(options);
  BH_TRY(request.update, scan_update(options));
  BH_TRY(request.pending, pending_options(options));
  BH_TRY(request.policy.severities, severities_of(options));
  request.policy.is_fixed_only = options.is_fixed_only;
  if (!options.fail_on.empty()) request.policy.fail_on = parse_severity(options.fail_on);
  request.policy.unknown_as = parse_severity(options.unknown_as).value_or(Severity::medium);
  BH_CHECK(read_policy_files(options, request.policy));
  return request;
}

}  // namespace bulkhead::app
