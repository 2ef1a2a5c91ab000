#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bulkhead/catalog/rpm/header.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// What was learnt from one database or manifest.
struct RecordFacts : Facts {
  std::vector<Record> records;         // in the order of the file
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Takes the records of one database, holds them against the limits and notes what is wrong.
class RecordKeeper {
 public:
  /// @param format  Begins every note: "rpm Packages". Outlives this.
  RecordKeeper(std::string_view format, const Limits& limits, Notes& notes)
      : format_(format), limits_(limits), notes_(notes) {}

  /// Reads the header at `offset` of the file.
  void add_header(ByteView header, std::uint64_t offset);
  void add(Record record, std::uint64_t offset);
  /// A gap: something of the database could not be read.
  void gap(Code code, std::string_view what, std::uint64_t offset);
  void gap(const Error& error) { gap(error.code, error.what, error.offset); }
  void oddity(Code code, std::string_view what, std::uint64_t offset);

  /// No more is taken.
  bool is_full() const { return is_full_; }
  const Limits& limits() const { return limits_; }
  const std::vector<Record>& records() const { return records_; }
  /// Moves what was kept to `facts`.
  void finish(RecordFacts& facts) &&;

 private:
  bool admit(const Record& record, std::uint64_t offset);
  void drop_paths();

  std::string_view format_;
  const Limits& limits_;
  Notes& notes_;
  std::vector<Record> records_;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t path_bytes_ = 0;
  bool is_full_ = false;
  bool is_without_paths_ = false;  // there were too many
};

}  // namespace bulkhead::catalog::rpm
