#include "bulkhead/scan/stream_reader.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"
#include "bulkhead/archive/tar_header.h"
#include "bulkhead/image/layout.h"
#include "bulkhead/image/member_index.h"
#include "bulkhead/image/members.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/scan/member_reader.h"
#include "bulkhead/scan/read_layers.h"

namespace bulkhead::scan {
namespace {

using archive::EntryHeader;
using archive::EntryType;

constexpr std::string_view kOuter = "layer 0";  // a root filesystem is one layer

/// Stands for a member whose bytes have gone by: it has a size, and nothing to read.
class GoneSource final : public io::Source {
 public:
  explicit GoneSource(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t, MutableByteView) const override {
    return fail(Code::unsupported, "stream: it looks like a layer, and its bytes have gone by");
  }

 private:
  std::uint64_t size_;
};

/// What was read of a member as if it were a layer.
struct ReadMember {
  LayerResult result;
  std::optional<LayerDigests> digests;
  std::shared_ptr<KeptFiles> kept;
  std::string path;        // its place in the notes
  std::uint32_t uses = 0;  // layers of the image that it still has to be
};
using SourcePtr = std::shared_ptr<const io::Source>;

class StreamedMembers final : public image::Members {
 public:
  StreamedMembers(const image::MemberIndex& index,
                  const std::map<std::string, SourcePtr, std::less<>>& sources)
      : index_(index), sources_(sources) {}

  Result<SourcePtr> open(std::string_view path) const override {
    BH_TRY(const auto* found, index_.find(path));
    const auto source = sources_.find(found->first);
    if (source == sources_.end()) {
      return fail(Code::truncated, fmt::format("archive: '{}' was cut off", found->first));
    }
    return source->second;
  }

 private:
  const image::MemberIndex& index_;
  const std::map<std::string, SourcePtr, std::less<>>& sources_;
};

/// Takes the members of the stream as they come: layers to readers, the rest to the spool. As long
/// as it may be a root filesystem instead, its entries are read as those of one, too.
class StreamSink final : public archive::EntrySink {
 public:
  StreamSink(StreamKind kind, const image::TargetRequest& request,
             std::span<const Inspector> inspectors, Verify verify, const RunContext& context,
             KeptBudget& budget)
      : kind_(kind),
        inspectors_(inspectors),
        verify_(verify),
        context_(context),
        budget_(budget),
        index_(kind != StreamKind::any, context.limits),
        spool_(std::make_shared<LazySpool>(request.spool_folder, context, budget)),
        outer_(inspectors, context, budget, std::string(kOuter)),
        outer_spool_(std::make_shared<LazySpool>(request.spool_folder, context, budget)),
        outer_kept_(std::make_shared<KeptFiles>(outer_spool_, context, budget)),
        outer_keeping_(outer_, *outer_kept_, inspectors) {}

  Result<Want> begin(const EntryHeader& header) override {
    outer_want_ = Want::skip;
    if (may_be_rootfs()) {
      BH_TRY(outer_want_, outer_keeping_.begin(header));
    }
    is_member_ = false;
    if (may_be_image()) {
      BH_TRY(const std::string_view path, index_.add(header));
      if (!may_be_image()) drop_members();
      is_member_ = !path.empty() && header.type == EntryType::file;
      path_ = path;
      if (!path_.empty()) forget(path_);
      size_bytes_ = header.size_bytes;
      head_.clear();
      kind_of_member_ = MemberKind::undecided;
    }
    return is_member_ ? Want::stream : outer_want_;
  }

  Result<void> data(ByteView chunk) override {
    if (outer_want_ == Want::stream) BH_CHECK(outer_keeping_.data(chunk));
    if (!is_member_) return {};
    if (kind_of_member_ == MemberKind::undecided) {
      const std::size_t wanted = std::min<std::uint64_t>(kHeadBytes, size_bytes_);
      const std::size_t taken = std::min(chunk.size(), wanted - head_.size());
      head_.insert(head_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(taken));
      if (head_.size() < wanted) return {};
      chunk = chunk.subspan(taken);
      BH_CHECK(decide());
      BH_CHECK(take(head_));
    }
    return take(chunk);
  }

  Result<void> end() override {
    if (may_be_rootfs()) BH_CHECK(outer_keeping_.end());
    if (!std::exchange(is_member_, false)) return {};
    if (kind_of_member_ == MemberKind::undecided) BH_CHECK(decide());
    if (reader_) return end_layer({});
    documents_[path_] = {document_offset_, document_bytes_};
    return {};
  }

  void note(Error error, bool is_gap) override {
    if (is_gap && may_be_image() && !damage_) damage_ = error;
    outer_.note(std::move(error), is_gap);
  }

  /// The stream has ended, or broke off.
  Result<void> finish(const std::optional<Error>& error) {
    if (reader_) BH_CHECK(end_layer(error));
    outer_spool_->finish();
    spool_->finish();
    for (const auto& [path, place] : documents_) {
      if (place.bytes == 0) {
        sources_[path] = io::memory_source({});
      } else {
        BH_TRY(sources_[path], io::open_slice(spool_->source(), place.offset, place.bytes));
      }
    }
    return {};
  }

  bool may_be_image() const { return kind_ != StreamKind::rootfs && !index_.is_rejected(); }
  bool may_be_rootfs() const { return kind_ == StreamKind::any || kind_ == StreamKind::rootfs; }
  const image::MemberIndex& index() const { return index_; }
  const std::optional<Error>& damage() const { return damage_; }
  StreamedMembers members() const { return StreamedMembers(index_, sources_); }
  /// What was read of the member behind `source`; null where its bytes can still be read.
  ReadMember* read_member(const io::Source* source) {
    const auto found = layers_.find(source);
    return found == layers_.end() ? nullptr : &found->second;
  }
  LayerResult take_outer() { return std::move(outer_).take(); }
  std::shared_ptr<KeptFiles> outer_kept() const { return outer_kept_; }

 private:
  enum class MemberKind { undecided, layer, document };
  static constexpr std::size_t kHeadBytes = archive::kTarBlock;  // compressions tell sooner

  /// A layer is what a tar or a compression begins with. Everything else is kept.
  Result<void> decide() {
    kind_of_member_ = is_layer() ? MemberKind::layer : MemberKind::document;
    document_bytes_ = 0;
    if (kind_of_member_ == MemberKind::document) {
      document_offset_ = spool_->size();
      return {};
    }
    context_.progress->add_total(size_bytes_);
    // Nobody knows how many layers will come; all together must not keep many notes.
    constexpr std::uint64_t kLeastNotes = 16;
    RunContext context = context_;
    context.limits.notes =
        std::max<std::uint64_t>(kLeastNotes, context.limits.notes / (layers_.size() + 1));
    reader_ = std::make_unique<MemberReader>(size_bytes_, path_, spool_, inspectors_, verify_,
                                             context, budget_);
    return {};
  }

  /// What is more than an image may have stays readable in the spool, as documents do.
  bool is_layer() const {
    if (layers_.size() >= context_.limits.layers) return false;
    if (io::detect_compression(head_) != io::Compression::none) return true;
    if (head_.size() < archive::kTarBlock) return false;
    const archive::TarBlock block(head_.data(), archive::kTarBlock);
    return archive::classify_block(block) != archive::BlockKind::other;
  }

  Result<void> take(ByteView bytes) {
    if (bytes.empty()) return {};
    if (reader_) {
      reader_->write(bytes);
      return {};
    }
    document_bytes_ += bytes.size();
    return spool_->append(bytes);
  }

  Result<void> end_layer(std::optional<Error> error) {
    const std::unique_ptr<MemberReader> reader = std::move(reader_);
    BH_CHECK(reader->finish(std::move(error)));
    const auto source = std::make_shared<const GoneSource>(size_bytes_);
    sources_[path_] = source;
    layers_.emplace(source.get(), ReadMember{std::move(*reader).take(), reader->digests(),
                                             reader->kept(), path_, 0});
    return {};
  }

  /// It turned out to be a root filesystem.
  void drop_members() {
    reader_.reset();
    layers_.clear();
    sources_.clear();
    documents_.clear();
  }

  /// A later member of the same name replaces what was read of an earlier one.
  void forget(const std::string& path) {
    documents_.erase(path);
    const auto source = sources_.find(path);
    if (source == sources_.end()) return;
    layers_.erase(source->second.get());
    sources_.erase(source);
  }

  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };

  StreamKind kind_;
  std::span<const Inspector> inspectors_;
  Verify verify_;
  const RunContext& context_;
  KeptBudget& budget_;

  image::MemberIndex index_;
  std::map<std::string, SourcePtr, std::less<>> sources_;
  std::map<const io::Source*, ReadMember> layers_;
  std::map<std::string, Place> documents_;
  std::shared_ptr<LazySpool> spool_;  // documents, and the files that layers keep
  std::optional<Error> damage_;

  // The member that is going by.
  bool is_member_ = false;
  std::string path_;
  std::uint64_t size_bytes_ = 0;
  std::vector<std::byte> head_;
  MemberKind kind_of_member_ = MemberKind::undecided;
  std::unique_ptr<MemberReader> reader_;
  std::uint64_t document_offset_ = 0;
  std::uint64_t document_bytes_ = 0;

  // The same bytes as a root filesystem.
  LayerPass outer_;
  std::shared_ptr<LazySpool> outer_spool_;
  std::shared_ptr<KeptFiles> outer_kept_;
  KeepingPass outer_keeping_;
  Want outer_want_ = Want::skip;
};

/// Pumps the stream through decoder and tar walk.
/// @param stored  Receives the number of bytes that came.
Result<void> pump(io::Stream& stream, archive::TarReader& tar, std::uint64_t& stored,
                  const RunContext& context) {
  io::BlobDecoder decoder(context.limits, context.chunk_bytes);
  const auto consume = [&](ByteView plain) { return tar.feed(plain); };
  std::vector<std::byte> buffer(context.chunk_bytes);
  for (;;) {
    BH_TRY(const std::size_t got, stream.read(buffer));
    if (got == 0) break;
    stored += got;
    BH_CHECK(decoder.feed(ByteView(buffer).first(got), consume));
  }
  BH_CHECK(decoder.finish(consume));
  return tar.finish();
}

/// May a layer's result be kept once more? An archive can name one layer a thousand times.
bool is_affordable(const LayerResult& result, const RunContext& context, KeptBudget& budget) {
  const std::uint64_t entries = result.entries.count();
  const std::uint64_t bytes = result.entries.bytes();
  return budget.entries.fetch_add(entries, std::memory_order_relaxed) + entries <=
             context.limits.entries &&
         budget.name_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes <=
             context.limits.name_bytes;
}

/// The result of a member for one of the layers that it is: the last one gets it, those before
/// copies.
LayerResult give_result(ReadMember& member, const std::string& place, const RunContext& context,
                        KeptBudget& budget) {
  const bool is_last = --member.uses == 0;
  if (!is_last && !is_affordable(member.result, context, budget)) {
    LayerResult nothing(context.limits);
    nothing.notes.add(
        NoteLevel::incomplete,
        {Code::limit_exceeded,
         "layer: more entries or names than --max-entries and --max-name-bytes allow; it is left "
         "out",
         place});
    return nothing;
  }
  LayerResult result = is_last ? std::move(member.result) : member.result;
  result.notes.rename_places(member.path, place);
  return result;
}

/// Puts what was read of the members where the manifest says that they are layers.
Result<StreamedTarget> assemble(image::OpenTarget target, StreamSink& sink, Verify verify,
                                std::span<const Inspector> inspectors, const RunContext& context,
                                KeptBudget& budget) {
  // What did not look like a layer, and is one, lies in the spool.
  image::OpenTarget rest = target;
  for (image::LayerSource& source : rest.sources) {
    ReadMember* member = sink.read_member(source.blob.get());
    if (member == nullptr) continue;
    ++member->uses;
    source.blob = nullptr;
    rest.layers[static_cast<std::size_t>(&source - rest.sources.data())].size_bytes = 0;
  }
  BH_TRY(std::vector<LayerResult> layers, read_layers(rest, inspectors, verify, context, budget));
  StreamedTarget streamed{std::move(target), std::move(layers), {}};
  for (std::size_t i = 0; i < streamed.target.sources.size(); ++i) {
    const image::LayerSource& source = streamed.target.sources[i];
    streamed.kept.emplace_back();
    ReadMember* member = sink.read_member(source.blob.get());
    if (member == nullptr) continue;
    const std::string place = fmt::format("layer {}", i);
    LayerResult result = give_result(*member, place, context, budget);
    if (member->digests) {
      for (Error& error : check_digests(*member->digests, source)) {
        error.where = place;
        result.notes.add(NoteLevel::incomplete, error);
      }
    }
    streamed.layers[i] = std::move(result);
    streamed.kept[i] = member->kept;
  }
  return streamed;
}

StreamedTarget rootfs_of(StreamSink& sink, std::uint64_t stored_bytes) {
  StreamedTarget streamed;
  streamed.target.target.kind = TargetKind::rootfs;
  streamed.target.has_whiteouts = false;
  streamed.target.layers.emplace_back().size_bytes = stored_bytes;
  streamed.target.sources.emplace_back();
  streamed.layers.push_back(sink.take_outer());
  streamed.kept.push_back(sink.outer_kept());
  return streamed;
}

}  // namespace

Result<StreamedTarget> read_stream(io::Stream& stream, StreamKind kind, std::string_view pick,
                                   const image::TargetRequest& request,
                                   std::span<const Inspector> inspectors, Verify verify,
                                   const RunContext& context, KeptBudget& budget, Notes& notes) {
  StreamSink sink(kind, request, inspectors, verify, context, budget);
  archive::TarReader tar(sink, context.limits);
  std::uint64_t stored_bytes = 0;
  Result<void> pumped = pump(stream, tar, stored_bytes, context);
  if (context.is_cancelled()) return fail(Code::io, "cancelled");
  const std::optional<Error> broken = pumped ? std::nullopt : std::optional(pumped.error());
  BH_CHECK(sink.finish(broken));
  if (stored_bytes == 0 && !broken) return fail(Code::truncated, "the stream is empty");
  const bool is_image =
      sink.may_be_image() && (kind != StreamKind::any || sink.index().is_saved_image());
  if (!is_image) {
    if (tar.entry_count() == 0 && kind == StreamKind::any) {
      return broken ? Result<StreamedTarget>(std::unexpected(*broken))
                    : fail(Code::unsupported, "not a tar archive, compressed or not");
    }
    // Where a limit or the connection ended the look, nobody knows what it would have been.
    if (broken && sink.may_be_image() && kind == StreamKind::any &&
        (broken->code == Code::limit_exceeded || broken->code == Code::io)) {
      return std::unexpected(*broken);
    }
    if (broken) sink.note(*broken, true);
    return rootfs_of(sink, stored_bytes);
  }
  if (const auto& damage = broken ? broken : sink.damage()) {
    notes.add(NoteLevel::incomplete, located(*damage, "archive"));
  }
  const StreamedMembers members = sink.members();
  const bool is_docker = kind == StreamKind::docker_archive ||
                         (kind == StreamKind::any && sink.index().find("manifest.json"));
  auto opened = is_docker ? image::open_docker_archive(members, pick, request, context, notes)
                          : image::open_oci_layout(members, pick, request, context, notes);
  if (!opened) {
    if (!broken) return std::unexpected(std::move(opened).error());
    // Why the manifest is not there says more than that it is not.
    return std::unexpected(located(*broken, "archive"));
  }
  return assemble(*std::move(opened), sink, verify, inspectors, context, budget);
}

}  // namespace bulkhead::scan
