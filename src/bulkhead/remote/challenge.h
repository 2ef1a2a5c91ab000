#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::remote {

/// One way in which a server wants to be told who asks.
struct Challenge {
  std::string scheme;                                          // lower case: "bearer", "basic"
  std::map<std::string, std::string, std::less<>> parameters;  // names in lower case

  /// Empty where there is none of that name.
  std::string_view parameter(std::string_view name) const;
};

/// Reads the value of a WWW-Authenticate header, which may hold several challenges. What is no
/// challenge is passed over, and so is what lies behind 16 KiB, 16 challenges or 32 parameters.
/// @see RFC 9110, 11.2 and 11.6.1. Beyond it, values with ":" or "/" are taken without quotes.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace bulkhead::remote
