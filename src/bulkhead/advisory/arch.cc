#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// The groups (AVG) of Arch Linux's security tracker: a list of {name, packages, status, severity,
// affected, fixed, issues, advisories}. A group is one fault, or several, of the packages that are
// built from one source. `affected` is the version in which it was found, not where it began, so
// all versions before `fixed` are affected; a group without `fixed` is open.
//
// Source: https://github.com/archlinux/arch-security-tracker (tracker/model/enum.py for the words).
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

constexpr std::string_view kEcosystem = "Arch Linux";

/// What the group says of each of its packages.
Result<AffectedPackage> read_state(JsonValue group) {
  AffectedPackage affected{
      .ecosystem = std::string(kEcosystem), .name = {}, .ranges = {}, .names = NameKind::binary};
  affected.severity = parse_severity(group["severity"].text_or("")).value_or(Severity::unknown);
  const std::string status = to_lower(group["status"].text_or(""));
  const std::string_view fixed = group["fixed"].text_or("");
  if (status == "not affected") {
    affected.status = AffectedStatus::not_affected;
  } else if (status == "unknown") {
    affected.status = AffectedStatus::undetermined;
  } else if (status == "vulnerable" || status == "testing" || status == "fixed") {
    // "Testing": the fix is on its way, under the version that it will have.
    if (status == "fixed" && fixed.empty()) {
      return fail(Code::malformed, "it is fixed in no version");
    }
    affected.ranges.push_back({.fixed = std::string(fixed)});
    affected.fix_state = fixed.empty() ? FixState::not_fixed : FixState::fixed;
  } else {
    return fail(Code::malformed, "its status is not known");
  }
  return affected;
}

Result<Advisory> read_group(JsonValue group) {
  Advisory advisory;
  advisory.id = group["name"].text_or("");
  if (advisory.id.empty()) return fail(Code::malformed, "a group has no name");
  advisory.title = group["type"].text_or("");
  BH_TRY(AffectedPackage affected, read_state(group));
  advisory.severity = affected.severity;
  group["issues"].for_each_element([&](JsonValue issue) {
    const std::string_view id = issue.text_or("");
    if (auto cve = cve_of(id)) {
      advisory.cves.push_back(std::move(*cve));
    } else if (!id.empty()) {
      advisory.aliases.emplace_back(id);
    }
  });
  group["advisories"].for_each_element([&](JsonValue id) {
    if (!id.text_or("").empty()) advisory.aliases.emplace_back(id.text_or(""));
  });
  keep_first_of_each(advisory.cves);
  keep_first_of_each(advisory.aliases);
  group["packages"].for_each_element([&](JsonValue package) {
    affected.name = package.text_or("");
    if (!affected.name.empty()) advisory.affected.push_back(affected);
  });
  if (advisory.affected.empty()) return fail(Code::malformed, "it names no package");
  return advisory;
}

}  // namespace

bool is_arch(const Document& document) {
  return document.is_list_of({"name", "packages", "affected", "status", "issues"});
}

Result<void> read_arch(const Document& document, RecordSink& sink) {
  const FeedKey feed{fmt::format("arch/{}", kEcosystem), std::string(kEcosystem)};
  BH_CHECK(sink.declare(feed));
  format::JsonDocument json;
  LeftOut left_out;
  for (const std::string_view element : document.elements) {
    const Result<JsonValue> group = json.parse(element);
    if (!group) {
      left_out.add(group.error(), element.substr(0, 40));
      continue;
    }
    const Result<Advisory> advisory = read_group(*group);
    if (!advisory) {
      left_out.add(advisory.error(), (*group)["name"].text_or(""));
      continue;
    }
    BH_CHECK(sink.add(feed, *advisory));
  }
  left_out.tell("arch", sink);
  return {};
}

}  // namespace bulkhead::advisory
