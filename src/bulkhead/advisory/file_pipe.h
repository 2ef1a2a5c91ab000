#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "bulkhead/advisory/walk_input.h"
#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {

/// Files of no known format, by folder.
struct UnknownFiles {
  struct Folder {
    std::uint64_t count = 0;
    std::string first;  // the name of the first of them
  };
  std::map<std::string, Folder> folders;  // the first ones, of a bounded number
  std::uint64_t others = 0;               // files in further folders

  void add(const std::string& place);
};

/// What all pipes of one walk share.
struct WalkState {
  InputSink& sink;
  const RunContext& context;
  UnknownFiles unknown = {};
  bool is_fatal = false;  // the sink failed: every pipe hands its error on and stops
};

/// Takes the bytes of one file as they come, finds out what it is, and passes it on: decoded, its
/// members one by one, or as a document. Damage is noted and ends this file alone.
class FilePipe {
 public:
  /// @param place     Names the file in notes.
  /// @param archives  How many archives it lies in; wrappings: how many compressions are around it.
  FilePipe(WalkState& walk, std::string place, unsigned archives, unsigned wrappings);
  ~FilePipe();
  FilePipe(const FilePipe&) = delete;
  FilePipe& operator=(const FilePipe&) = delete;

  /// @error (the sink's)  Everything else has been noted.
  Result<void> data(ByteView chunk);
  Result<void> end();
  /// What the bytes came out of is damaged: nothing of this file is to be used.
  /// @error (the sink's)
  Result<void> abandon();
  /// The file is of no more interest: its bytes need not be brought.
  bool is_passed_over() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Hands each file of a zip to a pipe of its own.
/// @error (the sink's)  Everything else has been noted.
Result<void> walk_zip(WalkState& walk, const io::Source& source, const std::string& place,
                      unsigned archives);

/// Does a file that begins so have a zip's signature?
bool is_zip(ByteView head);

}  // namespace bulkhead::advisory
