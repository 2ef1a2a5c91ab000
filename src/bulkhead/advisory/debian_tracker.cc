#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/format/json.h"

// The Debian security tracker's export: source package -> CVE (or TEMP-... id) -> {description,
// debianbug, scope, releases -> codename -> {status, fixed_version, urgency, nodsa, nodsa_reason,
// repositories}}. About 60 MB, so that it is parsed package by package.
//
// Source: https://security-tracker.debian.org/tracker/data/json and
// https://security-team.debian.org/security_tracker.html ("Severity levels", "no-dsa", "postponed",
// "ignored", "end-of-life").
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

std::string_view strip_stars(std::string_view urgency) {
  // A star marks an urgency that was not set by hand ("medium**").
  while (urgency.ends_with('*')) urgency.remove_suffix(1);
  return urgency;
}

FixState state_of_open(JsonValue entry, std::string_view urgency) {
  if (urgency == "end-of-life") return FixState::end_of_life;
  const std::string_view reason = entry["nodsa_reason"].text_or("");
  if (reason == "ignored") return FixState::will_not_fix;
  // No advisory of its own will come, but a point release may bring the fix.
  if (entry["nodsa"].exists() || !reason.empty()) return FixState::deferred;
  return FixState::not_fixed;
}

/// One package in one release.
Result<AffectedPackage> read_release(std::string_view package, JsonValue entry) {
  if (!entry.is_object()) return fail(Code::malformed, "is no object");
  AffectedPackage affected;
  affected.name = package;
  const std::string_view urgency = strip_stars(entry["urgency"].text_or(""));
  affected.severity = parse_severity(urgency).value_or(Severity::unknown);
  const std::string_view status = entry["status"].text_or("");
  const std::string_view fixed = entry["fixed_version"].text_or("");
  if (status == "resolved" && fixed == "0") {
    affected.status = AffectedStatus::not_affected;
  } else if (status == "resolved" && !fixed.empty()) {
    affected.ranges.push_back({.fixed = std::string(fixed)});
    affected.fix_state = FixState::fixed;
  } else if (status == "open") {
    affected.ranges.emplace_back();
    affected.fix_state = state_of_open(entry, urgency);
  } else if (status == "undetermined") {
    affected.status = AffectedStatus::undetermined;
  } else {
    return fail(Code::malformed, status == "resolved" ? "is resolved without a fixed version"
                                                      : "has no status that is known");
  }
  return affected;
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read_package(const JsonMember& member) {
    // The braces make the member a document of its own.
    text_.assign("{").append(member.whole).append("}");
    const Result<JsonValue> root = json_.parse(text_);
    if (!root) {
      Error error = root.error();
      error.what = fmt::format("debian-tracker: {}: {}", member.key, error.what);
      sink_.note(std::move(error));
      return {};
    }
    Result<void> done = {};
    root->for_each_member([&](std::string_view package, JsonValue entries) {
      if (!entries.is_object()) note(package, "is no object");
      entries.for_each_member([&](std::string_view id, JsonValue entry) {
        if (done) done = read_entry(package, id, entry);
      });
    });
    return done;
  }

 private:
  Result<void> read_entry(std::string_view package, std::string_view id, JsonValue entry) {
    const std::string place = fmt::format("{} {}", package, id);
    if (package.empty() || id.empty()) {
      note(place, "is an entry without a package or id");
      return {};
    }
    const JsonValue releases = entry["releases"];
    if (!releases.is_object()) {
      note(place, "has no releases");
      return {};
    }
    Ids ids = split_ids(id);
    Advisory advisory{.id = std::string(id)};
    if (!ids.cves.empty()) advisory.id = ids.cves.front();
    advisory.cves = std::move(ids.cves);
    advisory.detail = entry["description"].text_or("");
    if (const auto bug = entry["debianbug"].integer()) {
      advisory.references.push_back(fmt::format("https://bugs.debian.org/{}", *bug));
    }
    Result<void> done = {};
    releases.for_each_member([&](std::string_view codename, JsonValue release) {
      if (!done) return;
      Result<AffectedPackage> affected = read_release(package, release);
      if (!affected) {
        note(fmt::format("{} in {}", place, codename), affected.error().what);
        return;
      }
      const FeedKey feed{"debian-tracker/" + std::string(codename), debian_ecosystem(codename)};
      affected->ecosystem = feed.ecosystem;
      advisory.affected = {std::move(*affected)};
      done = sink_.add(feed, advisory);
    });
    return done;
  }

  void note(std::string_view place, std::string_view what) {
    sink_.note({Code::malformed, fmt::format("debian-tracker: {} {}", place, what)});
  }

  RecordSink& sink_;
  format::JsonDocument json_;
  std::string text_;
};

}  // namespace

bool is_debian_tracker(const Document& document) {
  // Packages are its keys, so it is known by the shape of the first one that has anything: ids
  // that are objects with `releases`.
  for (const JsonMember& package : document.members) {
    const auto entries = outline_json(package.value);
    if (!entries) return false;
    if (entries->empty()) continue;
    const auto entry = outline_json(entries->front().value);
    return entry && std::ranges::find(*entry, "releases", &JsonMember::key) != entry->end();
  }
  return false;
}

Result<void> read_debian_tracker(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  for (const JsonMember& member : document.members) BH_CHECK(reader.read_package(member));
  return {};
}

}  // namespace bulkhead::advisory
