#pragma once

#include <optional>
#include <string_view>

namespace bulkhead {

/// Ordered: a later one is worse. `unknown` is ranked by the policy (--unknown-as).
enum class Severity { unknown, negligible, low, medium, high, critical };

std::string_view severity_name(Severity severity);

/// Takes the words that publishers use, in any case: "moderate" is medium, "important" is high,
/// "unimportant" and "none" are negligible. Nothing for a word that it does not know.
std::optional<Severity> parse_severity(std::string_view text);

/// The rating of a CVSS base score, 0.0 to 10.0.
/// @see CVSS v3.1 specification, section 5, "Qualitative Severity Rating Scale".
Severity severity_of_score(double score);

/// What a publisher says about a fix.
enum class FixState { unknown, fixed, not_fixed, will_not_fix, deferred, end_of_life };
std::string_view fix_state_name(FixState state);

enum class Confidence { certain, likely, possible };
std::string_view confidence_name(Confidence confidence);

}  // namespace bulkhead
