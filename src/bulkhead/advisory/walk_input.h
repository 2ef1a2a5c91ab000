#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/note.h"

namespace bulkhead::advisory {

/// Takes the files of an import's input that may be advisory data.
class InputSink {
 public:
  virtual ~InputSink() = default;
  /// A unit of publication begins: an archive, or the loose files below one given path. Units
  /// nest: an archive may lie among loose files or in another archive.
  virtual void begin_unit(std::string_view place) = 0;
  /// @param is_whole  It was read to its end. Of an archive that was cut, the records of formats
  ///                  that spread a feed over many files are not kept: a part of a feed must not
  ///                  replace the whole.
  virtual Result<void> end_unit(bool is_whole) = 0;
  /// The whole text of one file. False where it is of no known format. An error ends the import.
  virtual Result<bool> document(std::string_view place, std::string_view text) = 0;
  virtual void note(Note note) = 0;
};

/// Walks `path`: a file, a folder (below it, links are not followed), a zip, a tar or a single
/// file in any compression; archives in an archive are opened once more. Every file is judged by
/// its content. What cannot be read is noted and passed over; files of no known format are
/// counted by folder, 20 folders with a note each, the rest in one.
/// @error not_found, io  `path` itself cannot be read; (the sink's) what it returned.
Result<void> walk_input(const std::string& path, InputSink& sink, const RunContext& context);

}  // namespace bulkhead::advisory
