#pragma once

#include <memory>
#include <string_view>

#include "bulkhead/catalog/python/facts.h"

namespace bulkhead::catalog::python {

/// Takes name, version and licence out of a distribution's core metadata: the header fields of a
/// METADATA or PKG-INFO file. What is not there stays empty; "UNKNOWN" counts as not there.
///
/// The licence is that of License-Expression, else the first line of License, else what the
/// classifiers name.
/// @param head  Up to the first blank line, behind which a description follows.
/// @see https://packaging.python.org/en/latest/specifications/core-metadata/
Library parse_metadata(std::string_view head);

/// Name and version of a file or folder that is called after them: "a_b-1.0.dist-info",
/// "a-1.0-py3.9.egg-info", "a-1.0-py3-none-any.whl". Empty where it is not.
/// @see PEP 376, PEP 427; https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html
Library library_named(std::string_view component);

/// The facts of one distribution; where the metadata lacks name or version, what `component` says,
/// as likely. Null and a note where neither says it.
/// @param component  The file or folder that is called after the distribution.
FactsPtr distribution_facts(Library library, std::string_view component, Origin origin,
                            const ReadContext& context);

/// Reads a METADATA or PKG-INFO file, which may be an .egg-info itself.
std::unique_ptr<FileReader> open_metadata(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::python
