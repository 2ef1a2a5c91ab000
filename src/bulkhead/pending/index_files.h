#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/io/stream.h"
#include "bulkhead/net/http.h"
#include "bulkhead/pending/options.h"

namespace bulkhead::pending {

/// What a file must be, as a signed or fetched list says; empty: nothing is known of it.
struct Expected {
  std::string algorithm = {};  // "sha256", "sha512"
  std::string hex = {};
  std::optional<std::uint64_t> size_bytes = {};  // as stored
};

/// A file of a repository: `base` is the repository's own URL, `path` what follows, not encoded.
struct FileName {
  std::string base;
  std::string path;
};
/// For messages: the URL that it has in the repository.
std::string display_name(const FileName& name);

/// Where `name` may lie if the user named `from`, in the order in which they are tried: as it is
/// where `from` is the start of it, then below `from` by host and path, then by path alone.
/// Empty where the URL is not http or https, or has "..".
std::vector<std::string> places_of(const FileName& name, const std::string& from);

/// Brings the files of repositories, from the network or a folder, within the run's budget.
class IndexFiles {
 public:
  using Consume = std::function<Result<void>(ByteView plain)>;

  /// Both outlive this.
  IndexFiles(const PendingOptions& options, const RunContext& context)
      : options_(options), context_(context) {}

  /// Streams a file's content, decompressed, to `consume`; what it was given counts only if this
  /// succeeds, since the digest is known at the end.
  /// @error not_found       It is not there.
  /// @error unsupported     Not http or https, an address that is not public, or the network is
  ///                        forbidden.
  /// @error malformed       Not what `expected` says, or damaged.
  /// @error limit_exceeded  Larger than the bounds of options.h.
  /// @error io, truncated   The network's, or (consume's).
  Result<void> read(const FileName& name, const Expected& expected, const Consume& consume);

  /// The whole of a small one.
  Result<std::string> fetch(const FileName& name, const Expected& expected,
                            std::uint64_t most_bytes);

  bool has_from() const { return !options_.from.empty(); }

 private:
  Result<std::unique_ptr<io::Stream>> open(const FileName& name);
  Result<std::unique_ptr<io::Stream>> open_url(const std::string& url);

  const PendingOptions& options_;
  const RunContext& context_;
  std::shared_ptr<net::Client> client_ = {};
  std::uint64_t brought_bytes_ = 0;
};

}  // namespace bulkhead::pending
