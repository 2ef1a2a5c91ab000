#include <algorithm>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/osv_ranges.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/library_name.h"

// One OSV record a document. Its CVEs are those among `id`, `aliases` and `upstream`; where these
// name none and the package is a distribution's, those in `related`, where AlmaLinux, Red Hat,
// SUSE and older Debian and Ubuntu records put them.
// Ecosystems are kept by their normal names (see normal_ecosystem), so that one package may stand
// there several times, once a repository; such repetitions are dropped.
//
// Source: https://ossf.github.io/osv-schema/, version 1.7.
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

// Each ecosystem of a record gets a copy of its words. SUSE's kernel records name about 100.
constexpr std::size_t kMaxEcosystems = 1000;
// Ratings of one record; real ones have up to four.
constexpr std::size_t kMaxRatings = 64;

/// Puts `text` where it belongs: a CVE, or another id of the same thing.
void sort_id(std::string_view text, Advisory& advisory) {
  if (auto cve = cve_of(text)) {
    advisory.cves.push_back(std::move(*cve));
  } else if (!text.empty() && text != advisory.id) {
    advisory.aliases.emplace_back(text);
  }
}

void read_ids(JsonValue root, Advisory& advisory) {
  if (auto cve = cve_of(advisory.id)) advisory.cves.push_back(std::move(*cve));
  const auto take = [&](JsonValue id) { sort_id(id.text_or(""), advisory); };
  root["aliases"].for_each_element(take);
  root["upstream"].for_each_element(take);
  keep_first_of_each(advisory.cves);
  keep_first_of_each(advisory.aliases);
}

std::vector<std::string> related_cves(JsonValue root) {
  std::vector<std::string> cves;
  root["related"].for_each_element([&](JsonValue id) {
    if (auto cve = cve_of(id.text_or(""))) cves.push_back(std::move(*cve));
  });
  keep_first_of_each(cves);
  return cves;
}

Severity severity_in(JsonValue object) {
  for (const std::string_view key : {"severity", "urgency", "ubuntu_priority"}) {
    if (const auto text = object[key].text()) {
      if (const auto severity = parse_severity(*text)) return *severity;
    }
  }
  return Severity::unknown;
}

/// `severity[]` of a record or of one package: CVSS vectors, or a word ("type": "Ubuntu").
Severity read_severity_list(JsonValue list, std::string_view id, std::vector<Cvss>& into) {
  Severity word = Severity::unknown;
  list.for_each_element([&](JsonValue entry) {
    const std::string_view score = entry["score"].text_or("");
    if (!entry["type"].text_or("").starts_with("CVSS")) {
      if (const auto severity = parse_severity(score)) word = *severity;
      return;
    }
    Result<Cvss> cvss = parse_cvss(score);
    if (!cvss || into.size() == kMaxRatings)
      return;  // what cannot be read rates nothing; the record stands without it
    // The part of an id before its first dash is its publisher: GHSA, GO, BIT, PYSEC.
    cvss->source = id.substr(0, id.find('-'));
    const bool is_known =
        std::ranges::any_of(into, [&](const Cvss& known) { return known.vector == cvss->vector; });
    if (!is_known) into.push_back(std::move(*cvss));
  });
  return word;
}

std::optional<OsvEvent> read_event(JsonValue event) {
  using Kind = OsvEvent::Kind;
  if (const auto text = event["introduced"].text())
    return OsvEvent{Kind::introduced, std::string(*text)};
  if (const auto text = event["fixed"].text()) return OsvEvent{Kind::fixed, std::string(*text)};
  if (const auto text = event["last_affected"].text())
    return OsvEvent{Kind::last_affected, std::string(*text)};
  if (const auto text = event["limit"].text()) return OsvEvent{Kind::limit, std::string(*text)};
  return {};
}

/// Adds what one element of `ranges` says. False where it cannot be understood.
bool read_range(JsonValue range, AffectedPackage& affected) {
  const std::string_view type = range["type"].text_or("");
  if (type == "GIT") return true;  // commits are no versions
  if (type != "SEMVER" && type != "ECOSYSTEM") return false;
  std::vector<OsvEvent> events;
  bool is_good = range["events"].is_array();
  range["events"].for_each_element([&](JsonValue element) {
    if (auto event = read_event(element)) {
      if (event->kind == OsvEvent::Kind::fixed) affected.fix_state = FixState::fixed;
      events.push_back(std::move(*event));
    } else {
      is_good = false;
    }
  });
  const version::Scheme* scheme =
      type == "SEMVER" ? version::find_scheme("semver") : scheme_of(affected.ecosystem);
  const bool is_rpm = scheme != nullptr && scheme->name == "rpm";
  for (VersionRange& found : ranges_of_events(std::move(events), scheme)) {
    // An epoch of 0 is not written, so that one version has one spelling.
    for (std::string* end : {&found.introduced, &found.fixed, &found.last_affected}) {
      if (is_rpm && end->starts_with("0:")) end->erase(0, 2);
    }
    affected.ranges.push_back(std::move(found));
  }
  return is_good;
}

/// A fix in version "0" is how distributions say "never affected".
void settle_status(AffectedPackage& affected) {
  const bool is_never = !affected.ranges.empty() && affected.versions.empty() &&
                        std::ranges::all_of(affected.ranges, [](const VersionRange& range) {
                          return range.fixed == "0";
                        });
  if (!is_never || !is_distribution(affected.ecosystem)) return;
  affected.status = AffectedStatus::not_affected;
  affected.fix_state = FixState::unknown;
  affected.ranges.clear();
}

Result<AffectedPackage> read_affected(JsonValue entry, std::string_view id,
                                      std::vector<Cvss>& cvss) {
  AffectedPackage affected;
  affected.ecosystem = normal_ecosystem(entry["package"]["ecosystem"].text_or(""));
  affected.names = name_kind_of(affected.ecosystem);
  affected.name = library_key(affected.ecosystem, entry["package"]["name"].text_or(""));
  if (affected.ecosystem.empty() || affected.name.empty()) {
    return fail(Code::malformed, "an affected package has no ecosystem or name");
  }
  affected.fix_state = FixState::not_fixed;
  bool is_good = true;
  entry["ranges"].for_each_element(
      [&](JsonValue range) { is_good = read_range(range, affected) && is_good; });
  if (!is_good) return fail(Code::malformed, affected.name + " has a range that is not understood");
  entry["versions"].for_each_element([&](JsonValue version) {
    if (const auto text = version.text()) affected.versions.emplace_back(*text);
  });
  affected.severity = read_severity_list(entry["severity"], id, cvss);
  for (const std::string_view key : {"ecosystem_specific", "database_specific"}) {
    if (affected.severity == Severity::unknown) affected.severity = severity_in(entry[key]);
  }
  const bool is_ended = entry["ecosystem_specific"]["urgency"].text_or("") == "end-of-life";
  if (is_ended && affected.fix_state == FixState::not_fixed) {
    affected.fix_state = FixState::end_of_life;
  }
  settle_status(affected);
  return affected;
}

/// The module's stream that a title names ("Important: nodejs:18 security update"); empty where it
/// names none, or several.
std::string module_of_title(std::string_view title) {
  constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
  std::string_view module;
  for (std::size_t colon = title.find(':'); colon != std::string_view::npos;
       colon = title.find(':', colon + 1)) {
    const std::size_t before = title.find_last_not_of(kWord, colon - (colon > 0 ? 1 : 0));
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(title.find_first_not_of(kWord, colon + 1), title.size());
    if (begin >= colon || end == colon + 1) continue;
    if (!module.empty()) return {};
    module = title.substr(begin, end - begin);
  }
  return std::string(module);
}

/// Does a fix carry the mark of a module's build (".module_el8.5.0+...", ".module+el8...")?
bool is_of_module(const AffectedPackage& affected) {
  return std::ranges::any_of(affected.ranges, [](const VersionRange& range) {
    return range.fixed.contains(".module_") || range.fixed.contains(".module+");
  });
}

/// All that `package` says, so that two of another repository are told to be one.
std::string text_of(const AffectedPackage& package) {
  std::string text =
      fmt::format("{}\n{}\n{}\n{} {} {}\n", package.ecosystem, package.name, package.module,
                  static_cast<int>(package.status), static_cast<int>(package.fix_state),
                  static_cast<int>(package.severity));
  for (const VersionRange& range : package.ranges) {
    text.append(range.introduced).append(" ").append(range.fixed).append(" ");
    text.append(range.last_affected).append("\n");
  }
  for (const std::string& version : package.versions) text.append("\n").append(version);
  return text;
}

/// Sorts by ecosystem, the rest in the record's order, and drops repetitions.
void gather_by_ecosystem(std::vector<AffectedPackage>& affected) {
  if (affected.size() < 2) return;
  std::unordered_set<std::string> known;
  std::erase_if(affected, [&](const AffectedPackage& package) {
    return !known.insert(text_of(package)).second;
  });
  std::ranges::stable_sort(affected, {}, &AffectedPackage::ecosystem);
}

Advisory read_head(JsonValue root, std::string_view id) {
  Advisory advisory{.id = std::string(id)};
  read_ids(root, advisory);
  advisory.title = root["summary"].text_or("");
  advisory.is_malicious = id.starts_with("MAL-");
  advisory.detail = root["details"].text_or("");
  root["references"].for_each_element([&](JsonValue reference) {
    if (const auto url = reference["url"].text()) advisory.references.emplace_back(*url);
  });
  keep_first_of_each(advisory.references);
  advisory.published_unix_s = parse_utc(root["published"].text_or(""));
  advisory.modified_unix_s = parse_utc(root["modified"].text_or(""));
  advisory.severity = severity_in(root["database_specific"]);
  const Severity word = read_severity_list(root["severity"], id, advisory.cvss);
  if (advisory.severity == Severity::unknown) advisory.severity = word;
  return advisory;
}

/// Hands `advisory` on once an ecosystem, with that ecosystem's packages alone.
Result<void> add_by_ecosystem(Advisory advisory, JsonValue root,
                              std::vector<AffectedPackage> affected, RecordSink& sink) {
  gather_by_ecosystem(affected);
  std::size_t ecosystems = 0;
  for (std::size_t i = 0; i < affected.size(); ++i) {
    ecosystems += i == 0 || affected[i].ecosystem != affected[i - 1].ecosystem;
  }
  if (ecosystems > kMaxEcosystems) {
    return fail(Code::limit_exceeded,
                fmt::format("osv: {}: more than {} ecosystems", advisory.id, kMaxEcosystems));
  }
  const std::vector<std::string> own_cves = std::move(advisory.cves);
  const std::vector<std::string> related =
      own_cves.empty() ? related_cves(root) : std::vector<std::string>();
  for (auto begin = affected.begin(); begin != affected.end();) {
    const std::string ecosystem = begin->ecosystem;
    const auto end = std::find_if(begin, affected.end(), [&](const AffectedPackage& package) {
      return package.ecosystem != ecosystem;
    });
    advisory.cves = own_cves.empty() && is_distribution(ecosystem) ? related : own_cves;
    advisory.affected.assign(std::move_iterator(begin), std::move_iterator(end));
    BH_CHECK(sink.add({"osv/" + ecosystem, ecosystem}, advisory));
    begin = end;
  }
  return {};
}

}  // namespace

bool is_osv(const Document& document) {
  if (document.find("schema_version") != nullptr && document.find("id") != nullptr) return true;
  if (document.find("affected") != nullptr) {
    return document.find("id") != nullptr || document.find("modified") != nullptr;
  }
  return document.find("id") != nullptr && document.find("modified") != nullptr &&
         (document.find("summary") != nullptr || document.find("details") != nullptr);
}

Result<void> read_osv(const Document& document, RecordSink& sink) {
  // Kept from record to record: a feed has thousands of small ones.
  static thread_local format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  const std::string_view id = root["id"].text_or("");
  if (id.empty()) return fail(Code::malformed, "osv: the record has no `id`");
  if (root["withdrawn"].is_string()) {
    sink.withdrawn();
    return {};
  }
  Advisory advisory = read_head(root, id);
  std::vector<AffectedPackage> affected;
  root["affected"].for_each_element([&](JsonValue entry) {
    if (!entry["package"].exists()) return;  // commits of a repository alone
    Result<AffectedPackage> package = read_affected(entry, id, advisory.cvss);
    if (package) {
      if (is_of_module(*package)) package->module = module_of_title(advisory.title);
      affected.push_back(std::move(*package));
    } else {
      sink.note({package.error().code, fmt::format("osv: {}: {}", id, package.error().what)});
    }
  });
  return add_by_ecosystem(std::move(advisory), root, std::move(affected), sink);
}

}  // namespace bulkhead::advisory
