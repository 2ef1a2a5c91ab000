#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/model/advisory.h"
#include "bulkhead/model/digest.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/repository.h"

namespace bulkhead {

enum class TargetKind { image, rootfs, directory, sbom };
std::string_view target_kind_name(TargetKind kind);

struct TargetInfo {
  std::string reference;  // as the user wrote it
  TargetKind kind = TargetKind::image;
  std::string platform = {};  // "linux/amd64"; empty where nothing says so
  std::string image_id = {};  // digest of the configuration
  std::string manifest_digest = {};
  std::vector<std::string> tags = {};
};

struct LayerInfo {
  std::uint32_t index = 0;       // 0 is the lowest
  std::string diff_id = {};      // of the uncompressed tar: as the configuration says
  std::string digest = {};       // of the blob as stored
  std::uint64_t size_bytes = 0;  // as stored
  std::string created_by = {};   // the Dockerfile instruction
  std::uint32_t late_reads = 0;  // 1 where the layer was read a second time
};

/// What a scan found: all that every report format is written from.
struct ScanReport {
  std::string tool_version;
  std::int64_t created_unix_s = 0;
  bool is_complete = true;  // no note is `incomplete`
  std::vector<Note> notes;
  TargetInfo target;
  std::optional<OsInfo> os;
  std::vector<LayerInfo> layers;
  std::vector<Package> packages;  // by (type, name, version, architecture, id)
  std::vector<Finding> findings;  // by (kind, severity downwards, package name, rule, id)
  std::vector<FeedInfo> data;     // by name
  /// In the order of `packages`; nothing where it was not asked for (--pending).
  std::optional<std::vector<PendingUpdate>> pending;
};

}  // namespace bulkhead
