#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// A reader that keeps the text of a small file for the join; longer than --max-memory-file-bytes
/// it is an error.
/// @param format  Begins the message: "release file". Outlives the reader.
std::unique_ptr<FileReader> open_text_file(std::string_view format, const FileInfo& file,
                                           const ReadContext& context);

/// The text that such a reader kept; null where the facts are of another kind.
const std::string* text_of(const Facts* facts);

}  // namespace bulkhead::catalog
