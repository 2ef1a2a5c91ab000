#pragma once

#include <cstdint>
#include <string>

#include "bulkhead/advisory/fetch_state.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/net/http.h"

namespace bulkhead::advisory {

/// One file that is wanted.
struct DownloadRequest {
  std::string address;
  std::string folder;  // where it grows: NAME.part, and NAME.part.json that says what it is of
  std::string name;
  FetchState known = {};  // of the data that there are; with validators: only what is newer
  std::uint64_t most_bytes = 0;
};

struct Download {
  bool is_unchanged = false;  // the server has nothing newer than `known`: nothing was brought
  bool is_resumed = false;    // a part of it is from an earlier connection
  std::string path = {};      // of the whole file
  FetchState state = {};      // its validators
  std::uint64_t brought_bytes = 0;  // over the network
};

/// Brings one file. A transfer that breaks goes on where it ended, in this call (while it gets
/// on) or in the next one, as long as the server has the same file (`If-Range`); what is brought
/// has the length, and the digest, that the server states.
///
/// @param context  Its progress hears of the bytes.
/// @error not_found       The server has no such file (404, 410).
/// @error limit_exceeded  Longer than `most_bytes`; nothing of it is kept.
/// @error io, truncated   No connection, stalled, broken too often, a status that is no success.
/// @error malformed       Another length or digest than the server stated; nothing is kept.
Result<Download> download(net::Client& client, const DownloadRequest& request,
                          const RunContext& context);

/// Removes what `download` left of NAME.
void remove_download(const DownloadRequest& request);

}  // namespace bulkhead::advisory
