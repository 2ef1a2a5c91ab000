#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// The libraries that one file names, packed: what a lock file of thousands keeps of itself.
class LibraryList {
 public:
  /// @param most  Libraries that are kept.
  explicit LibraryList(std::uint64_t most) : most_(most) {}

  /// Adds one; one whose name or version is no library's is counted and left out.
  /// @param license  As the file words it; may be empty.
  void add(std::string_view name, std::string_view version, std::string_view license = {});
  /// Counts a record that names a library which cannot be told.
  void refuse() { ++refused_; }

  std::uint64_t refused() const { return refused_; }
  /// Libraries that were more than are kept.
  std::uint64_t dropped() const { return dropped_; }
  const std::string& packed() const { return packed_; }

 private:
  std::uint64_t most_;
  std::uint64_t count_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t dropped_ = 0;
  std::string packed_;  // name, version, licence, each ended by a NUL
};

/// A kind of file that names libraries of one type.
struct LibraryFormat {
  std::string_view tail;  // as in Inspector::tails: tells the kind by the file's last components
  std::string_view name;  // begins every note: "yarn.lock"
  PackageType type;
  Origin origin;
  std::uint64_t Limits::* most;  // bytes of such a file
  std::string_view option;       // of that limit: "max-lock-file-bytes"
  /// Reads a whole file. An error says why it is none of this kind; what was added before it stays.
  Result<void> (*parse)(std::string_view text, LibraryList& out);
};

/// Does `path` lie in the folder of an installed package: below node_modules, site-packages,
/// dist-packages or "gems/NAME-VERSION"? What lock files there declare was wanted by those who made
/// the package, and says nothing of the application.
bool lies_in_package(std::string_view path);

/// Opens a file of one of `formats`, the first whose tail fits; `formats` outlives the reader.
/// Declarations in the folder of an installed package are passed over.
/// A file that cannot be read and records that name no library are notes (oddities: images are full
/// of manifests that tests and mistakes left); what a limit cut off is a gap.
std::unique_ptr<FileReader> open_library_file(std::span<const LibraryFormat> formats,
                                              const FileInfo& file, const ReadContext& context);

/// A reader of a file that is wanted by its name and left out for where it lies.
std::unique_ptr<FileReader> ignore_file();

/// Adds the libraries of each file that open_library_file read, each once a file, by name and
/// version.
void join_library_files(std::span<const JoinFile> files, Inventory& out);

/// Does `path` lie below a folder called `folder`?
bool lies_below(std::string_view path, std::string_view folder);

}  // namespace bulkhead::catalog
