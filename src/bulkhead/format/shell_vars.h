#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::format {

/// The assignments of a file like os-release or lsb-release.
struct ShellVars {
  std::vector<std::pair<std::string, std::string>> vars;  // in the order of the file
  std::uint64_t bad_lines = 0;                            // lines that are no assignment
  std::optional<std::uint64_t> first_bad_offset = {};

  /// The last assignment to `name`, as a shell would have it; empty where there is none.
  std::string_view find(std::string_view name) const;
};

/// Reads `NAME=value` lines: values bare, in single or in double quotes, with backslash escapes;
/// comments and blank lines. Nothing is expanded. A line that is no assignment, or whose quote
/// stays open, is counted and passed over, so that it cannot swallow the lines after it.
///
/// Wider than os-release(5) where real files are: a bare value may hold spaces (systemd reads
/// them so), and lines may end in "\r\n".
/// @see os-release(5); POSIX.1-2017, Shell Command Language, 2.2 "Quoting"
ShellVars parse_shell_vars(std::string_view text);

}  // namespace bulkhead::format
