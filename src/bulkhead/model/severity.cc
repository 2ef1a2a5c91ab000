#include "bulkhead/model/severity.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

struct Word {
  std::string_view word;  // lower case
  Severity severity;
};

// The first word of each severity is its name.
constexpr Word kWords[] = {
    {"unknown", Severity::unknown},
    {"negligible", Severity::negligible},
    {"unimportant", Severity::negligible},  // Debian
    {"none", Severity::negligible},         // CVSS
    {"low", Severity::low},
    {"medium", Severity::medium},
    {"moderate", Severity::medium},  // Red Hat, SUSE, GitHub
    {"high", Severity::high},
    {"important", Severity::high},  // Red Hat, SUSE, Amazon
    {"critical", Severity::critical},
};
constexpr std::size_t kMaxWordBytes = 16;

}  // namespace

std::string_view severity_name(Severity severity) {
  return std::ranges::find(kWords, severity, &Word::severity)->word;
}

std::optional<Severity> parse_severity(std::string_view text) {
  if (text.size() > kMaxWordBytes) return std::nullopt;
  const auto* found = std::ranges::find(kWords, to_lower(text), &Word::word);
  if (found == std::end(kWords)) return std::nullopt;
  return found->severity;
}

Severity severity_of_score(double score) {
  if (std::isnan(score) || score < 0 || score > 10) return Severity::unknown;
  if (score >= 9) return Severity::critical;
  if (score >= 7) return Severity::high;
  if (score >= 4) return Severity::medium;
  if (score > 0) return Severity::low;
  return Severity::negligible;
}

std::string_view fix_state_name(FixState state) {
  switch (state) {
    case FixState::unknown:
      return "unknown";
    case FixState::fixed:
      return "fixed";
    case FixState::not_fixed:
      return "not_fixed";
    case FixState::will_not_fix:
      return "will_not_fix";
    case FixState::deferred:
      return "deferred";
    case FixState::end_of_life:
      return "end_of_life";
  }
  return "unknown";
}

std::string_view confidence_name(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain:
      return "certain";
    case Confidence::likely:
      return "likely";
    case Confidence::possible:
      return "possible";
  }
  return "possible";
}

}  // namespace bulkhead
