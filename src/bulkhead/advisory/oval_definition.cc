#include "bulkhead/advisory/oval_definition.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/oval_limits.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

/// An epoch of 0 is not written, so that one version has one spelling.
std::string plain_version(std::string_view version) {
  if (version.starts_with("0:")) version.remove_prefix(2);
  return std::string(version);
}

struct Resolution {
  std::string_view state;
  AffectedStatus status;
  FixState fix_state;
};

// From what is most open to what is least: where it is not told which of a definition's states a
// package has, the first holds.
constexpr Resolution kResolutions[] = {
    {"Affected", AffectedStatus::affected, FixState::not_fixed},
    {"Fix deferred", AffectedStatus::affected, FixState::deferred},
    {"Will not fix", AffectedStatus::affected, FixState::will_not_fix},
    {"Out of support scope", AffectedStatus::affected, FixState::end_of_life},
    {"Under investigation", AffectedStatus::undetermined, FixState::unknown},
    {"Not affected", AffectedStatus::not_affected, FixState::unknown},
};

// More parts than any name has.
constexpr int kMostParts = 64;

/// "tar" and "nodejs:18/nodejs" as they are looked up.
std::string component_key(std::string_view module, std::string_view source) {
  return std::string(module) + "/" + std::string(source);
}
std::string component_key(std::string_view component) {
  return component.contains('/') ? std::string(component) : component_key("", component);
}

}  // namespace

/// What a definition's head says of all of its terms.
void OvalAdvisories::take_head(const OvalDefinition& definition) {
  platforms_.clear();
  for (const std::string& platform : definition.platforms) {
    const std::uint32_t release = tests_.release_of(platform);
    if (release != 0) platforms_.push_back(release);
    if (is_oval_azure(platform) && !tables_.census.release_tag.empty()) {
      platforms_.push_back(tables_.texts.add("Azure Linux:" + tables_.census.release_tag));
    }
  }
  streams_.clear();
  for (const std::string& cpe : definition.cpes) {
    const std::string ecosystem = oval_ecosystem_of_cpe(cpe);
    if (ecosystem.empty()) continue;
    streams_.emplace_back(tables_.texts.add(ecosystem), cpe.contains(":enterprise_linux:"));
  }
  std::ranges::sort(streams_);
  const auto same = std::ranges::unique(streams_);
  streams_.erase(same.begin(), same.end());
  components_.clear();
  most_open_ = std::size(kResolutions);
  for (const OvalResolution& said : definition.resolutions) {
    const auto* row = std::ranges::find(kResolutions, said.state, &Resolution::state);
    const auto state = static_cast<std::size_t>(row - std::begin(kResolutions));
    most_open_ = std::min(most_open_, state);
    for (const std::string& component : said.components) {
      const auto [known, is_new] = components_.try_emplace(component_key(component), state);
      known->second = std::min(known->second, state);
    }
  }
}

/// What Red Hat says of a package that it has not mended: by the component that it is called by, or
/// whose name it begins with ("kernel-rt" of "kernel-rt-core"); a number in kResolutions.
std::size_t OvalAdvisories::resolution_of(std::string_view name, std::string_view module) const {
  std::string_view part = name;
  for (int parts = 0; parts < kMostParts && !part.empty(); ++parts) {
    const auto found = components_.find(component_key(module, part));
    if (found != components_.end()) return found->second;
    const std::size_t end = part.find_last_of("-.");
    if (end == std::string_view::npos) break;
    part = part.substr(0, end);
  }
  return most_open_;
}

std::vector<std::uint32_t> OvalAdvisories::ecosystems_of(const OvalTerm& term) {
  std::vector<std::uint32_t> found = criteria_.set(term.releases);
  if (found.empty()) found = platforms_;
  // Red Hat's definitions ask for the major release; CPEs say of which streams of it they are.
  std::vector<std::uint32_t> streams;
  for (const auto& [number, is_main] : streams_) {
    if (!is_main || found.empty() || std::ranges::find(found, number) != found.end()) {
      streams.push_back(number);
    }
  }
  if (!streams.empty()) found = std::move(streams);
  if (term.is_extended) {
    for (std::uint32_t& number : found) {
      std::string ecosystem(tables_.texts[number]);
      if (ecosystem.starts_with("Ubuntu:") && !ecosystem.contains("Pro:")) {
        number = tables_.texts.add(ecosystem.insert(7, "Pro:"));
      }
    }
  }
  std::ranges::sort(found);
  const auto same = std::ranges::unique(found);
  found.erase(same.begin(), same.end());
  return found;
}

Result<OvalDoubt> OvalAdvisories::make_rows(const OvalDefinition& definition) {
  rows_.clear();
  OvalDoubt doubt = OvalDoubt::none;
  const auto remark = [&](OvalDoubt why) {
    if (doubt == OvalDoubt::none) doubt = why;
  };
  std::map<std::pair<std::uint32_t, bool>, std::vector<std::uint32_t>> ecosystems;
  for (const OvalTerm& term : criteria_.terms()) {
    if (term.doubt != OvalDoubt::none || !term.has_package()) {
      remark(term.doubt != OvalDoubt::none ? term.doubt : OvalDoubt::no_package);
      continue;
    }
    const auto [known, is_new] = ecosystems.try_emplace({term.releases, term.is_extended});
    if (is_new) known->second = ecosystems_of(term);
    if (known->second.empty()) remark(OvalDoubt::unknown_release);
    const bool is_source = term.source != 0;
    for (const std::uint32_t name : tests_.names_of(term)) {
      if (name == 0) remark(OvalDoubt::unknown_operation);
      if (name == 0) continue;
      for (const std::uint32_t ecosystem : known->second) {
        const Row row{.cve = term.cve,
                      .ecosystem = ecosystem,
                      .name = name,
                      .is_source = is_source || vendor_.names == NameKind::source,
                      .module = term.module,
                      .above = term.above,
                      .from = term.from,
                      .below = term.below,
                      .upto = term.upto,
                      .status = term.status,
                      .fix_state = term.fix_state};
        rows_.push_back({row, term.architectures});
      }
    }
    if (rows_.size() > kMaxOvalRows) {
      return fail(Code::limit_exceeded,
                  fmt::format("oval: {}: more than {} statements", definition.id, kMaxOvalRows));
    }
  }
  if (rows_.empty()) remark(OvalDoubt::no_package);
  merge_rows();
  return doubt;
}

/// One row for what differs in the architecture alone.
void OvalAdvisories::merge_rows() {
  std::ranges::sort(rows_, {}, &RowAt::row);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (kept > 0 && rows_[kept - 1].row == rows_[i].row) {
      std::uint32_t& set = rows_[kept - 1].architectures;
      set = criteria_.unite(set, rows_[i].architectures);
    } else {
      rows_[kept++] = rows_[i];
    }
  }
  rows_.resize(kept);
}

std::vector<OvalAdvisories::Group> OvalAdvisories::groups_of(
    const OvalDefinition& definition) const {
  std::vector<std::string> ids;
  for (const OvalReference& reference : definition.references) {
    const std::size_t at = reference.id.find("CVE-");
    if (reference.source.contains("CVE") && at != std::string::npos) {
      std::ranges::move(split_ids(std::string_view(reference.id).substr(at)).cves,
                        std::back_inserter(ids));
    }
  }
  std::map<std::string_view, Group> by_cve;
  for (const OvalCve& cve : definition.cves) {
    ids.push_back(cve.id);
    Group& group = by_cve[cve.id];
    // Others rate it in the same list; the publisher's own word is what is wanted.
    const bool is_own = cve.source == vendor_.name;
    if (is_own && group.severity == Severity::unknown) group.severity = cve.severity;
    group.cvss.insert(group.cvss.end(), cve.cvss.begin(), cve.cvss.end());
  }
  keep_first_of_each(ids);
  const bool is_tagged = !rows_.empty() && rows_.back().row.cve != 0;
  const bool is_about_one = definition.kind != "patch" && ids.size() == 1;
  std::vector<Group> groups;
  std::map<std::string, std::size_t> alike;
  for (std::string& id : ids) {
    Group group = by_cve[id];
    if (group.severity == Severity::unknown || is_about_one) {
      if (definition.severity != Severity::unknown) group.severity = definition.severity;
    }
    std::string key = fmt::format("{}", static_cast<int>(group.severity));
    for (const Cvss& cvss : group.cvss) key.append("\n").append(cvss.source).append(cvss.vector);
    if (is_tagged) {
      key = id;
      group.tag = tables_.texts.find(id);
    }
    const auto [place, is_new] = alike.try_emplace(std::move(key), groups.size());
    if (is_new) groups.push_back(std::move(group));
    groups[place->second].cves.push_back(std::move(id));
  }
  if (groups.empty()) groups.push_back({.cves = {}, .severity = definition.severity});
  return groups;
}

std::string OvalAdvisories::id_of(const OvalDefinition& definition) const {
  if (definition.kind == "patch") {
    if (vendor_.is_named_by_title) {
      const std::string_view title = trim(definition.title);
      const std::string_view word = title.substr(0, title.find(' '));
      if (!word.empty()) return std::string(word);
    }
    for (const OvalReference& reference : definition.references) {
      if (!reference.source.contains("CVE") && !reference.id.empty()) return reference.id;
    }
  }
  return {};
}

AffectedPackage OvalAdvisories::package_of(const OvalDefinition& definition,
                                           const RowAt& at) const {
  const Row& row = at.row;
  AffectedPackage affected;
  affected.ecosystem = tables_.texts[row.ecosystem];
  affected.name = tables_.texts[row.name];
  affected.names = row.is_source ? NameKind::source : NameKind::binary;
  affected.module = tables_.texts[row.module];
  affected.status = row.status;
  affected.fix_state = row.fix_state;
  for (const std::uint32_t name : criteria_.set(at.architectures)) {
    affected.architectures.emplace_back(tables_.texts[name]);
  }
  VersionRange range;
  range.fixed = plain_version(tables_.texts[row.below]);
  range.last_affected = plain_version(tables_.texts[row.upto]);
  if (row.from != 0) range.introduced = plain_version(tables_.texts[row.from]);
  // "^" makes the next version that there can be (rpm's order).
  if (row.above != 0) range.introduced = plain_version(tables_.texts[row.above]) + "^";
  const bool is_open = range == VersionRange{};
  if (row.below != 0) {
    affected.fix_state = FixState::fixed;
  } else if (affected.fix_state == FixState::unknown &&
             affected.status == AffectedStatus::affected) {
    const std::size_t said = resolution_of(affected.name, affected.module);
    if (said < std::size(kResolutions)) {
      affected.status = kResolutions[said].status;
      affected.fix_state = kResolutions[said].fix_state;
    }
  }
  if (definition.is_denial() || definition.patchable == "Not Applicable") {
    affected.status = AffectedStatus::not_affected;
  }
  const bool is_affected = affected.status == AffectedStatus::affected;
  if (!is_affected) affected.fix_state = FixState::unknown;
  if (is_affected && affected.fix_state == FixState::unknown) {
    affected.fix_state = FixState::not_fixed;
  }
  if (is_affected || !is_open) affected.ranges.push_back(std::move(range));
  return affected;
}

Result<void> OvalAdvisories::add_group(const OvalDefinition& definition, const Group& group,
                                       Advisory advisory) {
  advisory.cves = group.cves;
  advisory.severity = group.severity;
  advisory.cvss = group.cvss;
  if (advisory.id.empty()) advisory.id = group.cves.empty() ? definition.id : group.cves.front();
  const auto tagged =
      std::ranges::equal_range(rows_, group.tag, {}, [](const RowAt& at) { return at.row.cve; });
  const auto end = tagged.end();
  for (auto begin = tagged.begin(); begin != end;) {
    const std::uint32_t number = begin->row.ecosystem;
    advisory.affected.clear();
    for (; begin != end && begin->row.ecosystem == number; ++begin) {
      advisory.affected.push_back(package_of(definition, *begin));
    }
    const std::string ecosystem(tables_.texts[number]);
    const std::string part = vendor_.part(tables_.census, advisory.id);
    BH_CHECK(
        sink_.add({"oval/" + ecosystem + (part.empty() ? "" : "/" + part), ecosystem}, advisory));
  }
  return {};
}

void OvalAdvisories::note(const OvalDefinition& definition, OvalDoubt doubt) {
  const Code code = doubt == OvalDoubt::missing_test ? Code::malformed : Code::unsupported;
  sink_.note({code, fmt::format("oval: {}: {} is left out: {}", definition.id,
                                rows_.empty() ? "it" : "a part of it", oval_doubt_text(doubt))});
}

Result<void> OvalAdvisories::add(const OvalDefinition& definition) {
  take_head(definition);
  BH_TRY(const OvalDoubt doubt, make_rows(definition));
  if (doubt != OvalDoubt::none) note(definition, doubt);
  if (rows_.empty()) return {};
  Advisory advisory;
  advisory.id = id_of(definition);
  advisory.title = trim(definition.title);
  advisory.detail = trim(definition.description);
  advisory.published_unix_s = definition.published_unix_s;
  advisory.modified_unix_s = std::max(definition.modified_unix_s, definition.published_unix_s);
  for (const OvalReference& reference : definition.references) {
    if (!reference.url.empty()) advisory.references.push_back(reference.url);
  }
  advisory.references.insert(advisory.references.end(), definition.urls.begin(),
                             definition.urls.end());
  keep_first_of_each(advisory.references);
  for (const Group& group : groups_of(definition)) {
    BH_CHECK(add_group(definition, group, advisory));
  }
  return {};
}

}  // namespace bulkhead::advisory
