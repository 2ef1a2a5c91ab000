#include "bulkhead/report/rating.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

struct Publisher {
  std::string_view prefix;
  std::string_view type;
  std::string_view page;  // the name follows
};

constexpr Publisher kPublishers[] = {
    {"CVE-", "cve", "https://nvd.nist.gov/vuln/detail/"},
    {"GHSA-", "ghsa", "https://github.com/advisories/"},
    {"DSA-", "dsa", "https://security-tracker.debian.org/tracker/"},
    {"DLA-", "dla", "https://security-tracker.debian.org/tracker/"},
    {"DTSA-", "dtsa", "https://security-tracker.debian.org/tracker/"},
    {"TEMP-", "debian-temp", "https://security-tracker.debian.org/tracker/"},
    {"USN-", "usn", "https://ubuntu.com/security/notices/"},
    {"ALPINE-", "osv", "https://osv.dev/vulnerability/"},
    {"DEBIAN-", "osv", "https://osv.dev/vulnerability/"},
    {"UBUNTU-", "osv", "https://osv.dev/vulnerability/"},
    {"OSV-", "osv", "https://osv.dev/vulnerability/"},
    {"CGA-", "osv", "https://osv.dev/vulnerability/"},
    {"MAL-", "osv", "https://osv.dev/vulnerability/"},
};

/// The scores that readers put into words: CVSS 3.1, section 5, with a part of its own at the
/// bottom for what a distribution calls unimportant.
struct Range {
  Severity severity;
  double least;
  double typical;
  double most;
};
constexpr Range kRanges[] = {{Severity::critical, 9.0, 9.5, 10.0},
                             {Severity::high, 7.0, 8.0, 8.9},
                             {Severity::medium, 4.0, 5.5, 6.9},
                             {Severity::low, 0.1, 2.0, 3.9},
                             {Severity::negligible, 0.1, 0.1, 0.1}};

/// Letters, digits, "-", ".", ":" and "_": what names of advisories are made of, and what an
/// address takes as it is.
bool is_plain_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == ':' || c == '_';
  });
}

}  // namespace

Identifier identifier_of(std::string_view rule) {
  for (const Publisher& publisher : kPublishers) {
    if (!rule.starts_with(publisher.prefix)) continue;
    Identifier identifier{std::string(publisher.type), {}};
    if (is_plain_name(rule)) identifier.address = fmt::format("{}{}", publisher.page, rule);
    return identifier;
  }
  return {"bulkhead", {}};
}

std::string page_of(const Finding& finding) {
  Identifier identifier = identifier_of(finding.rule);
  if (!identifier.address.empty()) return std::move(identifier.address);
  const auto web = std::ranges::find_if(finding.references, is_web_address);
  return web == finding.references.end() ? std::string() : *web;
}

double cvss_score(const Finding& finding) {
  const Cvss* newest = nullptr;
  for (const Cvss& cvss : finding.cvss) {
    if (cvss.score > 0 && (newest == nullptr || cvss.version > newest->version)) newest = &cvss;
  }
  return newest == nullptr ? 0 : newest->score;
}

double security_score(const Finding& finding) {
  const double score = cvss_score(finding);
  const auto* range = std::ranges::find(kRanges, finding.severity, &Range::severity);
  if (range == std::end(kRanges)) return score;
  return score > 0 ? std::clamp(score, range->least, range->most) : range->typical;
}

bool is_judged(const Finding& finding) {
  return finding.suppressed && finding.suppressed->status != SuppressionStatus::baseline;
}

std::string suppression_text(const Suppression& suppression) {
  const bool is_baseline = suppression.status == SuppressionStatus::baseline;
  std::string text = suppression.reason;
  if (text.empty()) text = is_baseline ? "an earlier report has it" : "no reason given";
  if (!suppression.by.empty()) text += fmt::format(" ({})", suppression.by);
  if (!suppression.until.empty()) text += fmt::format(", until {}", suppression.until);
  return text;
}

std::string score_text(double score) { return fmt::format("{:.1f}", score); }

}  // namespace bulkhead::report
