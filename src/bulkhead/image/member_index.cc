#include "bulkhead/image/member_index.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/image/path.h"

namespace bulkhead::image {
namespace {

using archive::EntryType;

/// Top folders that root filesystems have and saved images do not.
constexpr std::array<std::string_view, 20> kRootfsFolders = {
    "bin", "boot", "dev",  "etc", "home", "lib", "lib32", "lib64", "media", "mnt",
    "opt", "proc", "root", "run", "sbin", "srv", "sys",   "tmp",   "usr",   "var"};
/// No layout of a saved image nests deeper (blobs/sha256/HEX).
constexpr std::ptrdiff_t kDeepest = 3;

bool can_be_image(std::string_view path, EntryType type) {
  if (std::ranges::count(path, '/') >= kDeepest) return false;
  const std::string_view top = path.substr(0, path.find('/'));
  const bool is_below = top.size() < path.size();
  if (!is_below && type == EntryType::file) return true;
  return std::ranges::find(kRootfsFolders, top) == kRootfsFolders.end();
}

}  // namespace

Result<std::string_view> MemberIndex::add(const archive::EntryHeader& header) {
  ++count_;
  std::string path;
  clean_path(header.path, path);
  if (path.empty()) return std::string_view{};
  if (!is_image_ && !can_be_image(path, header.type)) is_rejected_ = true;
  if (count_ > limits_.archive_members) {
    return fail(Code::limit_exceeded, "archive: more members than --max-archive-members allows",
                header.offset);
  }
  if (is_rejected_ || header.type == EntryType::directory) return std::string_view{};
  const auto kept = members_.insert_or_assign(
      std::move(path),
      Member{header.type, header.data_offset, header.size_bytes, std::string(header.link)});
  return std::string_view(kept.first->first);
}

Result<const MemberIndex::Map::value_type*> MemberIndex::find(std::string_view path) const {
  std::string name;
  clean_path(path, name);
  for (std::uint64_t links = 0; links <= limits_.link_depth; ++links) {
    const auto found = members_.find(name);
    if (found == members_.end()) {
      return fail(Code::not_found, fmt::format("archive: no member '{}'", name));
    }
    const Member& member = found->second;
    switch (member.type) {
      case EntryType::file:
        return &*found;
      case EntryType::symlink: {
        const std::string target = fmt::format("{}/{}", parent_of(name), member.link);
        if (member.link.starts_with('/') || clean_path(target, name) == PathKind::escaped) {
          return fail(Code::not_found,
                      fmt::format("archive: '{}' is a link that leaves the archive", path));
        }
        break;
      }
      case EntryType::hardlink:
        clean_path(member.link, name);
        break;
      default:
        return fail(Code::unsupported, fmt::format("archive: '{}' is no regular file", name));
    }
  }
  return fail(Code::not_found, fmt::format("archive: '{}' is a link to itself", path));
}

}  // namespace bulkhead::image
