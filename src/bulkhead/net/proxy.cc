#include "bulkhead/net/proxy.h"

#include <cstdlib>

#include "bulkhead/base/text.h"

namespace bulkhead::net {
namespace {

/// The first of the variables that is set to something.
std::optional<std::string> first_of(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return std::nullopt;
}

}  // namespace

bool is_proxy_exempt(std::string_view no_proxy, std::string_view host) {
  if (trim(no_proxy) == "*") return true;
  for (std::string_view rest = no_proxy; !rest.empty();) {
    const std::size_t end = rest.find_first_of(", \t");
    std::string name = to_lower(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (name.starts_with('.')) name.erase(0, 1);
    if (name.empty()) continue;
    if (host == name || host.ends_with("." + name)) return true;
  }
  return false;
}

std::optional<std::string> proxy_of(const Url& url) {
  std::optional<std::string> proxy;
  if (url.scheme == "https") {
    proxy = first_of({"https_proxy", "HTTPS_PROXY"});
  } else {
    proxy = first_of({"http_proxy"});
    // A CGI script's caller can set HTTP_PROXY in capitals (transfer.cc).
    if (!proxy && std::getenv("REQUEST_METHOD") == nullptr) proxy = first_of({"HTTP_PROXY"});
  }
  if (!proxy) proxy = first_of({"all_proxy", "ALL_PROXY"});
  if (!proxy) return std::nullopt;
  const auto exempt = first_of({"no_proxy", "NO_PROXY"});
  if (exempt && is_proxy_exempt(*exempt, url.host)) return std::nullopt;
  return proxy;
}

}  // namespace bulkhead::net
