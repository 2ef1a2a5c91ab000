#pragma once

#include <string>
#include <vector>

#include "commands.h"
#include "options.h"

namespace bulkhead::app {

/// What a shell can offer where the value of an option, or a positional word, stands.
struct Hint {
  enum class Kind {
    none,    // nothing: a number, an id
    words,   // one of `words`
    list,    // some of `words`, separated by commas
    report,  // one of `words`, then perhaps "=FILE"
    target,  // one of `words` (prefixes that end with ":") and a file, or a file
    file,
    folder,
  };
  Kind kind = Kind::none;
  std::vector<std::string> words = {};
};

/// Is there a value at all? Flags have none.
bool takes_value(const OptionRow& row);

/// Told by the row's choices and by its placeholder.
Hint hint_of(const OptionRow& row);

/// The rows of one command, in the table's order.
std::vector<const OptionRow*> rows_of(const Command& command);

}  // namespace bulkhead::app
