#pragma once

#include <string>

#include "bulkhead/advisory/store.h"
#include "bulkhead/match/join.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// What to do about `vulnerability` in `package`: one sentence, with a Dockerfile's instruction
/// where an upgrade helps. A name that a shell would not take as one plain word gets none, for an
/// image must not be able to write commands into a report.
std::string remediation_of(const Vulnerability& vulnerability, const Package& package);

/// An advisory's words for one vulnerability.
struct Words {
  std::string title;
  std::string detail;
  std::vector<std::string> references;  // in the order of the advisories, each once
};

/// Adds what `text` says beyond the words that are there already.
void add_words(Words& words, const advisory::AdvisoryText& text);

}  // namespace bulkhead::match
