#include "bulkhead/remote/repository.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/net/url.h"
#include "bulkhead/remote/registry_error.h"

namespace bulkhead::remote {
namespace {

constexpr std::size_t kMostWordsBytes = 16 << 10;  // of an answer that is no success

/// Schema 1 is left out on purpose: a registry that can gives something newer instead.
constexpr std::string_view kManifestTypes =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

bool is_success(int status) { return status >= 200 && status < 300; }

/// The start of a body, for the words in it; what goes wrong with it does not matter.
std::string read_words(net::BodyStream& body) {
  std::string words;
  std::array<std::byte, 4096> part{};
  while (words.size() < kMostWordsBytes) {
    const auto got = body.read(part);
    if (!got || *got == 0) break;
    words += as_text(ByteView(part).first(*got));
  }
  return words;
}

}  // namespace

Repository::Repository(std::shared_ptr<net::Client> client, std::string base_url,
                       Reference reference, std::unique_ptr<Authorizer> authorizer)
    : client_(std::move(client)),
      base_url_(std::move(base_url)),
      reference_(std::move(reference)),
      authorizer_(std::move(authorizer)) {}

net::HttpRequest Repository::request(std::string method, std::string_view path) const {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = fmt::format("{}/v2/{}/{}", base_url_, reference_.repository, path);
  return request;
}

Error Repository::redacted(Error error) const {
  error.what = authorizer_->redact(std::move(error.what));
  return error;
}

Error Repository::refusal(int status, std::string_view body, std::string_view what) const {
  const std::string words = registry_words(status, body);
  const std::string& host = reference_.registry;
  Error error{Code::io, {}};
  if (status == 404) {
    error.code = Code::not_found;
    error.what = fmt::format("registry: {} has no {} ({})", host, what, words);
  } else if (status == 401 || status == 403) {
    const std::string source = authorizer_->source();
    error.what = fmt::format(
        "registry: {} does not give {} to us ({}); it may not exist, or {}", host, what, words,
        source.empty() ? "a login is needed (--username with --password-stdin, or `docker login`)"
                       : "the login of " + source + " may not be enough");
  } else if (status == 429) {
    error.what =
        fmt::format("registry: {} wants fewer requests, even after waiting ({})", host, words);
  } else {
    error.what = fmt::format("registry: {} fails to give {} ({})", host, what, words);
  }
  return redacted(std::move(error));
}

/// Is a 401 the registry's own? A host that it redirected to must not choose whom we tell who asks.
bool Repository::may_answer(const net::HttpHead& refusal) const {
  const auto own = net::parse_url(base_url_);
  const auto other = net::parse_url(refusal.url);
  return own && other && own->is_same_origin(*other);
}

Result<net::HttpAnswer> Repository::fetch(net::HttpRequest request, std::uint64_t most_bytes) {
  auto authorization = authorizer_->authorization();
  for (bool is_again = false;; is_again = true) {
    if (!authorization) return std::unexpected(redacted(std::move(authorization).error()));
    request.authorization = *authorization;
    auto answer = client_->fetch(request, most_bytes);
    if (!answer) return std::unexpected(redacted(std::move(answer).error()));
    if (answer->head.status != 401 || is_again || !may_answer(answer->head)) return answer;
    authorization = authorizer_->answer(answer->head, *authorization);
  }
}

Result<net::HttpAnswer> Repository::fetch_manifest(const std::string& version,
                                                   std::uint64_t most_bytes) {
  net::HttpRequest asked = request("GET", "manifests/" + version);
  asked.headers.push_back({"Accept", std::string(kManifestTypes)});
  auto answer = fetch(std::move(asked), most_bytes);
  if (!answer) {
    Error error = std::move(answer).error();
    if (error.code == Code::limit_exceeded) {
      error.what = fmt::format("registry: the manifest is longer than --max-document-bytes ({})",
                               most_bytes);
      error.where.clear();
    }
    return std::unexpected(std::move(error));
  }
  if (answer->head.status == 200) return answer;
  const std::string what = fmt::format("image {}{}{}", reference_.repository,
                                       version.contains(':') ? "@" : ":", version);
  return std::unexpected(refusal(answer->head.status, answer->body, what));
}

Result<std::optional<std::uint64_t>> Repository::blob_size(const Digest& digest) {
  BH_TRY(const net::HttpAnswer answer,
         fetch(request("HEAD", "blobs/" + digest.str()), kMostWordsBytes));
  if (answer.head.status == 200) return answer.head.content_length();
  return std::unexpected(refusal(answer.head.status, answer.body, "blob " + digest.str()));
}

Result<std::unique_ptr<net::BodyStream>> Repository::open_blob(const Digest& digest,
                                                               std::uint64_t from) {
  net::HttpRequest asked = request("GET", "blobs/" + digest.str());
  if (from > 0) asked.headers.push_back({"Range", fmt::format("bytes={}-", from)});
  auto authorization = authorizer_->authorization();
  for (bool is_again = false;; is_again = true) {
    if (!authorization) return std::unexpected(redacted(std::move(authorization).error()));
    asked.authorization = *authorization;
    auto body = client_->open(asked);
    if (!body) return std::unexpected(redacted(std::move(body).error()));
    const int status = (*body)->head().status;
    if (status == 200 || status == 206) return body;
    if (status == 401 && !is_again && may_answer((*body)->head())) {
      authorization = authorizer_->answer((*body)->head(), *authorization);
      continue;
    }
    if (is_success(status)) {
      return fail(Code::io, fmt::format("registry: it answers a blob with status {}", status));
    }
    return std::unexpected(refusal(status, read_words(**body), "blob " + digest.str()));
  }
}

}  // namespace bulkhead::remote
