#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/library_file.h"

// Each fails with malformed where the text is not of the format.
namespace bulkhead::catalog::dotnet {

/// APP.deps.json: of "libraries" those of type "package", and of type "runtimepack", the .NET
/// runtime that a self-contained application brings. Those that every target has for compilation
/// only are left out: their files are not there.
/// @see https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md
Result<void> parse_deps(std::string_view text, LibraryList& out);

/// packages.lock.json: what was resolved for each framework, but for projects.
/// @see https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files
Result<void> parse_packages_lock(std::string_view text, LibraryList& out);

/// packages.config: <package id="A" version="1.0"/>.
/// @see https://learn.microsoft.com/nuget/reference/packages-config
Result<void> parse_packages_config(std::string_view text, LibraryList& out);

/// Directory.Packages.props: <PackageVersion Include="A" Version="1.0"/> (and Update, and
/// GlobalPackageReference). Properties that the file itself sets above are put in; a version that
/// is a range or floats ("1.*") declares none and is refused.
/// @see https://learn.microsoft.com/nuget/consume-packages/central-package-management
Result<void> parse_packages_props(std::string_view text, LibraryList& out);

}  // namespace bulkhead::catalog::dotnet
