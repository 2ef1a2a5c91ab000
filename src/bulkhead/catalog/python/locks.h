#pragma once

#include <memory>
#include <string_view>

#include "bulkhead/catalog/python/facts.h"

namespace bulkhead::catalog::python {

/// What the lock files of Python's package managers pin. The project itself and other folders that
/// a file names (path, directory, editable and virtual sources) are counted, as no registry has
/// them; so are entries without a version.
///
/// @error malformed, limit_exceeded  The JSON or TOML, with its place.

/// Pipfile.lock: each member of each section but "_meta" with its "version": "==1.0".
/// @see https://github.com/pypa/pipfile, "Pipfile.lock"
Result<void> parse_pipfile_lock(std::string_view text, Libraries& into);

/// poetry.lock, uv.lock and pdm.lock ([[package]]), pylock.toml ([[packages]], PEP 751).
/// @see https://docs.astral.sh/uv/concepts/projects/layout/, "The lockfile";
///      https://packaging.python.org/en/latest/specifications/pylock-toml/
Result<void> parse_toml_lock(std::string_view text, Libraries& into);

/// Reads one of them, up to --max-document-bytes: which one its name says. A broken one is an
/// oddity.
std::unique_ptr<FileReader> open_lock(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::python
