#include "bulkhead/catalog/rpm/records.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/record_reader.h"

namespace bulkhead::catalog::rpm {

std::uint64_t RecordFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + records.capacity() * sizeof(Record);
  for (const Record& record : records) bytes += record.text_bytes() + record.files.packed.size();
  return bytes;
}

void RecordKeeper::gap(Code code, std::string_view what, std::uint64_t offset) {
  notes_.add(NoteLevel::incomplete, {code, fmt::format("{}: {}", format_, what), {}, offset});
}

void RecordKeeper::oddity(Code code, std::string_view what, std::uint64_t offset) {
  notes_.add(NoteLevel::info, {code, fmt::format("{}: {}", format_, what), {}, offset});
}

void RecordKeeper::drop_paths() {
  is_without_paths_ = true;
  for (Record& record : records_) record.files.packed = std::string();
  oddity(Code::limit_exceeded,
         fmt::format("file lists hold more than {} bytes (--max-owned-path-bytes) and are left out",
                     limits_.owned_path_bytes),
         0);
}

bool RecordKeeper::admit(const Record& record, std::uint64_t offset) {
  if (is_full_) return false;
  if (records_.size() >= limits_.packages) {
    is_full_ = true;
    gap(Code::limit_exceeded,
        fmt::format("more than {} packages (--max-packages); the rest is left out",
                    limits_.packages),
        offset);
  } else if (record.text_bytes() > kMaxRecordTextBytes - text_bytes_) {
    is_full_ = true;
    gap(Code::limit_exceeded,
        fmt::format("more than {} bytes of names and versions; the rest is left out",
                    kMaxRecordTextBytes),
        offset);
  }
  return !is_full_;
}

void RecordKeeper::add(Record record, std::uint64_t offset) {
  if (!admit(record, offset)) return;
  if (!is_without_paths_ && record.files.packed.size() > limits_.owned_path_bytes - path_bytes_) {
    drop_paths();
  }
  if (is_without_paths_) record.files.packed = std::string();
  text_bytes_ += record.text_bytes();
  path_bytes_ += record.files.packed.size();
  records_.push_back(std::move(record));
}

void RecordKeeper::add_header(ByteView header, std::uint64_t offset) {
  if (is_full_) return;
  Faults faults;
  const std::uint64_t most = is_without_paths_ ? 0 : limits_.owned_path_bytes - path_bytes_;
  Result<Record> record = read_header(header, most, faults);
  if (!record) return gap(record.error().code, record.error().what, offset + record.error().offset);
  for (const Error& fault : faults) {
    if (fault.code != Code::limit_exceeded) {
      gap(fault.code, fmt::format("{}: {}", record->name, fault.what), offset + fault.offset);
    } else if (!is_without_paths_) {
      drop_paths();
    }
  }
  add(*std::move(record), offset);
}

void RecordKeeper::finish(RecordFacts& facts) && {
  records_.shrink_to_fit();
  facts.records = std::move(records_);
  facts.owned_path_bytes = limits_.owned_path_bytes;
}

}  // namespace bulkhead::catalog::rpm
