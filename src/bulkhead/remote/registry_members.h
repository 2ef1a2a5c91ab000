#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/members.h"
#include "bulkhead/remote/repository.h"

namespace bulkhead::remote {

/// An image in a registry as if it were an OCI layout: `index.json` names the manifest that the
/// reference does, `blobs/ALGORITHM/HEX` are manifests, configurations and layers. Manifests are
/// fetched when opened, blobs when read.
class RegistryMembers final : public image::Members {
 public:
  /// Asks for the manifest that `repository.reference()` names.
  /// @error malformed    What came is no manifest, or its digest is another.
  /// @error unsupported  A manifest of schema 1, or of something that is no image.
  /// @error (Repository::fetch_manifest's)
  static Result<std::unique_ptr<RegistryMembers>> create(std::shared_ptr<Repository> repository,
                                                         const RunContext& context);

  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override;

 private:
  /// What manifests say about a blob.
  struct Blob {
    std::optional<std::uint64_t> size_bytes;
    bool is_elsewhere = false;  // a foreign layer: the registry need not have it
  };

  RegistryMembers(std::shared_ptr<Repository> repository, const RunContext& context)
      : repository_(std::move(repository)), context_(context) {}

  Result<void> resolve();
  Result<std::string> fetch(const std::string& version, std::optional<Digest> digest) const;
  Result<std::shared_ptr<const io::Source>> open_manifest(const Digest& digest) const;
  Result<std::shared_ptr<const io::Source>> open_blob(const Digest& digest, const Blob& blob) const;
  void learn(std::string_view manifest) const;

  const std::shared_ptr<Repository> repository_;
  const RunContext& context_;
  std::string index_;

  // What was fetched so far; the reader of layouts is one thread.
  mutable std::map<Digest, std::string> texts_;
  mutable std::set<Digest> manifests_;
  mutable std::map<Digest, Blob> blobs_;
  mutable std::size_t fetched_ = 0;
};

}  // namespace bulkhead::remote
