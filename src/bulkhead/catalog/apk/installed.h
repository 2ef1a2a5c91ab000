#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::apk {

struct Record {
  std::string name;
  std::string version;
  std::string architecture;
  std::string origin;   // the source package; empty: the same as name
  std::string licence;  // an expression, as the package's author wrote it
  PathList files;
};

struct InstalledFacts final : Facts {
  std::vector<Record> records;         // in the order of the file
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads apk's database of installed packages as it streams by: records between blank lines,
/// of lines that are a letter, a colon and a value. Letters that do not matter here are passed
/// over. "F:" names a folder, and each "R:" after it a file in that folder.
///
/// A record without name or version is noted as a gap with its offset, and the reading goes on
/// with the next one. Where the files' paths exceed --max-owned-path-bytes, all are dropped and
/// that is noted as an oddity. A database in apk 3's binary format, which no release of it writes,
/// is refused with one gap.
/// @see apk-tools 2.14, src/database.c, apk_db_read_fdb; https://wiki.alpinelinux.org/wiki/Apk_spec
std::unique_ptr<FileReader> open_installed(const ReadContext& context);

}  // namespace bulkhead::catalog::apk
