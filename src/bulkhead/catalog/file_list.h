#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// What one package installed: regular files, links and folders without anything in them.
struct FileListFacts final : Facts {
  PathList files;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + files.packed.capacity(); }
};

/// The entries of dpkg's `info/NAME.list` that are no directories: absolute paths, one a line, "/."
/// first.
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

/// The entries of opkg's `info/NAME.list` that are no directories: absolute paths, one a line;
/// newer versions put the mode in octal digits behind a tab, and behind another a link's target.
/// @param bad_lines  Counts lines that are no absolute path.
/// @see opkg, libopkg/pkg.c, pkg_write_filelist
PathList parse_opkg_list(std::string_view text, std::uint64_t& bad_lines);

using ParseFileList = PathList (*)(std::string_view text, std::uint64_t& bad_lines);

/// Reads a list with `parse`: FileListFacts. One over --max-owned-path-bytes is noted as an oddity
/// and dropped.
/// @param format  Begins every note: "dpkg file list". Outlives the reader.
std::unique_ptr<FileReader> open_file_list(std::string_view format, ParseFileList parse,
                                           const FileInfo& file, const ReadContext& context);

/// The list at `path` among the files of a join, which are sorted by path; null where it is not
/// there.
const PathList* find_file_list(std::span<const JoinFile> files, const std::string& path);

}  // namespace bulkhead::catalog
