#pragma once

#include <string_view>

#include <sys/socket.h>

#include "bulkhead/net/url.h"

namespace bulkhead::net {

/// What is said of a connection that ClientOptions::is_public_only forbids.
inline constexpr std::string_view kNotPublic =
    "http: it leads to an address that is not public, which no address in a target may do";

/// May an address be connected to that a stranger chose? False of what leads to this machine, to
/// its network or to nobody: unspecified, loopback, private, link-local (cloud metadata is there),
/// shared (100.64/10), benchmarks, multicast, reserved; of IPv6 also what stands for such an IPv4
/// address (mapped, NAT64, 6to4, Teredo); and of every family that is neither.
/// @see IANA, IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890)
bool is_public_address(const sockaddr& address);

/// The same of a URL's host where it is an address or localhost; true of other names, which only a
/// resolver can judge.
bool is_public_host(const Url& url);

}  // namespace bulkhead::net
