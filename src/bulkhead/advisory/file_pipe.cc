#include "bulkhead/advisory/file_pipe.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/advisory/feeds.h"
#include "bulkhead/archive/tar.h"
#include "bulkhead/archive/zip.h"
#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/spool.h"

namespace bulkhead::advisory {
namespace {

// The largest document that publishers have is the Debian tracker's, 60 MB.
constexpr std::uint64_t kMaxDocumentBytes = 256 << 20;
// An archive in the given file, and one in that.
constexpr unsigned kMaxArchives = 2;
// A compressed tar has one; `.json.gz` in a compressed tar, two in sum.
constexpr unsigned kMaxWrappings = 3;

constexpr std::size_t kHeadBytes = kDocumentHeadBytes;
// Of which unknown files are named; those of others are counted.
constexpr std::size_t kMaxUnknownFolders = 20;

bool is_tar(ByteView head) {
  // ustar's and GNU's magic, POSIX.1-2017 pax, "ustar Interchange Format".
  return head.size() >= 512 && as_text(head.subspan(257, 5)) == "ustar";
}

Note note_at(const std::string& place, const Error& error) {
  return note_of(NoteLevel::incomplete, located(error, place));
}

/// The members of a tar as pipes.
class TarMembers final : public archive::EntrySink {
 public:
  TarMembers(WalkState& walk, std::string place, unsigned archives)
      : walk_(walk), place_(std::move(place)), archives_(archives) {}

  Result<Want> begin(const archive::EntryHeader& header) override {
    if (header.type != archive::EntryType::file) return Want::skip;
    pipe_.emplace(walk_, fmt::format("{}/{}", place_, header.path), archives_, 0);
    return Want::stream;
  }
  Result<void> data(ByteView chunk) override { return pipe_->data(chunk); }
  Result<void> end() override {
    if (!pipe_) return {};
    const Result<void> done = pipe_->end();
    pipe_.reset();
    return done;
  }
  void note(Error error, bool is_gap) override {
    walk_.sink.note(note_of(is_gap ? NoteLevel::incomplete : NoteLevel::info,
                            located(std::move(error), place_)));
  }

 private:
  WalkState& walk_;
  std::string place_;
  unsigned archives_;
  std::optional<FilePipe> pipe_;
};

struct Compressed {
  Compressed(WalkState& walk, const std::string& place, unsigned archives, unsigned wrappings)
      : inner(walk, place, archives, wrappings),
        decoder(walk.context.limits, walk.context.chunk_bytes) {}
  FilePipe inner;
  io::BlobDecoder decoder;
};

struct Tar {
  Tar(WalkState& walk, const std::string& place, unsigned archives)
      : members(walk, place, archives), reader(members, walk.context.limits) {}
  TarMembers members;
  archive::TarReader reader;
};

}  // namespace

struct FilePipe::State {
  enum class Kind { undecided, compressed, tar, zip, document, passed_over };

  State(WalkState& all, std::string where, unsigned archive_depth, unsigned wrapping_depth)
      : walk(all), place(std::move(where)), archives(archive_depth), wrappings(wrapping_depth) {}

  Result<void> decide();
  Result<void> take(ByteView chunk);
  Result<void> finish();
  Result<void> finish_document();
  Result<void> end_unit(bool is_whole);
  Result<void> give_up(const Error& error);
  Result<void> abandon();
  void count_unknown();

  WalkState& walk;
  std::string place;
  unsigned archives;
  unsigned wrappings;
  Kind kind = Kind::undecided;
  std::string text;  // the head, then the document
  std::unique_ptr<Compressed> compressed;
  std::unique_ptr<Tar> tar;
  std::optional<io::Spool> spool;
};

Result<void> FilePipe::State::end_unit(bool is_whole) {
  const Result<void> done = walk.sink.end_unit(is_whole);
  walk.is_fatal = walk.is_fatal || !done;
  return done;
}

Result<void> FilePipe::State::abandon() {
  const Kind was = std::exchange(kind, Kind::passed_over);
  if (was == Kind::compressed) return compressed->inner.abandon();
  return was == Kind::tar ? end_unit(false) : Result<void>();
}

/// Notes what ends this file; the import goes on.
Result<void> FilePipe::State::give_up(const Error& error) {
  walk.sink.note(note_at(place, error));
  return abandon();
}

void FilePipe::State::count_unknown() {
  walk.unknown.add(place);
  kind = Kind::passed_over;
}

Result<void> FilePipe::State::decide() {
  std::string head;
  head.swap(text);
  const ByteView bytes = as_bytes(head);
  const bool is_archive = is_zip(bytes) || is_tar(bytes);
  if (is_archive && archives >= kMaxArchives) {
    return give_up({Code::limit_exceeded, "import: an archive in an archive in an archive"});
  }
  if (io::detect_compression(bytes) != io::Compression::none) {
    if (wrappings >= kMaxWrappings) {
      return give_up({Code::limit_exceeded, "import: compressed too many times over"});
    }
    kind = Kind::compressed;
    compressed = std::make_unique<Compressed>(walk, place, archives, wrappings + 1);
  } else if (is_zip(bytes)) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    Result<io::Spool> made = io::Spool::create(error ? std::string("/tmp") : folder.string(),
                                               walk.context.limits.spool_bytes);
    if (!made) return give_up(made.error());
    kind = Kind::zip;
    spool.emplace(std::move(*made));
  } else if (is_tar(bytes)) {
    kind = Kind::tar;
    walk.sink.begin_unit(place);
    tar = std::make_unique<Tar>(walk, place, archives + 1);
  } else if (may_be_document(head)) {
    kind = Kind::document;
  } else {
    count_unknown();
  }
  return kind == Kind::passed_over ? Result<void>() : take(bytes);
}

Result<void> FilePipe::State::take(ByteView chunk) {
  switch (kind) {
    case Kind::undecided: {
      const std::size_t missing = kHeadBytes - text.size();
      text.append(as_text(chunk.first(std::min(missing, chunk.size()))));
      if (text.size() < kHeadBytes) return {};
      BH_CHECK(decide());
      return take(chunk.subspan(std::min(missing, chunk.size())));
    }
    case Kind::compressed:
      return compressed->decoder.feed(
          chunk, [&](ByteView plain) { return compressed->inner.data(plain); });
    case Kind::tar:
      return tar->reader.feed(chunk);
    case Kind::zip:
      return spool->append(chunk);
    case Kind::document:
      if (chunk.size() > kMaxDocumentBytes - text.size()) {
        return fail(Code::limit_exceeded,
                    fmt::format("import: a document of more than {} bytes", kMaxDocumentBytes));
      }
      text.append(as_text(chunk));
      return {};
    case Kind::passed_over:
      return {};
  }
  return {};
}

Result<void> FilePipe::State::finish_document() {
  const Result<bool> is_known = walk.sink.document(place, text);
  walk.is_fatal = walk.is_fatal || !is_known;
  if (!is_known) return std::unexpected(is_known.error());
  if (!*is_known) count_unknown();
  return {};
}

Result<void> FilePipe::State::finish() {
  if (kind == Kind::undecided) BH_CHECK(decide());
  switch (kind) {
    case Kind::compressed:
      BH_CHECK(compressed->decoder.finish(
          [&](ByteView plain) { return compressed->inner.data(plain); }));
      return compressed->inner.end();
    case Kind::tar:
      BH_CHECK(tar->reader.finish());
      return end_unit(true);
    case Kind::zip: {
      const auto source = std::move(*spool).into_source();
      return walk_zip(walk, *source, place, archives);
    }
    case Kind::document:
      return finish_document();
    default:
      return {};
  }
}

FilePipe::FilePipe(WalkState& walk, std::string place, unsigned archives, unsigned wrappings)
    : state_(std::make_unique<State>(walk, std::move(place), archives, wrappings)) {}
FilePipe::~FilePipe() = default;

bool FilePipe::is_passed_over() const { return state_->kind == State::Kind::passed_over; }

Result<void> FilePipe::data(ByteView chunk) {
  if (state_->walk.context.is_cancelled()) {
    state_->walk.is_fatal = true;
    return fail(Code::io, "import: cancelled");
  }
  const Result<void> done = state_->take(chunk);
  if (done || state_->walk.is_fatal) return done;
  return state_->give_up(done.error());
}

Result<void> FilePipe::end() {
  const Result<void> done = state_->finish();
  if (done || state_->walk.is_fatal) return done;
  return state_->give_up(done.error());
}

Result<void> FilePipe::abandon() { return state_->abandon(); }

void UnknownFiles::add(const std::string& place) {
  const std::size_t slash = place.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : place.substr(0, slash);
  auto found = folders.find(folder);
  if (found == folders.end()) {
    if (folders.size() == kMaxUnknownFolders) {
      ++others;
      return;
    }
    found = folders.emplace(folder, Folder{0, place.substr(slash + 1)}).first;
  }
  ++found->second.count;
}

bool is_zip(ByteView head) {
  // A local header, or the end record of an empty archive: PKWARE APPNOTE 6.3.9, 4.3.
  const std::string_view text = as_text(head);
  return text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06");
}

Result<void> walk_zip(WalkState& walk, const io::Source& source, const std::string& place,
                      unsigned archives) {
  const auto members = archive::read_zip_directory(source, walk.context.limits);
  if (!members) {
    walk.sink.note(note_at(place, members.error()));
    return {};
  }
  walk.sink.begin_unit(place);
  for (const archive::ZipMember& member : *members) {
    if (member.name.ends_with('/')) continue;
    const std::string name = fmt::format("{}/{}", place, member.name);
    const Result<std::string> bytes = archive::read_zip_member(source, member, kMaxDocumentBytes);
    if (!bytes) {
      walk.sink.note(note_at(name, bytes.error()));
      continue;
    }
    FilePipe pipe(walk, name, archives + 1, 0);
    BH_CHECK(pipe.data(as_bytes(*bytes)));
    BH_CHECK(pipe.end());
  }
  const Result<void> done = walk.sink.end_unit(true);
  walk.is_fatal = walk.is_fatal || !done;
  return done;
}

}  // namespace bulkhead::advisory
