#pragma once

#include <memory>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::python {

/// Reads the metadata in a wheel (NAME.dist-info/METADATA) or in a zipped egg (EGG-INFO/PKG-INFO).
/// A wheel is declared alone: nothing can be imported from it before it is installed. A broken one
/// is an oddity, as tests of package managers have them on purpose.
/// @see PEP 427; https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html
std::unique_ptr<FileReader> open_archive(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::python
