#include "bulkhead/match/support.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/advisory/codenames.h"
#include "bulkhead/advisory/support_table.h"
#include "bulkhead/base/text.h"

namespace bulkhead::match {
namespace {

using advisory::SupportedDistro;
using advisory::SupportRow;

constexpr std::int64_t kSecondsPerDay = 86'400;
/// So long before the end it is noted; a release that ends sooner is no place to move to.
constexpr std::int64_t kSoonDays = 90;
/// So long after the end of the last support nothing is heard of a release any more.
constexpr std::int64_t kSilentDays = 365;

/// Days since 1970 of "2026-06-30"; nothing where that is no day.
std::optional<std::int64_t> day_number(std::string_view text) {
  if (text.size() != std::string_view("2026-06-30").size()) return std::nullopt;
  const std::int64_t seconds = parse_utc(text);
  if (seconds <= 0) return std::nullopt;
  return seconds / kSecondsPerDay;
}

std::int64_t today(std::int64_t now_unix_s) { return now_unix_s / kSecondsPerDay; }

/// What the tables call the release: VERSION_ID, else the number of Debian's code name; openEuler's
/// kind of release belongs to it.
std::string release_key(const OsInfo& os) {
  if (os.id == "openeuler" && !os.codename.empty()) return os.version + "-" + os.codename;
  if (os.id == "debian" && os.version.empty()) {
    return std::string(
        advisory::debian_release(std::string_view(os.codename).substr(0, os.codename.find('/'))));
  }
  return os.version;
}

/// Does `key` begin with all of `release`: is "3.18.4" of 3.18, and not of 3.1?
bool is_of(std::string_view release, std::string_view key, bool is_exact) {
  if (release.empty() || !key.starts_with(release)) return false;
  return key.size() == release.size() || (!is_exact && key[release.size()] == '.');
}

/// The row of the longest release that `key` is of; null where there is none.
template <class Row>
const Row* find_row(std::span<const Row> rows, std::string_view key, bool is_exact) {
  const Row* found = nullptr;
  for (const Row& row : rows) {
    if (!is_of(row.release, key, is_exact)) continue;
    if (found == nullptr || row.release.size() > found->release.size()) found = &row;
  }
  return found;
}

void add_phase(std::vector<SupportPhase>& phases, std::string_view name, std::string_view takes,
               std::string_view ends) {
  if (day_number(ends)) {
    phases.push_back({std::string(name), std::string(takes), std::string(ends)});
  }
}

constexpr std::string_view kGeneral = "general support";
constexpr advisory::ExtendedSupport kOtherExtended = {"extended support",
                                                      "a contract with its maker"};

std::vector<SupportPhase> phases_of(const SupportedDistro* distro, const SupportRow* row,
                                    const SupportDates* fed) {
  const auto fed_or = [&](std::string SupportDates::* field, std::string_view built_in) {
    return fed != nullptr && day_number(fed->*field) ? std::string_view(fed->*field) : built_in;
  };
  const SupportRow none = {};
  if (row == nullptr) row = &none;
  const bool is_named = distro != nullptr && !distro->extended.name.empty();
  const advisory::ExtendedSupport& extended = is_named ? distro->extended : kOtherExtended;
  std::vector<SupportPhase> phases;
  add_phase(phases, kGeneral, "", fed_or(&SupportDates::ends, row->ends));
  add_phase(phases, extended.name, extended.takes,
            fed_or(&SupportDates::extended_ends, row->extended_ends));
  if (distro != nullptr) {
    add_phase(phases, distro->further.name, distro->further.takes, row->further_ends);
  }
  return phases;
}

/// The last day of the phases for which `is_wanted` holds; empty where there is none.
template <class IsWanted>
std::string last_day(const std::vector<SupportPhase>& phases, IsWanted is_wanted) {
  std::string last;
  for (const SupportPhase& phase : phases) {
    if (is_wanted(phase)) last = std::max(last, phase.ends);
  }
  return last;
}

bool is_for_all(const SupportPhase& phase) { return phase.takes.empty(); }

/// "Debian 11"; what the system calls itself where no table knows it.
std::string label_of(const OsInfo& os) {
  const SupportedDistro* distro = advisory::find_supported_distro(advisory::support_id(os));
  if (distro != nullptr) {
    const std::string key = release_key(os);
    const SupportRow* row = find_row(advisory::support_rows(distro->os_id), key, distro->is_exact);
    if (row != nullptr) return fmt::format("{} {}", distro->name, row->release);
  }
  if (!os.pretty_name.empty()) return os.pretty_name;
  return os.version.empty() ? os.id : os.id + " " + os.version;
}

/// Where to move to: the next release of the distribution that is kept up for a while yet.
std::string successor_of(const OsInfo& os, std::int64_t now_unix_s) {
  const SupportedDistro* distro = advisory::find_supported_distro(advisory::support_id(os));
  if (distro == nullptr) return "a release that is supported";
  if (!distro->instead.empty()) return std::string(distro->instead);
  const std::span<const SupportRow> rows = advisory::support_rows(distro->os_id);
  const SupportRow* own = find_row(rows, release_key(os), distro->is_exact);
  const SupportRow* newest = nullptr;
  bool is_later = own == nullptr;
  for (const SupportRow& row : rows) {
    if (&row == own) {
      is_later = true;
      continue;
    }
    if (!is_later || row.is_short) continue;
    newest = &row;
    const std::string ends = last_day(phases_of(distro, &row, nullptr), is_for_all);
    const auto day = day_number(ends);
    if (day && *day - today(now_unix_s) > kSoonDays) {
      return fmt::format("{} {} (supported until {}) or newer", distro->name, row.release, ends);
    }
  }
  if (newest == nullptr) return fmt::format("a release of {} that is supported", distro->name);
  return fmt::format("{} {} or newer", distro->name, newest->release);
}

/// "its general support ended on 2024-08-14, ..., Freexian's ELTS goes on until 2031-06-30 (...)".
std::string phases_text(const std::vector<SupportPhase>& phases, std::int64_t now_unix_s) {
  std::vector<std::string> pieces;
  for (const SupportPhase& phase : phases) {
    const bool is_over = *day_number(phase.ends) < today(now_unix_s);
    const std::string takes =
        phase.takes.empty() || is_over ? "" : fmt::format(" (it takes {})", phase.takes);
    pieces.push_back(fmt::format("{} {} {}{}", phase.name, is_over ? "ended on" : "goes on until",
                                 phase.ends, takes));
  }
  return fmt::format("{}", fmt::join(pieces, ", "));
}

/// Those that go on, for who does something for them: "or take up X (it takes Y), until Z".
std::string extended_offer(const SupportOutlook& outlook, std::int64_t now_unix_s) {
  std::string text;
  for (const SupportPhase& phase : outlook.phases) {
    if (is_for_all(phase) || *day_number(phase.ends) < today(now_unix_s)) continue;
    text +=
        fmt::format("; or take up {}, until {}: it takes {}", phase.name, phase.ends, phase.takes);
  }
  return text;
}

}  // namespace

SupportOutlook support_outlook(const OsInfo& os, std::span<const SupportDates> fed,
                               std::int64_t now_unix_s) {
  SupportOutlook outlook;
  if (advisory::is_rolling(os)) {
    outlook.state = SupportState::supported;
    return outlook;
  }
  const std::string key = release_key(os);
  const SupportedDistro* distro = advisory::find_supported_distro(advisory::support_id(os));
  const bool is_exact = distro != nullptr && distro->is_exact;
  const SupportRow* row =
      distro == nullptr ? nullptr : find_row(advisory::support_rows(distro->os_id), key, is_exact);
  const SupportDates* dates = find_row(fed, key, is_exact);
  outlook.phases = phases_of(distro, row, dates);
  if (!outlook.phases.empty()) {
    outlook.source = dates != nullptr ? dates->source : std::string(distro->page);
  }
  const auto is_open = std::ranges::any_of(outlook.phases, is_for_all);
  if (!is_open && day_number(os.support_ends)) {
    outlook.phases.insert(outlook.phases.begin(), {std::string(kGeneral), "", os.support_ends});
    outlook.source = os.source_path;
  }
  outlook.ends = last_day(outlook.phases, is_for_all);
  for (const SupportPhase& phase : outlook.phases) {
    if (outlook.extended_ends.empty() && !is_for_all(phase)) outlook.extended_ends = phase.ends;
  }
  if (const auto day = day_number(outlook.ends)) {
    outlook.days_left = *day - today(now_unix_s);
    outlook.state = outlook.days_left < 0 ? SupportState::ended : SupportState::supported;
  }
  return outlook;
}

std::optional<Finding> support_finding(const OsInfo& os, const SupportOutlook& outlook,
                                       std::int64_t now_unix_s) {
  if (outlook.state != SupportState::ended) return std::nullopt;
  const std::string last = last_day(outlook.phases, [](const SupportPhase&) { return true; });
  const bool is_silent = today(now_unix_s) - *day_number(last) >= kSilentDays;
  const std::string label = label_of(os);
  Finding finding;
  finding.kind = FindingKind::support;
  finding.rule = kReleaseEnded;
  const std::string key = release_key(os);
  finding.id = fmt::format("{}@{}{}{}", kReleaseEnded, advisory::support_id(os),
                           key.empty() ? "" : ":", key);
  finding.severity = is_silent ? Severity::critical : Severity::high;
  finding.title = fmt::format("{} is no longer supported since {}", label, outlook.ends);
  finding.detail = fmt::format(
      "Of {}, {}. Faults that are found after the end are not mended in it, and advisories may not "
      "be written for it any more: a short list of vulnerabilities then says little.",
      label, phases_text(outlook.phases, now_unix_s));
  finding.remediation = fmt::format("move to {}{}", successor_of(os, now_unix_s),
                                    extended_offer(outlook, now_unix_s));
  if (outlook.source.starts_with("https://")) finding.references.push_back(outlook.source);
  finding.data_source = outlook.source;
  finding.locations.push_back({std::nullopt, os.source_path, true});
  return finding;
}

Result<void> judge_support(OsInfo& os, advisory::Store& store, std::int64_t now_unix_s,
                           std::vector<Finding>& findings, Notes& notes) {
  BH_TRY(const std::vector<SupportDates> fed, store.support_of(advisory::support_id(os)));
  const SupportOutlook outlook = support_outlook(os, fed, now_unix_s);
  if (std::optional<Finding> finding = support_finding(os, outlook, now_unix_s)) {
    findings.push_back(*std::move(finding));
  }
  if (outlook.state == SupportState::supported && !outlook.ends.empty() &&
      outlook.days_left <= kSoonDays) {
    notes.add({NoteLevel::info,
               std::string(kSupportEndsSoon),
               fmt::format("the support of {} ends on {}, in {} {}: move to {}{}", label_of(os),
                           outlook.ends, outlook.days_left, outlook.days_left == 1 ? "day" : "days",
                           successor_of(os, now_unix_s), extended_offer(outlook, now_unix_s)),
               os.source_path,
               {}});
  }
  os.support = outlook.state;
  os.support_ends = outlook.ends;
  os.support_extended_ends = outlook.extended_ends;
  os.support_source = outlook.source;
  return {};
}

}  // namespace bulkhead::match
