#include "bulkhead/pending/index_files.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/fd.h"
#include "bulkhead/io/fd_stream.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/net/url.h"

namespace bulkhead::pending {
namespace {

/// A path as a URL has it: bytes that mean something else there are percent-encoded.
std::string encode_path(std::string_view path) {
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=:@";
  std::string encoded;
  for (const char c : path) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kPlain.contains(c);
    if (is_plain) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

/// Host with a port that was named, and path, of an http or https URL.
struct Place {
  std::string_view host;
  std::string_view path;  // without slashes at its ends
};

std::optional<Place> place_of(std::string_view url) {
  if (!net::is_url(url)) return std::nullopt;
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = url.find('/');
  Place place{url.substr(0, slash), slash == std::string_view::npos ? "" : url.substr(slash + 1)};
  if (const std::size_t user = place.host.rfind('@'); user != std::string_view::npos) {
    place.host.remove_prefix(user + 1);
  }
  while (place.path.starts_with('/')) place.path.remove_prefix(1);
  while (place.path.ends_with('/')) place.path.remove_suffix(1);
  if (place.host.empty()) return std::nullopt;
  return place;
}

/// May these bytes be a path below a folder?
bool is_below(std::string_view path) {
  if (path.contains('\0')) return false;
  const std::vector<std::string_view> parts = split(path, '/');
  return std::ranges::find(parts, "..") == parts.end();
}

std::string joined(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return std::string(base);
  return fmt::format("{}/{}", base, path);
}

/// Runs `digest` along; nothing where there is none to check.
Result<std::optional<io::Hasher>> hasher_of(const Expected& expected) {
  if (expected.algorithm.empty()) return std::optional<io::Hasher>();
  BH_TRY(io::Hasher hasher, io::Hasher::create(expected.algorithm));
  return std::optional<io::Hasher>(std::move(hasher));
}

}  // namespace

std::string display_name(const FileName& name) {
  return net::display_url(joined(name.base, name.path));
}

std::vector<std::string> places_of(const FileName& name, const std::string& from) {
  const std::optional<Place> place = place_of(name.base);
  const bool is_from_url = net::is_url(from);
  const std::string path = is_from_url || from.empty() ? encode_path(name.path) : name.path;
  std::vector<std::string> places;
  if (!place || !is_below(name.path) || !is_below(place->path) || !is_below(place->host)) {
    return places;
  }
  if (from.empty() || (is_from_url && (name.base + "/").starts_with(joined(from, "") + "/"))) {
    places.push_back(joined(name.base, path));
  }
  if (!from.empty()) {
    const std::string plain = place->path.empty() ? path : joined(place->path, path);
    if (plain.find_first_not_of('/') == std::string::npos) return places;  // the folder itself
    places.push_back(joined(joined(from, place->host), plain));
    places.push_back(joined(from, plain));
  }
  return places;
}

Result<std::unique_ptr<io::Stream>> IndexFiles::open_url(const std::string& url) {
  if (!options_.has_network) {
    return fail(Code::unsupported, "package index: the network is forbidden (--offline)");
  }
  if (!client_) {
    net::ClientOptions network = options_.network;
    network.is_public_only = true;
    if (net::is_url(options_.from)) network.private_urls = {options_.from};
    BH_TRY(client_, net::Client::create(network, context_));
  }
  BH_TRY(std::unique_ptr<net::BodyStream> body, client_->open({.url = url}));
  const int status = body->head().status;
  if (status == 200) return body;
  // Stores of objects say 403 of what is not there.
  const bool is_missing = status >= 400 && status < 500 && status != 401 && status != 407;
  return fail(is_missing ? Code::not_found : Code::io,
              is_missing ? fmt::format("package index: it is not there (HTTP {})", status)
                         : fmt::format("package index: the server says HTTP {}", status));
}

Result<std::unique_ptr<io::Stream>> IndexFiles::open(const FileName& name) {
  Error error{Code::unsupported, "package index: the address is not http or https", {}};
  for (const std::string& place : places_of(name, options_.from)) {
    Result<std::unique_ptr<io::Stream>> stream = fail(Code::not_found, "package index: not there");
    if (net::is_url(place)) {
      stream = open_url(place);
    } else {
      io::Fd file(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
      if (file) {
        stream = io::open_fd_stream(std::move(file), context_);
      } else {
        stream = fail(Code::not_found, fmt::format("package index: {}: {}", to_terminal(place),
                                                   io::system_message(errno)));
      }
    }
    if (stream) return stream;
    error = std::move(stream).error();
    if (error.code != Code::not_found) break;
  }
  return std::unexpected(std::move(error));
}

Result<void> IndexFiles::read(const FileName& name, const Expected& expected,
                              const Consume& consume) {
  const auto refuse = [&](Code code, std::string what) {
    return std::unexpected(Error{code, "package index: " + std::move(what), display_name(name)});
  };
  auto opened = open(name);
  if (!opened) return std::unexpected(located(std::move(opened).error(), display_name(name)));
  Limits limits = context_.limits;
  limits.decoded_bytes = std::min(limits.decoded_bytes, kMostDecodedBytes);
  io::BlobDecoder decoder(limits, context_.chunk_bytes);
  BH_TRY(std::optional<io::Hasher> hasher, hasher_of(expected));
  std::vector<std::byte> chunk(context_.chunk_bytes);
  std::uint64_t stored = 0;
  const std::uint64_t most = expected.size_bytes.value_or(kMostStoredBytes);
  // A file that is not the one that is wanted may look damaged, too: the digest is what is said.
  std::optional<Error> problem;
  for (;;) {
    if (context_.is_cancelled()) return refuse(Code::io, "cancelled");
    const Result<std::size_t> count = (*opened)->read(chunk);
    if (!count) return std::unexpected(located(count.error(), display_name(name)));
    if (*count == 0) break;
    const ByteView bytes = ByteView(chunk).first(*count);
    stored += *count;
    brought_bytes_ += *count;
    if (stored > kMostStoredBytes) {
      return refuse(Code::limit_exceeded, fmt::format("more than {} bytes", kMostStoredBytes));
    }
    if (brought_bytes_ > kMostRunBytes) {
      return refuse(Code::limit_exceeded,
                    fmt::format("more than {} bytes of all indexes together", kMostRunBytes));
    }
    if (stored > most) {
      return refuse(Code::malformed,
                    fmt::format("longer than the {} bytes that its list says", most));
    }
    context_.progress->add_total(*count);
    context_.progress->advance(*count);
    if (hasher) hasher->update(bytes);
    if (problem) continue;
    if (auto fed = decoder.feed(bytes, consume); !fed) {
      if (!hasher) return std::unexpected(located(std::move(fed).error(), display_name(name)));
      problem = std::move(fed).error();
    }
  }
  if (expected.size_bytes && stored != *expected.size_bytes) {
    return refuse(Code::malformed,
                  fmt::format("{} bytes, its list says {}", stored, *expected.size_bytes));
  }
  if (hasher && hasher->finish_hex() != expected.hex) {
    return refuse(Code::malformed,
                  fmt::format("its {} is another than its list says", expected.algorithm));
  }
  if (!problem) {
    if (auto finished = decoder.finish(consume); !finished) problem = std::move(finished).error();
  }
  if (problem) return std::unexpected(located(*std::move(problem), display_name(name)));
  return {};
}

Result<std::string> IndexFiles::fetch(const FileName& name, const Expected& expected,
                                      std::uint64_t most_bytes) {
  std::string text;
  BH_CHECK(read(name, expected, [&](ByteView plain) -> Result<void> {
    if (plain.size() > most_bytes - text.size()) {
      return std::unexpected(Error{Code::limit_exceeded,
                                   fmt::format("package index: more than {} bytes", most_bytes),
                                   display_name(name)});
    }
    text += as_text(plain);
    return {};
  }));
  return text;
}

}  // namespace bulkhead::pending
