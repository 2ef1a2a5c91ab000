#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/library_file.h"

// The lock files of JavaScript's package managers: text -> the libraries that they pin. What lies
// in the project itself (workspaces, links, folders) is left out; an alias gives the library that
// it stands for. Each fails with malformed where the text is not of the format, limit_exceeded
// where it is too deep or too large for its parser.
namespace bulkhead::catalog::npm {

/// npm: package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 (and older) to 3.
/// @see https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json
Result<void> parse_package_lock(std::string_view text, LibraryList& out);

/// yarn.lock of yarn 1 (a format of its own) and of yarn 2 and later (YAML).
/// @see https://classic.yarnpkg.com/lang/en/docs/yarn-lock/; berry, Project.ts, "setupResolutions"
Result<void> parse_yarn_lock(std::string_view text, LibraryList& out);

/// pnpm-lock.yaml, lockfileVersion 5 to 9; of several documents all.
/// @see https://github.com/pnpm/spec/tree/master/lockfile
Result<void> parse_pnpm_lock(std::string_view text, LibraryList& out);

/// bun.lock: JSON with comments and trailing commas.
/// @see https://bun.sh/docs/install/lockfile
Result<void> parse_bun_lock(std::string_view text, LibraryList& out);

/// deno.lock, version 2 to 5: packages of npm and of jsr, which npm knows as "@jsr/scope__name".
/// @see https://docs.deno.com/runtime/fundamentals/modules/, "Integrity checking and lock files";
/// https://jsr.io/docs/npm-compatibility
Result<void> parse_deno_lock(std::string_view text, LibraryList& out);

}  // namespace bulkhead::catalog::npm
