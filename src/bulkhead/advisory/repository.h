#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/download.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/net/http.h"

// Fetching the updateinfo of a repository of rpm packages, which lies behind one or two small
// indexes: [mirror.list ->] repodata/repomd.xml -> repodata/HASH-updateinfo.xml.zst. The index is
// what a conditional request asks about; the file is fetched only where the index states another
// checksum than that of the data there are, and must have the one that is stated.
namespace bulkhead::advisory {

/// The first few repositories that a mirror list names, each with "/" at its end: http and https
/// URLs, a line each. Comments, empty lines and patterns ("$basearch") are passed over.
std::vector<std::string> parse_mirror_list(std::string_view text);

/// @param request  `address` is the index's (repomd.xml); all else is of the file that it leads to,
///                 and `known` may be what an earlier call gave as `state`.
/// @return         Of the file. `state` has the index's validators, and the file's checksum as
///                 `content`. `is_unchanged`: the index, or the file that it names, is the known
///                 one.
/// @error not_found    The repository has no updateinfo.
/// @error malformed    The index is none, or the file has another checksum or size.
/// @error unsupported  The index states no checksum by SHA-256 or SHA-512.
/// @error (download)
Result<Download> download_from_repository(net::Client& client, const DownloadRequest& request,
                                          const RunContext& context);

/// The same where `address` is a mirror list's: the first of its repositories that answers. From
/// https no repository without TLS is taken.
/// @error malformed  It names no repository.
Result<Download> download_by_mirror_list(net::Client& client, const DownloadRequest& request,
                                         const RunContext& context);

/// The same of a mirror that is a folder.
/// @param index  Its repomd.xml, with a `state` of its own.
Result<Download> look_into_repository(const Download& index, const DownloadRequest& request);

}  // namespace bulkhead::advisory
