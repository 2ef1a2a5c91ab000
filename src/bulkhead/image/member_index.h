#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"

namespace bulkhead::image {

/// The members of an archive that may be a saved image, by their clean paths, and the links among
/// them. Judges by their names whether it can be one at all.
class MemberIndex {
 public:
  struct Member {
    archive::EntryType type = archive::EntryType::file;
    std::uint64_t data_offset = 0;
    std::uint64_t size_bytes = 0;
    std::string link;
  };
  using Map = std::map<std::string, Member, std::less<>>;

  /// @param is_image  The user said that it is an image archive: no name speaks against it.
  MemberIndex(bool is_image, const Limits& limits) : is_image_(is_image), limits_(limits) {}

  /// Takes the next member.
  /// @return  Its clean path; empty for what is not kept (the root, a folder, a rejected archive).
  /// @error limit_exceeded  More members than --max-archive-members.
  Result<std::string_view> add(const archive::EntryHeader& header);

  /// The regular file that `path` leads to, links followed within the archive.
  /// @return  Its place in the index, which stays until the index goes.
  /// @error not_found    No such member, or a link that leads nowhere or outside.
  /// @error unsupported  Not a regular file.
  Result<const Map::value_type*> find(std::string_view path) const;

  /// A member's name shows that this is a root filesystem.
  bool is_rejected() const { return is_rejected_; }
  /// It has what a saved image must have.
  bool is_saved_image() const {
    return !is_rejected_ && (members_.contains("manifest.json") ||
                             members_.contains("index.json") || members_.contains("oci-layout"));
  }
  std::uint64_t count() const { return count_; }

 private:
  bool is_image_;
  Limits limits_;
  bool is_rejected_ = false;
  std::uint64_t count_ = 0;
  Map members_;
};

}  // namespace bulkhead::image
