#include "bulkhead/advisory/digest_headers.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

struct Algorithm {
  std::string_view name;  // in the headers, lower case
  std::string_view ours;
  std::size_t base64_bytes;
};
// The stronger one first.
constexpr Algorithm kAlgorithms[] = {{"sha-512", "sha512", 88}, {"sha-256", "sha256", 44}};

/// The value of `algorithm` in "sha-256=:BASE64:, md5=..." (RFC 9530 with colons, RFC 3230
/// without).
std::optional<std::string> value_of(std::string_view header, const Algorithm& algorithm) {
  for (const std::string_view item : split(header, ',')) {
    const std::string_view text = trim(item);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || to_lower(text.substr(0, equals)) != algorithm.name) {
      continue;
    }
    std::string_view value = text.substr(equals + 1);
    if (value.size() >= 2 && value.starts_with(':') && value.ends_with(':')) {
      value = value.substr(1, value.size() - 2);
    }
    if (value.size() == algorithm.base64_bytes) return std::string(value);
  }
  return std::nullopt;
}

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string base64_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return to_base64(bytes);
}

}  // namespace

DigestHeaders DigestHeaders::of(const net::HttpHead& head) {
  for (const Algorithm& algorithm : kAlgorithms) {
    for (const char* name : {"Repr-Digest", "Digest"}) {
      const auto header = head.header(name);
      if (!header) continue;
      auto value = value_of(*header, algorithm);
      if (value) return {std::string(algorithm.ours), *std::move(value)};
    }
  }
  return {};
}

Result<std::string> digest_of_file(const std::string& path, std::string_view algorithm) {
  BH_TRY(io::Hasher hasher, io::Hasher::create(algorithm));
  BH_TRY(const auto source, io::open_file(path));
  std::vector<std::byte> chunk(256 << 10);
  for (std::uint64_t at = 0;;) {
    BH_TRY(const std::size_t count, source->read_at(at, chunk));
    if (count == 0) break;
    hasher.update(ByteView(chunk).first(count));
    at += count;
  }
  return hasher.finish_hex();
}

Result<void> DigestHeaders::check(const std::string& path) const {
  if (algorithm.empty()) return {};
  BH_TRY(const std::string hex, digest_of_file(path, algorithm));
  const std::string found = base64_of_hex(hex);
  if (found == base64) return {};
  return fail(Code::malformed,
              fmt::format("its {} is {}, not {} as the server says", algorithm, found, base64));
}

}  // namespace bulkhead::advisory
