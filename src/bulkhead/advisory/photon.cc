#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// Photon OS's list of CVEs, one file a release: [{cve_id, pkg, cve_score, aff_ver, res_ver,
// status}]. The release stands in the file's name and, which is what counts here, in the tag of
// each version (".ph5"). Packages are source packages and built ones by turns, without saying
// which, so a statement is made of both. "NA" stands for no version. `status` came in 2023.
//
// Source: https://packages.broadcom.com/photon/photon_cve_metadata/ and
// https://github.com/vmware/photon/wiki/Security-Advisories.
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

bool is_version(std::string_view text) { return !text.empty() && text != "NA"; }

/// The release that most versions name: "5" of ".ph5". Empty where none does.
std::string release_of(const Document& document, format::JsonDocument& json) {
  std::map<std::string, std::size_t> counts;
  for (const std::string_view element : document.elements) {
    const Result<JsonValue> entry = json.parse(element);
    if (!entry) continue;
    const std::string_view number = tag_number((*entry)["res_ver"].text_or(""), "ph");
    if (!number.empty()) ++counts[std::string(number)];
  }
  const auto most =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? std::string() : most->first;
}

Result<AffectedPackage> read_state(JsonValue entry, std::string_view release) {
  AffectedPackage affected;
  const std::string status = to_lower(entry["status"].text_or(""));
  const std::string_view fixed = entry["res_ver"].text_or("");
  const std::string_view tag = tag_number(fixed, "ph");
  const bool is_open = entry["aff_ver"].text_or("").starts_with("all versions");
  if (!tag.empty() && tag != release) {
    return fail(Code::malformed, "its version is another release's");
  }
  if (status == "not affected") {
    affected.status = AffectedStatus::not_affected;
  } else if (!status.empty() && status != "fixed" && !is_open) {
    return fail(Code::malformed, "its status is not known");
  } else if (is_version(fixed)) {
    affected.ranges.push_back({.fixed = std::string(fixed)});
    affected.fix_state = FixState::fixed;
  } else if (is_open && status != "fixed") {
    affected.ranges.emplace_back();
    affected.fix_state = FixState::not_fixed;
  } else {
    return fail(Code::unsupported, "it tells no version");
  }
  if (const auto score = entry["cve_score"].number()) affected.severity = severity_of_score(*score);
  return affected;
}

/// "CVE-2023-5115", "BDSA-2025-13833"; some rows have only the begin of a word.
bool is_id(std::string_view id) {
  const std::size_t dash = id.find('-');
  return dash != std::string_view::npos && dash > 2 &&
         id.find_first_of("0123456789", dash) != std::string_view::npos && !id.starts_with("UNK-");
}

Result<Advisory> read_entry(JsonValue entry, std::string_view ecosystem, std::string_view release) {
  Advisory advisory;
  advisory.id = entry["cve_id"].text_or("");
  if (!is_id(advisory.id)) {
    const bool says_nothing = to_lower(entry["status"].text_or("")) == "not affected";
    return fail(says_nothing ? Code::unsupported : Code::malformed,
                says_nothing ? "not affected, by what has no id" : "its id is none");
  }
  if (auto cve = cve_of(advisory.id)) advisory.cves = {*cve};
  const std::string_view package = entry["pkg"].text_or("");
  if (package.empty()) return fail(Code::malformed, "it names no package");
  BH_TRY(AffectedPackage affected, read_state(entry, release));
  affected.ecosystem = ecosystem;
  affected.name = package;
  advisory.severity = affected.severity;
  for (const NameKind names : {NameKind::source, NameKind::binary}) {
    affected.names = names;
    advisory.affected.push_back(affected);
  }
  return advisory;
}

}  // namespace

bool is_photon(const Document& document) {
  return document.is_list_of({"cve_id", "pkg", "aff_ver", "res_ver"});
}

Result<void> read_photon(const Document& document, RecordSink& sink) {
  format::JsonDocument json;
  const std::string release = release_of(document, json);
  if (release.empty()) {
    return fail(Code::unsupported, "photon: no version of it names the release");
  }
  const std::string ecosystem = fmt::format("Photon OS:{}.0", release);
  const FeedKey feed{"photon/" + ecosystem, ecosystem};
  BH_CHECK(sink.declare(feed));
  LeftOut left_out;
  for (const std::string_view element : document.elements) {
    const Result<JsonValue> entry = json.parse(element);
    if (!entry) {
      left_out.add(entry.error(), element.substr(0, 40));
      continue;
    }
    const Result<Advisory> advisory = read_entry(*entry, ecosystem, release);
    if (!advisory) {
      left_out.add(advisory.error(), fmt::format("{} of {}", (*entry)["cve_id"].text_or(""),
                                                 (*entry)["pkg"].text_or("")));
      continue;
    }
    BH_CHECK(sink.add(feed, *advisory));
  }
  left_out.tell("photon", sink);
  return {};
}

}  // namespace bulkhead::advisory
