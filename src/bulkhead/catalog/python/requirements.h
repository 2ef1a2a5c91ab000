#pragma once

#include <memory>
#include <string_view>

#include "bulkhead/catalog/python/facts.h"

namespace bulkhead::catalog::python {

/// Takes the pinned libraries ("a==1.0", "a[x]===1.0 ; marker") out of a requirements file; counts
/// the others ("a>=1", "a @ URL", "-e ./a"). Options are passed over, and files that they name are
/// not followed: they are catalogued for themselves.
/// @see https://pip.pypa.io/en/stable/reference/requirements-file-format/, PEP 508
void parse_requirements(std::string_view text, Libraries& into);

/// Reads requirements*.txt: what someone wanted to install. In UTF-8, or in UTF-16 with its mark.
std::unique_ptr<FileReader> open_requirements(const FileInfo& file, const ReadContext& context);

/// Reads the same as a list of what a library carries copies of: pip's _vendor/vendor.txt.
std::unique_ptr<FileReader> open_vendored(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::python
