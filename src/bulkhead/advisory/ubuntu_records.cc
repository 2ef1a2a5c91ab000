#include "bulkhead/advisory/ubuntu_records.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool is_end_of_life(std::string_view words) {
  const std::string lower = to_lower(words);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"end of life", "end-of-life",
                                              "end of standard support", "out of standard support",
                                              "end of esm support",
                                              "no longer "
                                              "supported",
                                              "end of support"},
      [&](std::string_view part) { return lower.contains(part); });
}

void set_open(AffectedPackage& affected, FixState state) {
  affected.ranges.emplace_back();
  affected.fix_state = state;
}

/// False where the status is not known.
bool set_status(AffectedPackage& affected, std::string_view status, std::string_view words) {
  if (status == "released") {
    affected.ranges.push_back({.fixed = std::string(words)});
    affected.fix_state = FixState::fixed;
  } else if (status == "needed" || status == "pending" || status == "active" ||
             status == "in-progress") {
    set_open(affected, FixState::not_fixed);
  } else if (status == "deferred") {
    set_open(affected, FixState::deferred);
  } else if (status == "ignored" && words.contains("needs-triage")) {
    affected.status = AffectedStatus::undetermined;
  } else if (status == "ignored") {
    set_open(affected, is_end_of_life(words) ? FixState::end_of_life : FixState::will_not_fix);
  } else if (status == "not-affected") {
    affected.status = AffectedStatus::not_affected;
  } else if (status == "needs-triage") {
    affected.status = AffectedStatus::undetermined;
  } else {
    return false;
  }
  return true;
}

}  // namespace

AffectedPackage* UbuntuRecords::place_of(std::string_view release, std::string_view package) {
  std::string ecosystem = ubuntu_ecosystem(release);
  if (ecosystem.empty()) {
    // What the makers of the software have released is about no package.
    if (release != "upstream") leave_out("statements are about what is no release", release);
    return nullptr;
  }
  AffectedPackage affected;
  affected.ecosystem = std::move(ecosystem);
  affected.name = package;
  std::vector<AffectedPackage>& packages = by_ecosystem_[affected.ecosystem];
  packages.push_back(std::move(affected));
  return &packages.back();
}

void UbuntuRecords::add(std::string_view release, std::string_view package, std::string_view status,
                        std::string_view words, Severity severity) {
  if (status == "DNE" || package.empty()) return;  // the release does not have the package
  if (status == "released" && words.empty()) {
    leave_out("fixes are told without their versions", package);
    return;
  }
  AffectedPackage made;
  if (!set_status(made, status, words)) {
    if (bad_++ == 0) first_bad_ = fmt::format("{} of {} in {}", status, package, release);
    return;
  }
  AffectedPackage* affected = place_of(release, package);
  if (affected == nullptr) return;
  affected->status = made.status;
  affected->ranges = std::move(made.ranges);
  affected->fix_state = made.fix_state;
  affected->severity = severity;
}

void UbuntuRecords::add_fix(std::string_view release, std::string_view package,
                            std::string_view fixed) {
  add(release, package, "released", fixed);
}

void UbuntuRecords::leave_out(std::string_view kind, std::string_view example) {
  ++left_out_.try_emplace(std::string(kind), example, 0).first->second.second;
}

Result<void> UbuntuRecords::hand_on(Advisory advisory) {
  auto by_ecosystem = std::move(by_ecosystem_);
  by_ecosystem_.clear();
  for (auto& [ecosystem, packages] : by_ecosystem) {
    advisory.affected = std::move(packages);
    BH_CHECK(sink_.add({format_ + "/" + ecosystem, ecosystem}, advisory));
  }
  return {};
}

void UbuntuRecords::finish() {
  for (const auto& [kind, count] : left_out_) {
    sink_.left_out(fmt::format("{}: {}", format_, kind), count.first, count.second);
  }
  if (bad_ == 0) return;
  sink_.note(
      {Code::malformed, fmt::format("{}: {} {} not understood, the first is {}", format_, bad_,
                                    bad_ == 1 ? "status is" : "statuses are", first_bad_)});
}

std::string ubuntu_pocket_release(std::string_view pocket, std::string_view codename) {
  if (pocket.empty() || pocket == "security" || pocket == "updates" || pocket == "release") {
    return std::string(codename);
  }
  return std::string(pocket) + "/" + std::string(codename);
}

std::int64_t parse_ubuntu_date(std::string_view text) {
  if (const std::int64_t unix_s = parse_utc(text); unix_s != 0) return unix_s;
  std::string whole(text.substr(0, text.find('.')));
  std::ranges::replace(whole, ' ', 'T');
  if (const std::int64_t unix_s = parse_utc(whole + "Z"); unix_s != 0) return unix_s;
  return parse_utc(text.substr(0, 10));
}

}  // namespace bulkhead::advisory
