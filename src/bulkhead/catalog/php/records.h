#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/library_file.h"

// Each fails with malformed where the text is not of the format.
namespace bulkhead::catalog::php {

/// Composer's vendor/composer/installed.json: a list of packages (version 1), or an object with
/// "packages" (version 2). Versions are as the packages' authors write them ("v6.4.1").
/// @see Composer, src/Composer/Repository/FilesystemRepository.php
Result<void> parse_installed(std::string_view text, LibraryList& out);

/// composer.lock: "packages" and "packages-dev", but for those of a folder (dist type "path").
/// @see Composer, src/Composer/Package/Locker.php
Result<void> parse_composer_lock(std::string_view text, LibraryList& out);

/// PEAR's .registry/NAME.reg: a PHP array, serialized. Packages of pear.php.net are on Packagist as
/// "pear/NAME", by which advisories know them; others are refused.
/// @see PEAR, PEAR/Registry.php; PHP manual, "serialize"
Result<void> parse_pear(std::string_view text, LibraryList& out);

/// WordPress' wp-includes/version.php: `$wp_version = '6.4.2';`.
Result<void> parse_wordpress(std::string_view text, LibraryList& out);

}  // namespace bulkhead::catalog::php
