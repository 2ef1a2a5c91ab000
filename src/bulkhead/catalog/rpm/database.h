#pragma once

#include <memory>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// Collects a database and reads it by its format. The facts are RecordFacts; LoggableFacts where
/// a write-ahead log may belong to it.
std::unique_ptr<FileReader> open_database(const FileInfo& file, const ReadContext& context);

/// Collects and reads a write-ahead log: LogFacts, or null.
std::unique_ptr<FileReader> open_log(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::rpm
