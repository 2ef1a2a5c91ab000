#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/repository.h"

namespace bulkhead {

/// What an inspector learnt from one file; each room derives its own and nobody else looks inside.
class Facts {
 public:
  virtual ~Facts() = default;
  /// About how much memory they take; bounded for all files together by --max-fact-bytes.
  virtual std::uint64_t memory_bytes() const = 0;
};
/// Shared, since an image may have one layer several times.
using FactsPtr = std::shared_ptr<const Facts>;

/// A file that an inspector wanted, before its bytes come.
struct FileInfo {
  std::string_view path;  // in the layer's own tree: no leading slash, no ".", ".." or "//"
  std::uint32_t mode = 0;
  std::uint64_t size_bytes = 0;  // as its header says
};

/// Takes one file's bytes as they stream by. Views die at return.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// 1 byte to a chunk, in order. An error ends the file: it becomes a gap and `end` is not called.
  virtual Result<void> data(ByteView chunk) = 0;
  /// After the last byte. Null where the file held nothing worth keeping.
  virtual Result<FactsPtr> end() = 0;
};

/// What a reader gets besides bytes. Both outlive it.
struct ReadContext {
  const RunContext& run;
  Notes& notes;  // a record that is bad is noted (its place is filled in by the caller)
};

/// One file of the final tree as a join sees it.
struct JoinFile {
  std::string_view path;    // where the final tree has it (the wanted path, links resolved)
  std::uint32_t layer = 0;  // the layer that brought it
  const Facts* facts = nullptr;
};

/// What joins produce together; rows are joined in the registry's order, so a cataloger sees the
/// operating system that an earlier row found.
struct Inventory {
  std::optional<OsInfo> os;
  std::vector<Package> packages;  // locations[0].layer is the database's; provenance comes later
  std::vector<Repository> repositories;  // as the files name them; filled by all_inspectors() alone
};

/// Looks at one kind of file and says what it means. `open` runs once for each wanted file of a
/// layer and depends on nothing but the file; `join` runs on the files that the overlay left.
///
/// An inspector of databases names places (`patterns`), and its join is replayed layer by layer to
/// find out since when a package is there. An inspector of single files, which lie anywhere, names
/// how they are called (`tails`) or how they begin (`magics`): a package then came with its file.
struct Inspector {
  std::string_view name;  // stable: shown in reports
  int version;            // raise when the output changes: part of the cache key
  /// Globs over whole paths without leading slash; `*` stays within a component. A pattern is
  /// looked up through the image's symbolic links, too.
  std::span<const std::string_view> patterns;
  std::unique_ptr<FileReader> (*open)(const FileInfo& file, const ReadContext& context);
  /// @param files  Sorted by path. Lives as long as the call.
  void (*join)(std::span<const JoinFile> files, Inventory& out, Notes& notes);
  /// Globs over the last components of a path, as many as the glob has, wherever the file lies:
  /// "package.json", "*.dist-info/METADATA".
  std::span<const std::string_view> tails = {};
  /// What wanted files begin with, whatever they are called ("\x7f" "ELF"): at most
  /// kMostMagicBytes each.
  std::span<const std::string_view> magics = {};
};

inline constexpr std::size_t kMostMagicBytes = 8;

/// Does `path` match `pattern`, where `*` is any run of bytes but "/" ?
bool matches_glob(std::string_view pattern, std::string_view path);

}  // namespace bulkhead
