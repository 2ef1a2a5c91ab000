#pragma once

#include <memory>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// A rollback journal that is hot: the change that it belongs to was not finished, and SQLite would
/// undo it before it reads the database.
struct JournalFacts final : Facts {
  std::uint64_t memory_bytes() const override { return sizeof(*this); }
};

/// Reads the head of `rpmdb.sqlite-journal`. Undoing needs the pages that it holds together with
/// the database's bytes, which no two files of different layers share; rpm itself keeps a
/// write-ahead log, so a hot journal is the work of something else, and it is noted.
///
/// @return  JournalFacts; null where the journal is not hot: empty, its head is zeroed, or it
///          holds no page.
/// @see https://www.sqlite.org/fileformat2.html, section 3; sqlite.org/lockingv3.html, section 4.1
std::unique_ptr<FileReader> open_journal();

}  // namespace bulkhead::catalog::rpm
