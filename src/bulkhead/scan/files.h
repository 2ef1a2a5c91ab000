#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/tree.h"
#include "bulkhead/model/report.h"
#include "bulkhead/scan/read_target.h"

namespace bulkhead::scan {

/// What a layer did to a path.
enum class Change { none, added, changed, removed };

/// One path of the final tree, or of one layer's changes. Views die when the visit returns.
struct FileRow {
  std::string_view path;  // without leading slash
  image::NodeInfo info;   // of a removed path: what was there
  Change change = Change::none;
};

/// What was listed, and what could not be read.
struct FileListing {
  TargetInfo target;
  std::vector<LayerInfo> layers;
  std::vector<Note> notes;
  bool is_complete = true;
};

/// Visits the final tree, sorted component by component, or what one layer changed.
///
/// @param layer  Nothing: the final tree. Else the layer's own changes: what it added, changed or
///               removed; a directory that it lists again as it was is no change, and below a
///               removed directory nothing is listed.
/// @error not_found  There is no such layer; (read_target's)  The target cannot be opened.
Result<FileListing> list_files(ReadRequest request, std::optional<std::uint32_t> layer,
                               const RunContext& context,
                               const std::function<void(const FileRow&)>& visit);

}  // namespace bulkhead::scan
