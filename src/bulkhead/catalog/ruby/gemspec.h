#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/library_file.h"

namespace bulkhead::catalog::ruby {

/// A gemspec as RubyGems writes it into `specifications`: Ruby, but of literals alone. Name and
/// version are those of the line "# stub: NAME VERSION PLATFORM PATHS" where there is one, else
/// those that are assigned to the specification: s.name = "a".freeze, s.version = %q{1.0}.
///
/// @error malformed  Neither gives both: a gemspec of a source tree, which computes them.
/// @see RubyGems, lib/rubygems/specification.rb, "to_ruby"; stub_specification.rb
Result<void> parse_gemspec(std::string_view text, LibraryList& out);

/// Bundler's lock file: the gems below "specs:" of the sections GEM, GIT, PATH and PLUGIN SOURCE.
/// A version's platform ("1.15.0-x86_64-linux") is left out.
///
/// @error malformed  No section at all in a text that is not empty.
/// @see Bundler, lib/bundler/lockfile_parser.rb
Result<void> parse_gemfile_lock(std::string_view text, LibraryList& out);

}  // namespace bulkhead::catalog::ruby
