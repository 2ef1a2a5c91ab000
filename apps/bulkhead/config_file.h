#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/error.h"
#include "options.h"

namespace bulkhead::app {

/// One key of a file of options.
struct FileValue {
  const OptionRow* row = nullptr;
  std::vector<std::string> values;  // as the command line would have them; one, but for lists
  std::uint32_t line = 0;
};

/// bulkhead.yaml: a mapping from options' names, without dashes in front, to their values.
struct ConfigFile {
  std::string path;
  std::vector<FileValue> values;
};

/// May `row` be a key of the file? Not what names a target or a file like this one itself, and
/// nothing that asks for standard input.
bool is_file_key(const OptionRow& row);

/// Reads and checks the whole file, keys of every command: it serves them all.
///
/// @error malformed       Not YAML; an unknown key (with the nearest name) or one that stands there
///                        twice; a value of the wrong type or outside its choices. `what` begins
///                        with "FILE:LINE: " where there is a line.
/// @error limit_exceeded  More than 1 MiB.
/// @error io, not_found   The system's word.
Result<ConfigFile> read_config(const std::string& path);

}  // namespace bulkhead::app
