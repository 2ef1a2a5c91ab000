#include "bulkhead/advisory/walk_input.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/file_pipe.h"

namespace bulkhead::advisory {
namespace {

namespace fs = std::filesystem;

Result<void> walk_file(WalkState& walk, const std::string& path) {
  BH_TRY(const auto source, io::open_file(path));
  walk.context.progress->add_total(source->size());
  std::vector<std::byte> buffer(walk.context.chunk_bytes);
  std::array<std::byte, 4> head{};
  BH_TRY(const std::size_t head_size, source->read_at(0, head));
  // A zip that lies in a file of its own is read in place.
  if (is_zip(ByteView(head).first(head_size))) {
    const Result<void> done = walk_zip(walk, *source, path, 0);
    walk.context.progress->advance(source->size());
    return done;
  }
  FilePipe pipe(walk, path, 0, 0);
  std::uint64_t at = 0;
  while (!pipe.is_passed_over()) {
    BH_TRY(const std::size_t got, source->read_at(at, buffer));
    if (got == 0) break;
    BH_CHECK(pipe.data(ByteView(buffer).first(got)));
    walk.context.progress->advance(got);
    at += got;
  }
  return pipe.end();
}

/// All regular files below `folder`, in the order of their paths' bytes.
Result<std::vector<std::string>> list_files(const std::string& folder, const RunContext& context) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (!fs::is_regular_file(it->symlink_status(ignored))) continue;
    if (files.size() == context.limits.entries) {
      return fail(Code::limit_exceeded, "import: too many files in a folder (--max-entries)");
    }
    files.push_back(it->path().string());
  }
  if (error) return fail(Code::io, fmt::format("import: cannot list: {}", error.message()));
  std::ranges::sort(files);
  return files;
}

Result<void> walk_folder(WalkState& walk, const std::string& path) {
  BH_TRY(const std::vector<std::string> files, list_files(path, walk.context));
  for (const std::string& file : files) {
    const Result<void> done = walk_file(walk, file);
    if (done) continue;
    if (walk.is_fatal) return done;
    walk.sink.note(note_of(NoteLevel::incomplete, located(done.error(), file)));
  }
  return {};
}

void note_unknown(const WalkState& walk, const std::string& path) {
  const auto note = [&](std::uint64_t count, std::string tail, std::string place) {
    walk.sink.note({NoteLevel::info, "unsupported",
                    fmt::format("import: {} {} of no known format{}", count,
                                count == 1 ? "file is" : "files are", tail),
                    std::move(place)});
  };
  for (const auto& [folder, files] : walk.unknown.folders) {
    // The given file itself lies above what was given.
    note(files.count, ", the first is " + files.first, folder.size() < path.size() ? path : folder);
  }
  if (walk.unknown.others != 0) note(walk.unknown.others, " in further folders", path);
}

}  // namespace

Result<void> walk_input(const std::string& path, InputSink& sink, const RunContext& context) {
  WalkState walk{sink, context};
  sink.begin_unit(path);
  std::error_code ignored;
  const Result<void> done =
      fs::is_directory(path, ignored) ? walk_folder(walk, path) : walk_file(walk, path);
  if (!done) return std::unexpected(located(done.error(), path));
  note_unknown(walk, path);
  return sink.end_unit(true);
}

}  // namespace bulkhead::advisory
