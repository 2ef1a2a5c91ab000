#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/net/url.h"

namespace bulkhead::net {

/// The proxy that the environment names for `url`, as curl finds it; nothing: none, or NO_PROXY
/// exempts the host.
std::optional<std::string> proxy_of(const Url& url);

/// Does a NO_PROXY of this text exempt `host`? "*", or a list of names (each with all below it) and
/// of addresses, between commas and spaces.
bool is_proxy_exempt(std::string_view no_proxy, std::string_view host);

}  // namespace bulkhead::net
