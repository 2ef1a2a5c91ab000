#pragma once

#include <cstdint>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/format/stanza.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// Bytes of names, versions and the like that are kept of one database. Real packages take about
/// 100 bytes each, so this is above what the default of --max-packages needs; without it, records
/// near --max-stanza-bytes could fill the memory.
inline constexpr std::uint64_t kMaxRecordTextBytes = 64 << 20;

/// Reads a package database of records between blank lines: streams, holds it against the limits
/// and notes what is wrong. A derived class knows what a record means.
///
/// Memory is what the derived class keeps, plus one record.
class RecordReader : public FileReader {
 public:
  Result<void> data(ByteView chunk) final;
  Result<FactsPtr> end() final;

 protected:
  /// @param format  Begins every note: "dpkg status". Outlives this.
  RecordReader(std::string_view format, const ReadContext& context);

  /// Takes one record, which lies at `offset` of the file. The view dies at return.
  virtual void add(std::string_view record, std::uint64_t offset) = 0;
  /// What was learnt from all of them.
  virtual FactsPtr take_facts() = 0;

  /// May a record be kept that holds `text_bytes`? The first that may not is noted as a gap; all
  /// later ones are refused without a word.
  bool admit(std::uint64_t text_bytes, std::uint64_t offset);
  void note(NoteLevel level, Code code, std::string_view what, std::uint64_t offset);
  const Limits& limits() const { return context_.run.limits; }

 private:
  template <class Feed>
  void cut(Feed feed);

  std::string_view format_;
  const ReadContext& context_;
  format::StanzaSplitter splitter_;
  std::uint64_t records_ = 0;
  std::uint64_t text_bytes_ = 0;
  bool is_full_ = false;
  std::uint64_t bytes_ = 0;
  bool is_in_line_ = false;  // the last byte was no newline
};

/// Is `text` one word without control characters, as names and versions of packages are?
bool is_word(std::string_view text);

}  // namespace bulkhead::catalog
