#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/pending/index_files.h"

namespace bulkhead::pending {

/// What a Release or InRelease file says that matters here.
struct AptRelease {
  std::string suite;
  std::string codename;
  std::string label;
  std::vector<std::string> architectures;
  bool is_not_automatic = false;
  bool has_automatic_upgrades = false;              // ButAutomaticUpgrades
  bool has_all_in_each = true;                      // no file of their own for packages of "all"
  std::unordered_map<std::string, Expected> files;  // by path below the file itself

  /// apt's default priority of its packages: 500, 100 or 1.
  int priority() const;
  /// Is it a security suite, by its label or a name of it? `suite_asked` is what the source says.
  bool is_security(std::string_view suite_asked) const;
};

/// Reads a Release file, or the text within a clear-signed InRelease. The signature is not checked:
/// that would want the keys of the image, which is what is not trusted.
/// @error malformed       It lists no files with SHA-256 or SHA-512.
/// @error limit_exceeded  It lists more than 200,000.
/// @see https://wiki.debian.org/DebianRepository/Format, "Release" files; RFC 9580, section 7
Result<AptRelease> parse_apt_release(std::string_view text);

}  // namespace bulkhead::pending
