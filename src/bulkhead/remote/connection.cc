#include "bulkhead/remote/connection.h"

#include <algorithm>

namespace bulkhead::remote {
namespace {

constexpr std::uint64_t kProbeTimeoutMs = 5'000;
constexpr std::uint64_t kMostProbeBytes = 64 << 10;
/// What servers of https say to those who speak http with them.
constexpr int kBadRequest = 400;

}  // namespace

net::ClientOptions probe_options(net::ClientOptions options) {
  options.retries = 0;
  options.connect_timeout_ms = std::min(options.connect_timeout_ms, kProbeTimeoutMs);
  options.stall_timeout_ms = std::min(options.stall_timeout_ms, kProbeTimeoutMs);
  return options;
}

Result<std::string> find_base_url(net::Client& probe, const std::string& host,
                                  const RunContext& context) {
  net::HttpRequest request;
  request.url = "https://" + host + "/v2/";
  const auto secure = probe.fetch(request, kMostProbeBytes);
  // A body that is too long came by https all the same.
  if (secure || secure.error().code == Code::limit_exceeded) return "https://" + host;
  if (context.is_cancelled()) return std::unexpected(secure.error());
  request.url = "http://" + host + "/v2/";
  const auto plain = probe.fetch(request, kMostProbeBytes);
  if (plain && plain->head.status != kBadRequest) return "http://" + host;
  return std::unexpected(secure.error());
}

}  // namespace bulkhead::remote
