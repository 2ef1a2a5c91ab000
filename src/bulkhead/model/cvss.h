#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead {

struct Cvss {
  std::string version;  // "2.0", "3.0", "3.1", "4.0"
  std::string vector;
  double score = 0;    // 0.0 to 10.0
  std::string source;  // who rated it
};

/// Reads a CVSS vector and computes its score: of versions 2 and 3 the base score, as publishers
/// give it; of 4.0 the score of all metrics that the vector has.
///
/// @param vector  "CVSS:3.1/AV:N/..." or a version 2 vector "AV:N/AC:L/Au:N/C:P/I:P/A:P".
/// @error malformed    A metric is missing, repeated or has a value that the version lacks.
/// @error unsupported  A version other than 2.0, 3.0, 3.1 and 4.0.
/// @see CVSS v2 guide 3.2.1; CVSS v3.1 specification, section 7.
Result<Cvss> parse_cvss(std::string_view vector);

}  // namespace bulkhead
