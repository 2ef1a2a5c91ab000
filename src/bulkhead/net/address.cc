#include "bulkhead/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>

namespace bulkhead::net {
namespace {

struct Ipv4Block {
  std::uint32_t first;
  unsigned bits;
};

constexpr Ipv4Block kNotPublicV4[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared by carriers, and by clouds for their own services
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
  return std::none_of(
      std::begin(kNotPublicV4), std::end(kNotPublicV4),
      [&](const Ipv4Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

using Ipv6 = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Ipv6& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

bool begins_with(const Ipv6& bytes, std::initializer_list<std::uint8_t> head) {
  return std::equal(head.begin(), head.end(), bytes.begin());
}

bool is_public_v6(const Ipv6& bytes) {
  if (begins_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) {
    return is_public_v4(v4_at(bytes, 12));  // mapped
  }
  if (begins_with(bytes, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return is_public_v4(v4_at(bytes, 12));  // NAT64
  }
  if (begins_with(bytes, {0x20, 0x02})) return is_public_v4(v4_at(bytes, 2));  // 6to4
  if (begins_with(bytes, {0x20, 0x01, 0, 0})) return false;                    // Teredo
  // Only 2000::/3 is given out for use on the whole net.
  return (bytes[0] & 0xE0) == 0x20;
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    Ipv6 bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_public_v6(bytes);
  }
  return false;
}

bool is_public_host(const Url& url) {
  if (url.is_loopback() || url.host.empty()) return false;
  std::string host = url.host;
  if (host.ends_with('.')) host.pop_back();  // "localhost." is the same
  if (host == "localhost" || host.ends_with(".localhost")) return false;
  if (host.starts_with('[')) {
    Ipv6 bytes{};
    const std::string inner = host.substr(1, host.find_first_of("]%") - 1);
    return ::inet_pton(AF_INET6, inner.c_str(), bytes.data()) == 1 && is_public_v6(bytes);
  }
  in_addr v4{};
  // inet_aton takes what resolvers take: "127.1", "0x7f000001".
  return ::inet_aton(host.c_str(), &v4) == 0 || is_public_v4(ntohl(v4.s_addr));
}

}  // namespace bulkhead::net
