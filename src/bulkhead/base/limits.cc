#include "bulkhead/base/limits.h"

namespace bulkhead {
namespace {

constexpr LimitRow kRows[] = {
    {"max-entries", &Limits::entries, "File entries of all layers together"},
    {"max-name-bytes", &Limits::name_bytes,
     "Bytes of the names and link targets of all layers together"},
    {"max-path-bytes", &Limits::path_bytes,
     "Bytes of one path; longer ones are noted and left out"},
    {"max-path-depth", &Limits::path_depth, "Components of one path"},
    {"max-link-depth", &Limits::link_depth, "Symbolic links followed for one path"},
    {"max-header-bytes", &Limits::header_bytes,
     "Bytes of one pax or GNU long-name record in a tar"},
    {"max-decoded-bytes", &Limits::decoded_bytes, "Decompressed bytes of one blob"},
    {"max-inflate-ratio", &Limits::inflate_ratio,
     "Decompressed to stored bytes of one blob, once it passed 1 GiB"},
    {"max-zstd-window-bytes", &Limits::zstd_window_bytes, "Window of a zstd frame"},
    {"max-document-bytes", &Limits::document_bytes,
     "Bytes of one manifest, index or configuration"},
    {"max-index-depth", &Limits::index_depth, "Indexes nested in indexes"},
    {"max-layers", &Limits::layers, "Layers of one image"},
    {"max-archive-members", &Limits::archive_members, "Members of an image archive"},
    {"max-stanza-bytes", &Limits::stanza_bytes, "Bytes of one record of a package database"},
    {"max-packages", &Limits::packages, "Packages of one database"},
    {"max-fact-bytes", &Limits::fact_bytes,
     "Memory for what was learnt from the wanted files of all layers together"},
    {"max-owned-path-bytes", &Limits::owned_path_bytes,
     "Bytes of the paths in all packages' file lists"},
    {"max-memory-file-bytes", &Limits::memory_file_bytes,
     "Bytes of a small file that is read as a whole (os-release)"},
    {"max-lock-file-bytes", &Limits::lock_file_bytes,
     "Bytes of one lock file of a package manager"},
    {"max-random-memory-bytes", &Limits::random_memory_bytes,
     "Bytes of a file read out of order (rpm database) that stay in memory; more go to a spool"},
    {"max-archive-depth", &Limits::archive_depth, "Archives (jars) nested in an archive"},
    {"max-archive-bytes", &Limits::archive_bytes,
     "Bytes inflated from one archive and those inside it"},
    {"max-archive-entries", &Limits::archive_entries, "Members of one archive and those inside it"},
    {"max-rpm-header-bytes", &Limits::rpm_header_bytes, "Bytes of one record of an rpm database"},
    {"max-sbom-bytes", &Limits::sbom_bytes, "Bytes of a list of packages that is the target"},
    {"max-spool-bytes", &Limits::spool_bytes, "Bytes of private temporary files"},
    {"max-notes", &Limits::notes, "Notes kept for one report; more are only counted"},
};

}  // namespace

std::span<const LimitRow> limit_rows() { return kRows; }

}  // namespace bulkhead
