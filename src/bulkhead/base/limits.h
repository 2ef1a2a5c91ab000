#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bulkhead {

/// The bounds that hostile input meets. Each has a row in `limit_rows()`, from which the command
/// line, the help and docs/limits.md are made. Sizes are bytes unless the name says otherwise.
struct Limits {
  std::uint64_t entries = 10'000'000;            // file entries of all layers together
  std::uint64_t name_bytes = 512 << 20;          // names and link targets of all layers together
  std::uint64_t path_bytes = 16 << 10;           // one path; Linux itself opens no more than 4096
  std::uint64_t path_depth = 1024;               // components of one path
  std::uint64_t link_depth = 40;                 // symbolic links followed for one path
  std::uint64_t header_bytes = 1 << 20;          // one pax or GNU long-name record
  std::uint64_t decoded_bytes = 1ULL << 40;      // one blob, decompressed
  std::uint64_t inflate_ratio = 2000;            // decoded : stored, counted from 1 GiB decoded
  std::uint64_t zstd_window_bytes = 128 << 20;   // what `zstd -d` takes without an option
  std::uint64_t document_bytes = 16 << 20;       // one manifest, index, configuration
  std::uint64_t index_depth = 8;                 // indexes nested in indexes
  std::uint64_t layers = 1024;                   // layers of one image
  std::uint64_t archive_members = 200'000;       // members of an image archive (not of its layers)
  std::uint64_t stanza_bytes = 8 << 20;          // one record of a package database
  std::uint64_t packages = 100'000;              // packages of one database
  std::uint64_t fact_bytes = 128 << 20;          // what inspectors keep of the files of all layers
  std::uint64_t owned_path_bytes = 32 << 20;     // paths in the file lists of all packages together
  std::uint64_t memory_file_bytes = 1 << 20;     // a wanted small file that is read as a whole
  std::uint64_t lock_file_bytes = 64 << 20;      // a wanted lock file, read as a whole
  std::uint64_t random_memory_bytes = 16 << 20;  // a file read out of order; larger: in a spool
  std::uint64_t archive_depth = 8;               // archives (jars) nested in an archive
  std::uint64_t archive_bytes = 4ULL << 30;      // inflated from one archive and those inside it
  std::uint64_t archive_entries = 2'000'000;     // members of one archive and those inside it
  std::uint64_t rpm_header_bytes = 64 << 20;     // one record of an rpm database
  std::uint64_t sbom_bytes = 256 << 20;          // a list of packages that is the target
  std::uint64_t spool_bytes = 8ULL << 30;        // private temporary files
  std::uint64_t notes = 1000;                    // notes kept for one report; more are counted
};

/// One limit as users see it.
struct LimitRow {
  std::string_view name;  // "max-entries": the option, the key, the word in messages
  std::uint64_t Limits::* field;
  std::string_view help;
};

std::span<const LimitRow> limit_rows();

}  // namespace bulkhead
