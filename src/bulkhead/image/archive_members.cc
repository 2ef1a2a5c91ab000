#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"
#include "bulkhead/image/members.h"
#include "bulkhead/image/path.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/spool.h"

namespace bulkhead::image {
namespace {

using archive::EntryHeader;
using archive::EntryType;

struct Member {
  EntryType type = EntryType::file;
  std::uint64_t data_offset = 0;
  std::uint64_t size_bytes = 0;
  std::string link;
};
using Index = std::map<std::string, Member, std::less<>>;

class ArchiveMembers final : public Members {
 public:
  ArchiveMembers(std::shared_ptr<const io::Source> archive, Index index, std::uint64_t link_depth)
      : archive_(std::move(archive)), index_(std::move(index)), link_depth_(link_depth) {}

  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override {
    std::string name;
    clean_path(path, name);
    for (std::uint64_t links = 0; links <= link_depth_; ++links) {
      const auto found = index_.find(name);
      if (found == index_.end()) {
        return fail(Code::not_found, fmt::format("archive: no member '{}'", name));
      }
      const Member& member = found->second;
      switch (member.type) {
        case EntryType::file: {
          auto slice = io::open_slice(archive_, member.data_offset, member.size_bytes);
          if (!slice) return std::unexpected(located(std::move(slice).error(), name));
          return slice;
        }
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

 private:
  std::shared_ptr<const io::Source> archive_;
  Index index_;
  std::uint64_t link_depth_;
};

/// Top folders that root filesystems have and saved images do not.
constexpr std::array<std::string_view, 20> kRootfsFolders = {
    "bin", "boot", "dev",  "etc", "home", "lib", "lib32", "lib64", "media", "mnt",
    "opt", "proc", "root", "run", "sbin", "srv", "sys",   "tmp",   "usr",   "var"};
/// No layout of a saved image nests deeper (blobs/sha256/HEX).
constexpr std::ptrdiff_t kDeepest = 3;

/// Indexes members, and judges whether this can be a saved image at all.
class IndexSink final : public archive::EntrySink {
 public:
  IndexSink(bool is_image, const Limits& limits) : is_image_(is_image), limits_(limits) {}

  Result<Want> begin(const EntryHeader& header) override {
    ++count_;
    std::string path;
    clean_path(header.path, path);
    if (path.empty()) return Want::skip;
    if (!is_image_ && !can_be_image(path, header.type)) is_rejected_ = true;
    if (count_ > limits_.archive_members) {
      return fail(Code::limit_exceeded, "archive: more members than --max-archive-members allows",
                  header.offset);
    }
    if (!is_rejected_ && header.type != EntryType::directory) {
      index_[path] = {header.type, header.data_offset, header.size_bytes, std::string(header.link)};
    }
    return Want::skip;
  }
  Result<void> data(ByteView) override { return {}; }
  Result<void> end() override { return {}; }
  void note(Error error, bool is_gap) override {
    if (is_gap && !damage_) damage_ = std::move(error);
  }

  bool is_rejected() const { return is_rejected_; }
  bool is_saved_image() const {
    return !is_rejected_ && (index_.contains("manifest.json") || index_.contains("index.json") ||
                             index_.contains("oci-layout"));
  }
  std::uint64_t count() const { return count_; }
  Index take_index() { return std::move(index_); }
  /// The first member that had to be left out.
  const std::optional<Error>& damage() const { return damage_; }

 private:
  static bool can_be_image(std::string_view path, EntryType type) {
    if (std::ranges::count(path, '/') >= kDeepest) return false;
    const std::string_view top = path.substr(0, path.find('/'));
    const bool is_below = top.size() < path.size();
    if (!is_below && type == EntryType::file) return true;
    return std::ranges::find(kRootfsFolders, top) == kRootfsFolders.end();
  }

  bool is_image_;
  const Limits& limits_;
  bool is_rejected_ = false;
  std::uint64_t count_ = 0;
  std::optional<Error> damage_;
  Index index_;
};

/// Walks a plain tar by its headers alone.
Result<void> index_plain(const io::Source& file, archive::TarReader& tar, const IndexSink& sink,
                         const RunContext& context) {
  std::vector<std::byte> buffer(std::size_t{4} << 10);
  std::uint64_t offset = 0;
  while (offset < file.size() && !sink.is_rejected() && !tar.is_ended()) {
    if (context.is_cancelled()) return fail(Code::io, "cancelled");
    if (const std::uint64_t skippable = std::min(tar.skippable(), file.size() - offset);
        skippable > 0) {
      tar.skip(skippable);
      offset += skippable;
      continue;
    }
    BH_TRY(const std::size_t got, file.read_at(offset, buffer));
    if (got == 0) break;
    BH_CHECK(tar.feed(ByteView(buffer).first(got)));
    offset += got;
  }
  return sink.is_rejected() ? Result<void>{} : tar.finish();
}

/// Decodes a compressed tar into the spool while its members are indexed.
Result<void> index_compressed(const io::Source& file, archive::TarReader& tar,
                              const IndexSink& sink, io::Spool& spool, const RunContext& context) {
  io::BlobDecoder decoder(context.limits, context.chunk_bytes);
  const auto consume = [&](ByteView plain) -> Result<void> {
    BH_CHECK(tar.feed(plain));
    if (sink.is_rejected()) return fail(Code::unsupported, "archive: not a saved image");
    return spool.append(plain);
  };
  std::vector<std::byte> buffer(context.chunk_bytes);
  for (std::uint64_t offset = 0; offset < file.size();) {
    if (context.is_cancelled()) return fail(Code::io, "cancelled");
    BH_TRY(const std::size_t got, file.read_at(offset, buffer));
    if (got == 0) break;
    BH_CHECK(decoder.feed(ByteView(buffer).first(got), consume));
    offset += got;
  }
  BH_CHECK(decoder.finish(consume));
  return tar.finish();
}

}  // namespace

Result<ArchiveLook> look_through_archive(std::shared_ptr<const io::Source> file, bool is_image,
                                         const std::string& spool_folder,
                                         const RunContext& context) {
  std::array<std::byte, io::kMagicBytes> magic{};
  BH_TRY(const std::size_t got, file->read_at(0, magic));
  const bool is_plain = io::detect_compression(ByteView(magic).first(got)) == io::Compression::none;

  IndexSink sink(is_image, context.limits);
  archive::TarReader tar(sink, context.limits);
  Result<void> walked;
  if (is_plain) {
    walked = index_plain(*file, tar, sink, context);
  } else {
    BH_TRY(io::Spool spool, io::Spool::create(spool_folder, context.limits.spool_bytes));
    walked = index_compressed(*file, tar, sink, spool, context);
    file = std::move(spool).into_source();
  }
  ArchiveLook look;
  look.is_tar = sink.count() > 0;
  if (sink.is_rejected()) return look;
  // A saved image cut short or damaged behind its manifest still has members that can be read.
  if (!walked && !sink.is_saved_image()) {
    if (look.is_tar && !is_image) return look;
    return std::unexpected(std::move(walked).error());
  }
  if (is_image || sink.is_saved_image()) {
    look.damage = walked ? sink.damage() : std::optional(std::move(walked).error());
    look.members = std::make_unique<ArchiveMembers>(std::move(file), sink.take_index(),
                                                    context.limits.link_depth);
  }
  return look;
}

}  // namespace bulkhead::image
