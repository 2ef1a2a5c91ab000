#pragma once

#include <cstddef>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/version/interval.h"

// What ecosystems write where they mean many versions.
namespace bulkhead::version {

/// More parts than these, no requirement has: beyond, it is refused.
inline constexpr std::size_t kMaxRequirementParts = 256;

/// Reads a requirement of RubyGems: "~> 1.2.3, >= 1.2.3.4", all of which must hold. `~> 1.2` ends
/// before the pre-releases of 2 ("2.A" is the first that one would write).
/// @error malformed  A part is no operator and version; more than kMaxRequirementParts.
/// @see Gem::Requirement, https://guides.rubygems.org/patterns/#pessimistic-version-constraint
Result<Intervals> parse_gem_requirement(std::string_view text);

/// Reads a range of Maven: "[1.0,2.0),[3.0,)", "(,1.0]", "[1.5]".
/// @error malformed  A bracket is missing; an interval of one version with a round bracket; a
///                   version that Maven refuses; text that is no interval ("1.0" alone is a wish to
///                   Maven, and any version will do); more than kMaxRequirementParts.
/// @see https://maven.apache.org/pom.html#dependency-version-requirement-specification
Result<Intervals> parse_maven_range(std::string_view text);

/// Reads a constraint of Composer: "^1.2 || ~2.0.3", ">=1.0,<2.0", "1.0 - 2.0", "1.2.*", "!=1.5".
/// "<2.0" ends before the previews of 2.0, and ">=2.0" begins with them, as with Composer.
/// Branches ("dev-main") are versions of one interval each.
/// @error malformed  A part is none of these; more than kMaxRequirementParts.
/// @see https://getcomposer.org/doc/articles/versions.md#writing-version-constraints
Result<Intervals> parse_composer_constraint(std::string_view text);

/// Do intervals of parse_composer_constraint hold `version`? A branch is held where it is named,
/// and never by what lies between two versions.
/// @error malformed  The version is refused: see check_packagist.
Result<bool> is_in_composer_constraint(std::span<const Interval> intervals,
                                       std::string_view version);

}  // namespace bulkhead::version
