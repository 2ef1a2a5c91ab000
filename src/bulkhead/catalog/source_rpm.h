#pragma once

#include <string_view>

namespace bulkhead::catalog {

/// The source package that a source rpm's file name says.
struct SourceRpm {
  std::string_view name;  // empty: it is no such name
  std::string_view version_release;
};

/// "util-linux-2.32.1-42.el8_8.src.rpm" -> util-linux, 2.32.1-42.el8_8. Points into `file_name`.
SourceRpm parse_source_rpm(std::string_view file_name);

}  // namespace bulkhead::catalog
