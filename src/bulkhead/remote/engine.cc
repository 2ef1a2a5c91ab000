// Docker's Engine API, which podman's service speaks as well. The paths bear no version: an engine
// takes that for its newest, and new ones refuse what old clients ask for by number.
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/net/http.h"
#include "bulkhead/remote/engine_address.h"
#include "bulkhead/remote/remote.h"

namespace bulkhead::remote {
namespace {

constexpr std::uint64_t kConnectTimeoutMs = 10'000;
// Docker's older storage writes the whole archive to disk before its first byte.
constexpr std::uint64_t kStallTimeoutMs = 600'000;
// "host/path:tag@algorithm:digest" has 255 + 128 + some 140 at most.
constexpr std::size_t kMostNameBytes = 1024;
constexpr std::size_t kMostMessageBytes = 500;

/// `name` as a part of a URL's path. A slash stays, as the engines' own tools send it.
Result<std::string> encode_name(const std::string& name, Engine engine) {
  constexpr std::string_view kPlain = "-._~/:@";
  const auto refuse = [&](std::string_view why) {
    return fail(Code::malformed,
                fmt::format("{}: not the name of an image ({}): {}", engine_name(engine), why,
                            to_terminal(name.substr(0, kMostNameBytes))));
  };
  if (name.size() > kMostNameBytes) return refuse("too long");
  for (const std::string_view part : split(name, '/')) {
    // Such parts would lead to another place of the API.
    if (part.empty() || part == "." || part == "..") return refuse("an empty part");
  }
  std::string encoded;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kPlain.contains(c);
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

/// What an engine says about a failure: {"message": "..."}.
std::string engine_message(const std::string& body) {
  format::JsonDocument document;
  const auto root = document.parse(body);
  const std::string_view message = root ? (*root)["message"].text_or("") : trim(body);
  return to_terminal(message.substr(0, kMostMessageBytes));
}

std::unexpected<Error> refusal(Engine engine, const EngineAddress& address,
                               const std::string& reference, const net::HttpAnswer& answer) {
  const std::string message = engine_message(answer.body);
  const std::string_view said = message.empty() ? "no reason given" : std::string_view(message);
  if (answer.head.status == 404) {
    return std::unexpected(Error{Code::not_found,
                                 fmt::format("{}: there is no image {} ({})", engine_name(engine),
                                             to_terminal(reference), said),
                                 address.name});
  }
  return std::unexpected(Error{
      Code::io,
      fmt::format("{}: the engine answered {}: {}", engine_name(engine), answer.head.status, said),
      address.name});
}

/// The name by which exactly one image is saved. A name without a tag would save all tags of it.
Result<std::string> exact_name(const std::string& reference, const std::string& inspected,
                               Engine engine) {
  const std::size_t last = reference.rfind('/') + 1;  // npos + 1 is 0
  if (reference.find_first_of(":@", last) != std::string::npos) return reference;
  format::JsonDocument document;
  const auto root = document.parse(inspected);
  if (!root) {
    return fail(Code::malformed, fmt::format("{}: the engine's answer is not JSON: {}",
                                             engine_name(engine), root.error().what));
  }
  std::string tagged = reference + ":latest";
  std::string_view id = (*root)["Id"].text_or("");
  if (id.starts_with("sha256:")) id.remove_prefix(7);
  bool is_tagged = false;
  (*root)["RepoTags"].for_each_element([&](format::JsonValue tag) {
    const std::string_view text = tag.text_or("");
    is_tagged = is_tagged || text == tagged || text.ends_with("/" + tagged);
  });
  if (!is_tagged && id.starts_with(reference)) return std::string(id);
  return tagged;
}

Result<void> check_permission(Engine engine, const EngineAddress& address) {
  if (address.unix_socket.empty()) return {};
  if (::faccessat(AT_FDCWD, address.unix_socket.c_str(), R_OK | W_OK, AT_EACCESS) == 0) return {};
  return std::unexpected(Error{Code::io,
                               fmt::format("{}: no permission for the engine's socket: its owner "
                                           "and its group may use it",
                                           engine_name(engine)),
                               address.name});
}

Error with_name(Error error, Engine engine) {
  if (error.what != "cancelled")
    error.what = fmt::format("{}: {}", engine_name(engine), error.what);
  return error;
}

}  // namespace

std::string find_engine(Engine engine) {
  const auto address = find_address(engine, own_surroundings());
  return address ? address->name : "";
}

Result<std::unique_ptr<io::Stream>> save_image(Engine engine, const std::string& reference,
                                               const RunContext& context) {
  BH_CHECK(encode_name(reference, engine));
  BH_TRY(const EngineAddress address, find_address(engine, own_surroundings()));
  BH_CHECK(check_permission(engine, address));
  net::ClientOptions options;
  options.ca_file = address.ca_file;
  options.client_certificate = address.client_certificate;
  options.client_key = address.client_key;
  options.connect_timeout_ms = kConnectTimeoutMs;
  options.stall_timeout_ms = kStallTimeoutMs;
  options.retries = 0;
  BH_TRY(const auto client, net::Client::create(options, context));

  net::HttpRequest request;
  request.unix_socket = address.unix_socket;
  const auto url_of = [&](const std::string& name, const char* verb) -> Result<std::string> {
    BH_TRY(const std::string encoded, encode_name(name, engine));
    return fmt::format("{}/images/{}/{}", address.url, encoded, verb);
  };
  const std::uint64_t most = context.limits.document_bytes;
  BH_TRY(request.url, url_of(reference, "json"));
  const auto inspected = client->fetch(request, most);
  if (!inspected) return std::unexpected(with_name(inspected.error(), engine));
  if (inspected->head.status != 200) return refusal(engine, address, reference, *inspected);

  const auto name = exact_name(reference, inspected->body, engine);
  if (!name) return std::unexpected(located(name.error(), address.name));
  BH_TRY(request.url, url_of(*name, "get"));
  auto body = client->open(request);
  if (!body) return std::unexpected(with_name(body.error(), engine));
  if ((*body)->head().status == 200) return *std::move(body);
  net::HttpAnswer answer{(*body)->head(), {}};
  std::vector<std::byte> text(kMostMessageBytes * 4);
  BH_TRY(const std::size_t count, (*body)->read(text));
  answer.body = as_text(ByteView(text).first(count));
  return refusal(engine, address, reference, answer);
}

}  // namespace bulkhead::remote
