#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"

// The records of pax extended headers ("x", and "g" for all members that follow). Internal to the
// room.
namespace bulkhead::archive {

/// The records that override a header's field, as bits.
enum PaxField : unsigned {
  kPaxPath = 1,
  kPaxLink = 2,
  kPaxSize = 4,
  kPaxUid = 8,
  kPaxGid = 16,
  kPaxMtime = 32,
};

/// What GNU tar says of a sparse file in pax records (GNU tar manual, "Sparse Formats").
struct PaxSparse {
  std::string_view major, minor;        // absent in 0.0 and 0.1 of old writers
  std::string_view name;                // the path: the header's own names a stand-in
  std::string_view size;                // 0.x: the real size
  std::string_view real_size;           // 1.0: the real size
  std::string_view map;                 // 0.1: "offset,length,offset,length"
  std::vector<std::string_view> pairs;  // 0.0: offset and length records in turn
  bool is_out_of_turn = false;          // a length without an offset, or an offset without a length
};

using Xattr = std::pair<std::string_view, std::string_view>;

/// The records of one extended header. The views point into its text or into `decoded`.
struct PaxRecords {
  unsigned named = 0;  // PaxField bits that have a record; one with an empty value takes back
  unsigned set = 0;    // what a global header said: named, but not set
  std::string_view path, link;
  std::uint64_t size_bytes = 0, uid = 0, gid = 0;
  std::int64_t mtime_unix_s = 0;
  PaxSparse sparse;
  std::vector<Xattr> xattrs;  // each name once, by name
  std::string decoded;        // names and values that libarchive had encoded

  void clear();  // keeps the buffers
};

/// What is wrong with an extended header; the records before it, and after it where they can
/// still be told apart, hold.
struct PaxProblem {
  Error error;                // `offset` is in the header's text
  bool is_size_lost = false;  // the member's stored size may have been in what was lost
};

/// Reads "LENGTH KEY=VALUE\n" records: the later of two with the same key holds.
///
/// @return  The first problem, if there is one.
/// @see POSIX.1-2017 pax, "pax Extended Header"; star(5) for SCHILY.xattr; libarchive's
///      archive_write_set_format_pax.c for LIBARCHIVE.xattr (name percent-encoded, value base64).
std::optional<PaxProblem> parse_pax(std::string_view text, PaxRecords& out);

/// Digits alone, at most 63 bits; none where `text` is anything else.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace bulkhead::archive
