#include "bulkhead/remote/registry_members.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/format/json.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/remote/blob_source.h"

namespace bulkhead::remote {
namespace {

using format::JsonValue;

constexpr std::string_view kBlobs = "blobs/";
/// Manifests that one image may make us ask for: an index of signatures has hundreds.
constexpr std::size_t kMostManifests = 500;
/// Manifests up to this are kept, since the reader asks for some of them twice.
constexpr std::size_t kMostKeptBytes = 64 << 10;

constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kConfigTypes[] = {"", "application/vnd.oci.image.config.v1+json",
                                             "application/vnd.docker.container.image.v1+json"};

Result<Digest> digest_of(std::string_view text, const std::string& algorithm) {
  BH_TRY(io::Hasher hasher, io::Hasher::create(algorithm));
  hasher.update(as_bytes(text));
  return Digest{algorithm, hasher.finish_hex()};
}

Result<void> check_digest(std::string_view text, const Digest& wanted, std::string_view who) {
  BH_TRY(const Digest digest, digest_of(text, wanted.algorithm));
  if (digest == wanted) return {};
  return fail(Code::malformed, fmt::format("registry: digest mismatch: the manifest should be {} "
                                           "({}) and is {}",
                                           wanted.str(), who, digest.str()));
}

/// The media type by which the reader of layouts knows what a manifest is. What the manifest is
/// made of decides, not the Content-Type that came with it: only the content is under the digest.
/// @see GHSA-77vh-xpmg-72qh, "Clarify mediaType handling"
Result<std::string_view> type_of(std::string_view text) {
  format::JsonDocument document;
  auto root = document.parse(text);
  if (!root || !root->is_object()) {
    return fail(Code::malformed, "registry: what it sent as manifest is none");
  }
  if ((*root)["schemaVersion"].integer() == 1) {
    return fail(Code::unsupported,
                "registry: schema 1 manifests are no longer supported by "
                "registries; push the image again");
  }
  const bool is_index = (*root)["manifests"].is_array();
  const bool is_image = (*root)["layers"].is_array();
  if (is_index == is_image) {
    return fail(Code::malformed,
                "registry: what it sent is neither a manifest with layers nor an "
                "index of manifests");
  }
  if (is_index) return kIndexType;
  const std::string_view config = (*root)["config"]["mediaType"].text_or("");
  if (std::ranges::find(kConfigTypes, config) == std::end(kConfigTypes)) {
    return fail(Code::unsupported,
                fmt::format("registry: this is no image but an artifact ({})", config));
  }
  return kManifestType;
}

}  // namespace

Result<std::unique_ptr<RegistryMembers>> RegistryMembers::create(
    std::shared_ptr<Repository> repository, const RunContext& context) {
  std::unique_ptr<RegistryMembers> members(new RegistryMembers(std::move(repository), context));
  BH_CHECK(members->resolve());
  return members;
}

Result<void> RegistryMembers::resolve() {
  const Reference& reference = repository_->reference();
  BH_TRY(const std::string text, fetch(reference.version(), reference.digest));
  BH_TRY(const std::string_view type, type_of(text));
  BH_TRY(const Digest digest,
         digest_of(text, reference.digest ? reference.digest->algorithm : "sha256"));
  index_ = fmt::format(
      R"({{"schemaVersion":2,"manifests":[{{"mediaType":"{}","digest":"{}","size":{}}}]}})", type,
      digest.str(), text.size());
  manifests_.insert(digest);
  texts_[digest] = text;
  return {};
}

/// Fetches a manifest and learns from it what its digests name.
Result<std::string> RegistryMembers::fetch(const std::string& version,
                                           std::optional<Digest> digest) const {
  if (++fetched_ > kMostManifests) {
    return fail(Code::limit_exceeded,
                fmt::format("registry: the image has more than {} manifests", kMostManifests));
  }
  BH_TRY(net::HttpAnswer answer,
         repository_->fetch_manifest(version, context_.limits.document_bytes));
  if (digest) BH_CHECK(check_digest(answer.body, *digest, "as it was asked for"));
  const auto said = parse_digest(answer.head.header("Docker-Content-Digest").value_or(""));
  if (said) BH_CHECK(check_digest(answer.body, *said, "as the registry says"));
  learn(answer.body);
  return std::move(answer.body);
}

void RegistryMembers::learn(std::string_view manifest) const {
  format::JsonDocument document;
  const auto root = document.parse(manifest);
  if (!root) return;  // its reader says so
  (*root)["manifests"].for_each_element([&](JsonValue value) {
    if (auto digest = parse_digest(value["digest"].text_or(""))) manifests_.insert(*digest);
  });
  const auto learn_blob = [&](JsonValue value) {
    auto digest = parse_digest(value["digest"].text_or(""));
    if (!digest) return;
    Blob blob;
    if (const auto size = value["size"].integer(); size && *size >= 0) {
      blob.size_bytes = static_cast<std::uint64_t>(*size);
    }
    const std::string_view type = value["mediaType"].text_or("");
    blob.is_elsewhere =
        value["urls"].size() > 0 || type.contains("nondistributable") || type.contains(".foreign.");
    blobs_.emplace(*std::move(digest), blob);
  };
  learn_blob((*root)["config"]);
  (*root)["layers"].for_each_element(learn_blob);
}

Result<std::shared_ptr<const io::Source>> RegistryMembers::open(std::string_view path) const {
  if (path == "index.json") return io::memory_source(index_);
  const std::size_t slash = path.rfind('/');
  if (!path.starts_with(kBlobs) || slash <= kBlobs.size()) {
    return fail(Code::not_found, "no such member");
  }
  BH_TRY(const Digest digest,
         parse_digest(fmt::format("{}:{}", path.substr(kBlobs.size(), slash - kBlobs.size()),
                                  path.substr(slash + 1))));
  if (manifests_.contains(digest)) return open_manifest(digest);
  const auto blob = blobs_.find(digest);
  if (blob == blobs_.end()) return fail(Code::not_found, "no manifest names this blob");
  return open_blob(digest, blob->second);
}

Result<std::shared_ptr<const io::Source>> RegistryMembers::open_manifest(
    const Digest& digest) const {
  if (const auto kept = texts_.find(digest); kept != texts_.end()) {
    return io::memory_source(kept->second);
  }
  BH_TRY(std::string text, fetch(digest.str(), digest));
  if (text.size() <= kMostKeptBytes) texts_[digest] = text;
  return io::memory_source(std::move(text));
}

Result<std::shared_ptr<const io::Source>> RegistryMembers::open_blob(const Digest& digest,
                                                                     const Blob& blob) const {
  std::optional<std::uint64_t> size = blob.size_bytes;
  // A layer that is kept elsewhere is asked for here, and at no address that a manifest names.
  if (!size || blob.is_elsewhere) {
    BH_TRY(const auto length, repository_->blob_size(digest));
    if (!size) size = length;
    if (!size) {
      return fail(Code::unsupported,
                  "registry: neither the manifest nor the registry says how "
                  "long the blob is");
    }
  }
  // No server is read for ever because a manifest says that a layer is that long.
  if (*size > context_.limits.decoded_bytes) {
    return fail(
        Code::limit_exceeded,
        fmt::format("registry: the blob has {} bytes, more than --max-decoded-bytes", *size));
  }
  return std::make_shared<BlobSource>(repository_, digest, *size, context_);
}

}  // namespace bulkhead::remote
