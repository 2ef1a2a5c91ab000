#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/package.h"

namespace bulkhead::catalog::rpm {

/// One installed package as its header says it. Absent values are empty.
struct Record {
  std::string name;
  std::uint32_t epoch = 0;
  std::string version;
  std::string release;
  std::string architecture;
  std::string source_rpm;  // "util-linux-2.32.1-42.el8_8.src.rpm"
  std::string vendor;
  std::string licence;
  std::string module;  // "nodejs:18"
  PathList files;      // what lies on disk: no ghosts, nothing that was left out at installation

  /// Bytes of all of it but the files.
  std::uint64_t text_bytes() const;
};

/// "version-release".
std::string version_release(const Record& record);
/// "[epoch:]version-release"; an epoch of 0 is not written.
std::string full_version(const Record& record);

/// What is wrong with a header that could be read all the same. Offsets count from its first byte.
using Faults = std::vector<Error>;

/// Reads the header that a database keeps of one package: a count of index entries, a count of data
/// bytes, the entries (tag, type, offset, count), the data; numbers are big-endian.
///
/// Each entry is checked (type, offset, alignment, count, and that strings end inside the data); a
/// wrong one is a fault and not used. Where a tag is there twice the later one counts: rpm itself
/// appends what it learns at installation behind the immutable region, and prefers it.
///
/// @param most_path_bytes  Bytes of paths that are kept; with more, `files` is empty.
/// @param faults           At most a few, the first ones.
/// @error truncated, malformed  It does not say which package it is of.
/// @see rpm.org, "RPM Package File Format", section Header; rpm 4.18, lib/header.c, hdrblobVerify
Result<Record> read_header(ByteView header, std::uint64_t most_path_bytes, Faults& faults);

}  // namespace bulkhead::catalog::rpm
