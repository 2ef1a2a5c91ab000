#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/digest.h"
#include "bulkhead/net/http.h"
#include "bulkhead/remote/authorizer.h"
#include "bulkhead/remote/reference.h"

namespace bulkhead::remote {

/// One repository of one registry, asked with whatever it wants to see. Any number of threads may
/// use one at once.
/// @see OCI distribution specification 1.1, "Pull".
class Repository {
 public:
  /// @param base_url  "https://host:port"
  Repository(std::shared_ptr<net::Client> client, std::string base_url, Reference reference,
             std::unique_ptr<Authorizer> authorizer);

  /// GET of a manifest by tag or digest.
  /// @error not_found      The registry does not know it; io: it refuses, or fails.
  /// @error limit_exceeded  It is longer than `most_bytes`.
  Result<net::HttpAnswer> fetch_manifest(const std::string& version, std::uint64_t most_bytes);

  /// HEAD of a blob: its length, where the registry says one.
  Result<std::optional<std::uint64_t>> blob_size(const Digest& digest);

  /// GET of a blob from byte `from` on. The answer's status is 200 (all of it) or 206.
  Result<std::unique_ptr<net::BodyStream>> open_blob(const Digest& digest, std::uint64_t from);

  const Reference& reference() const { return reference_; }

 private:
  net::HttpRequest request(std::string method, std::string_view path) const;
  Result<net::HttpAnswer> fetch(net::HttpRequest request, std::uint64_t most_bytes);
  bool may_answer(const net::HttpHead& refusal) const;
  Error refusal(int status, std::string_view body, std::string_view what) const;
  Error redacted(Error error) const;

  const std::shared_ptr<net::Client> client_;
  const std::string base_url_;
  const Reference reference_;
  const std::unique_ptr<Authorizer> authorizer_;
};

}  // namespace bulkhead::remote
