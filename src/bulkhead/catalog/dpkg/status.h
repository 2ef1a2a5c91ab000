#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dpkg {

/// One package whose files are on disk.
struct Record {
  std::string name;
  std::string version;  // with its epoch
  std::string architecture;
  std::string source_name;     // empty: the same as name
  std::string source_version;  // empty: the same as version
};

struct StatusFacts final : Facts {
  std::vector<Record> records;         // in the order of the file
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads `status`, or one file of `status.d`, as it streams by.
///
/// Kept are packages whose files are on disk: all states but not-installed and config-files. Where
/// dpkg did not finish (unpacked, half-installed, half-configured), an oddity is noted. A stanza
/// without Status counts as installed: distroless images write none.
///
/// A record that cannot be made sense of is noted as a gap with its offset, and the reading goes
/// on with the next one. Of a field that is there twice the first one counts.
/// @see deb-control(5), deb-src-control(5); dpkg(1), "PACKAGE STATES";
///      dpkg, lib/dpkg/parse.c, lib/dpkg/fields.c
std::unique_ptr<FileReader> open_status(const ReadContext& context);

}  // namespace bulkhead::catalog::dpkg
