#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// One package whose files are on disk.
struct StatusRecord {
  std::string name;
  std::string version;  // with its epoch
  std::string architecture;
  std::string source_name;     // empty: the same as name
  std::string source_version;  // empty: the same as version
};

struct StatusFacts final : Facts {
  std::vector<StatusRecord> records;   // in the order of the file
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Who wrote a status file.
struct StatusDialect {
  std::string_view format;  // begins every note: "dpkg status"
  bool has_source;          // Source names a source package; opkg's is a path of its build
};

/// Reads dpkg's `status`, one file of `status.d`, or opkg's `status`, as it streams by.
///
/// Kept are packages whose files are on disk: all states but not-installed and config-files. Where
/// the package manager did not finish (unpacked, half-installed, half-configured), an oddity is
/// noted. A stanza without Status counts as installed: distroless images write none.
///
/// A record that cannot be made sense of is noted as a gap with its offset, and the reading goes
/// on with the next one. Of a field that is there twice the first one counts.
/// @param dialect  Outlives the reader.
/// @see deb-control(5), deb-src-control(5); dpkg(1), "PACKAGE STATES";
///      dpkg, lib/dpkg/parse.c, lib/dpkg/fields.c; opkg, libopkg/pkg_parse.c, libopkg/pkg.c
std::unique_ptr<FileReader> open_status(const StatusDialect& dialect, const ReadContext& context);

}  // namespace bulkhead::catalog
