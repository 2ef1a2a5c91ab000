#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/image/config.h"
#include "bulkhead/io/source.h"
#include "bulkhead/model/digest.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/report.h"

namespace bulkhead::image {

/// Where a layer's bytes are, and what they must be.
struct LayerSource {
  std::shared_ptr<const io::Source> blob;  // null: not there (noted already), or a folder
  std::string folder;                      // a root filesystem that lies unpacked
  std::optional<Digest> digest;            // of the blob as stored
  std::optional<Digest> diff_id;           // of the tar in it
  bool is_fetched = false;                 // a server is asked at each reading: verify each
};

/// A target whose layers can now be read.
struct OpenTarget {
  TargetInfo target;
  std::vector<LayerInfo> layers;     // lowest first
  std::vector<LayerSource> sources;  // one each
  bool has_whiteouts = true;         // false for a root filesystem or folder
};

struct TargetRequest {
  std::string reference;             // as DESIGN's "Targets": with or without a prefix
  std::optional<Platform> platform;  // nothing: the machine's, or the only one there is
  std::string spool_folder;          // for private temporary files
};

/// One way to name a target.
struct TargetScheme {
  std::string_view prefix;  // "docker-archive:"; the text after it is a path
  std::string_view description;
  Result<OpenTarget> (*open)(const std::string& path, const TargetRequest& request,
                             const RunContext& context, Notes& notes);
};
std::span<const TargetScheme> target_schemes();

/// Does a reference without a prefix name a file or folder that there is (or an image in it)?
bool names_path(const std::string& reference);

/// Finds out what the reference names and reads its manifest and configuration; their digests are
/// checked before they are parsed. Without a prefix an existing path is looked into.
///
/// `docker-archive:FILE:NAME[:TAG]`, `oci-dir:DIR:TAG`, `oci-archive:FILE@sha256:...` pick one of
/// several images.
/// Notes what is missing but does not stop the scan (a blob, the configuration).
/// @error not_found, malformed, unsupported, limit_exceeded, io  Nothing can be scanned.
Result<OpenTarget> open_target(const TargetRequest& request, const RunContext& context,
                               Notes& notes);

}  // namespace bulkhead::image
