#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/io/source.h"

namespace bulkhead::image {

/// The files of an image as it was saved: members of an archive, or files in a folder. Links are
/// resolved among the members alone.
class Members {
 public:
  virtual ~Members() = default;
  /// @param path  Relative, with "/" between components.
  /// @error not_found    No such member, or a link that leads nowhere or outside.
  /// @error unsupported  Not a regular file.
  virtual Result<std::shared_ptr<const io::Source>> open(std::string_view path) const = 0;
  bool has(std::string_view path) const { return open(path).has_value(); }
};

/// The members below a folder of the host; no symbolic link is followed.
/// @error io, not_found  The folder cannot be opened.
Result<std::unique_ptr<Members>> open_folder(const std::string& path);

/// What looking through an archive gave.
struct ArchiveLook {
  std::unique_ptr<Members> members;  // null: this is no image archive
  bool is_tar = false;               // there was at least one tar header
  std::optional<Error> damage = {};  // what members behind it, if any, could not be seen for
};

/// Looks through a tar, compressed or not, and indexes its members. Where the first members show
/// that it is no saved image but a root filesystem, it stops there (unless `is_image`).
///
/// A compressed archive is unpacked into a private spool in `spool_folder`, since its members are
/// needed out of order.
/// @param is_image  The user said that it is an image archive.
/// @error (the decoder's, the tar reader's)  It is damaged before its members were all seen.
/// @error limit_exceeded, io  A limit, or the spool's disk, ended the look before it could be told
///                            what this is ("tar:" says that it is a root filesystem).
Result<ArchiveLook> look_through_archive(std::shared_ptr<const io::Source> file, bool is_image,
                                         const std::string& spool_folder,
                                         const RunContext& context);

}  // namespace bulkhead::image
