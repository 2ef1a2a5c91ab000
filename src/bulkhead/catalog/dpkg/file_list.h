#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dpkg {

/// What one package installed: regular files, links and folders without anything in them.
struct FileListFacts final : Facts {
  PathList files;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + files.packed.capacity(); }
};

/// The entries of `info/NAME.list` that are no directories: absolute paths, one a line, "/." first.
///
/// The list does not say which entries are directories. One is taken for a directory where another
/// entry lies in it: the line after it (dpkg-deb writes a folder just before its content), or one
/// further down (it writes symbolic links last).
/// @param bad_lines  Counts lines that are no absolute path.
/// @see dpkg, dpkg-deb/build.c, file_treewalk_feed
PathList parse_file_list(std::string_view text, std::uint64_t& bad_lines);

/// The files of `NAME.md5sums`: 32 hexadecimal digits, two spaces, a path without leading slash.
/// @param bad_lines  Counts lines that are not like this.
/// @see deb-md5sums(5)
PathList parse_md5sums(std::string_view text, std::uint64_t& bad_lines);

/// Readers of the two. One over --max-owned-path-bytes is noted as an oddity and dropped.
std::unique_ptr<FileReader> open_file_list(const FileInfo& file, const ReadContext& context);
std::unique_ptr<FileReader> open_md5sums(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::dpkg
