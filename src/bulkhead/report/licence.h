#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::report {

/// What a package declares as its licence, seen as an SPDX licence expression.
struct Licence {
  std::string expression;  // with the list's own spelling of the ids; empty: it is none
  bool is_single = false;  // one id of the list and nothing else: "MIT"
};

/// Reads an expression: ids of the SPDX list and LicenseRef-s, "+", WITH, AND, OR and parentheses.
/// Ids are the same in any letter case; operators are in upper or lower case.
/// @return  No expression where `text` is none ("GPL-2+ and others"), or is longer than
///          kMostLicenceBytes.
/// @see SPDX specification 2.3, annex D, "SPDX license expressions".
Licence parse_licence(std::string_view text);

inline constexpr std::size_t kMostLicenceBytes = 4096;

/// The name by which a document speaks of a licence that has no id there: "LicenseRef-", and a
/// piece of the SHA-256 of its text.
std::string licence_ref(std::string_view text);

/// One expression for all of `declared`: what is none becomes a LicenseRef, which is added to
/// `texts` as it is written; "NOASSERTION" where nothing is declared.
std::string whole_expression(const std::vector<std::string>& declared,
                             std::vector<std::string_view>& texts);

}  // namespace bulkhead::report
