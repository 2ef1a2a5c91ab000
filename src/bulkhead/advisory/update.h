#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/advisory/sources.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/advisory.h"
#include "bulkhead/net/http.h"

namespace bulkhead::advisory {

/// Where advisory data are fetched from, and how often.
struct UpdateOptions {
  std::int64_t max_age_s = 0;  // data that were the newest so long ago are asked for again; 0: all
  bool has_network = true;     // else only a mirror that is a folder is read
  std::string mirror = {};     // a URL or a folder, in place of all sites (docs/advisory-data.md)
  /// By Site::name, in place of the site's own: URLs, with or without "/" at the end.
  std::map<std::string, std::string, std::less<>> addresses = {};
  net::ClientOptions network = {};
};

/// What became of one file of a source.
struct FileUpdate {
  enum class Outcome {
    fresh,      // younger than `max_age_s`: nobody was asked
    unchanged,  // the publisher has nothing newer
    replaced,   // fetched, and in the store
    busy,       // another process fetches it: the data that there are will do
    failed,
  };
  SourceFile file;
  std::vector<std::string> wanted = {};  // the ecosystems that it is fetched for; "" among them
  Outcome outcome = Outcome::failed;
  std::string address = {};          // that was asked, or the path of a mirror's file
  std::vector<FeedInfo> feeds = {};  // replaced: what it gave
  std::uint64_t brought_bytes = 0;   // over the network
  std::optional<Error> error = {};   // failed: why
  std::int64_t known_unix_s = 0;  // when the data in the store were the newest; 0: there are none
};

/// Where `file` is fetched from.
std::string address_of(const SourceFile& file, const UpdateOptions& options);

/// Brings the data of `ecosystems`, and those about CVEs (but not for the days of support alone),
/// up to date: what is not in the store or too old is fetched, in parallel, checked as a whole and
/// put in place of the old at once. What fails leaves the old data as they are.
///
/// Any number of processes may do so at once: one of them fetches a file, the others wait for it
/// where they have no data of it, and take the old data where they have.
/// @param folder  The store.
/// @return  One for each file, in the order of mirror paths.
/// @error io           The store cannot be written to, or cancelled.
/// @error malformed, unsupported  It cannot be read.
Result<std::vector<FileUpdate>> update(const std::string& folder,
                                       const std::vector<std::string>& ecosystems,
                                       const UpdateOptions& options, const RunContext& context);

}  // namespace bulkhead::advisory
