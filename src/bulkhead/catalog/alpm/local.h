#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::alpm {

/// What `desc` says of its package.
struct DescFacts final : Facts {
  std::string name;
  std::string version;  // [epoch:]version-release
  std::string base;     // what it was built from together with others; empty: the same as name
  std::string architecture;
  std::vector<std::string> licences;
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads `desc`: blocks of a "%NAME%" line and one value a line, up to a blank line. Blocks that do
/// not matter here are passed over; of a block that is there twice the first one counts, and that
/// is noted. One over --max-memory-file-bytes is a gap.
///
/// @return  DescFacts; null where there is no valid name or version, which is noted as a gap.
/// @see alpm-db-desc(7), https://alpm.archlinux.page/specifications/alpm-db-desc.7.html; pacman,
///      lib/libalpm/be_local.c
std::unique_ptr<FileReader> open_desc(const FileInfo& file, const ReadContext& context);

/// The paths of the block "%FILES%" that do not end in "/" (those are directories).
/// @param bad_lines  Counts paths that are absolute or hold a NUL.
/// @see alpm-db-files(7)
PathList parse_files(std::string_view text, std::uint64_t& bad_lines);

}  // namespace bulkhead::catalog::alpm
