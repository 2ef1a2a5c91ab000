#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"
#include "bulkhead/image/member_index.h"
#include "bulkhead/image/members.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/spool.h"

namespace bulkhead::image {
namespace {

using archive::EntryHeader;

class ArchiveMembers final : public Members {
 public:
  ArchiveMembers(std::shared_ptr<const io::Source> archive, MemberIndex index)
      : archive_(std::move(archive)), index_(std::move(index)) {}

  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override {
    BH_TRY(const auto* found, index_.find(path));
    const auto& [name, member] = *found;
    auto slice = io::open_slice(archive_, member.data_offset, member.size_bytes);
    if (!slice) return std::unexpected(located(std::move(slice).error(), name));
    return slice;
  }

 private:
  std::shared_ptr<const io::Source> archive_;
  MemberIndex index_;
};

/// Indexes members, and judges whether this can be a saved image at all.
class IndexSink final : public archive::EntrySink {
 public:
  IndexSink(bool is_image, const Limits& limits) : index_(is_image, limits) {}

  Result<Want> begin(const EntryHeader& header) override {
    BH_CHECK(index_.add(header));
    return Want::skip;
  }
  Result<void> data(ByteView) override { return {}; }
  Result<void> end() override { return {}; }
  void note(Error error, bool is_gap) override {
    if (is_gap && !damage_) damage_ = std::move(error);
  }

  const MemberIndex& index() const { return index_; }
  MemberIndex take_index() { return std::move(index_); }
  /// The first member that had to be left out.
  const std::optional<Error>& damage() const { return damage_; }

 private:
  MemberIndex index_;
  std::optional<Error> damage_;
};

/// Walks a plain tar by its headers alone.
Result<void> index_plain(const io::Source& file, archive::TarReader& tar, const MemberIndex& index,
                         const RunContext& context) {
  std::vector<std::byte> buffer(std::size_t{4} << 10);
  std::uint64_t offset = 0;
  while (offset < file.size() && !index.is_rejected() && !tar.is_ended()) {
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
  return index.is_rejected() ? Result<void>{} : tar.finish();
}

/// Decodes a compressed tar into the spool while its members are indexed.
Result<void> index_compressed(const io::Source& file, archive::TarReader& tar,
                              const MemberIndex& index, io::Spool& spool,
                              const RunContext& context) {
  io::BlobDecoder decoder(context.limits, context.chunk_bytes);
  const auto consume = [&](ByteView plain) -> Result<void> {
    BH_CHECK(tar.feed(plain));
    if (index.is_rejected()) return fail(Code::unsupported, "archive: not a saved image");
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
    walked = index_plain(*file, tar, sink.index(), context);
  } else {
    BH_TRY(io::Spool spool, io::Spool::create(spool_folder, context.limits.spool_bytes));
    walked = index_compressed(*file, tar, sink.index(), spool, context);
    file = std::move(spool).into_source();
  }
  ArchiveLook look;
  look.is_tar = sink.index().count() > 0;
  if (sink.index().is_rejected()) return look;
  // A saved image cut short or damaged behind its manifest still has members that can be read.
  if (!walked && !sink.index().is_saved_image()) {
    // Where a limit or the disk ended the look, nobody knows what it is: a root filesystem's walk
    // has other limits, and would call it complete.
    const Code code = walked.error().code;
    const bool is_damaged = code != Code::limit_exceeded && code != Code::io;
    if (look.is_tar && !is_image && is_damaged) return look;
    return std::unexpected(std::move(walked).error());
  }
  if (is_image || sink.index().is_saved_image()) {
    look.damage = walked ? sink.damage() : std::optional(std::move(walked).error());
    look.members = std::make_unique<ArchiveMembers>(std::move(file), sink.take_index());
  }
  return look;
}

}  // namespace bulkhead::image
