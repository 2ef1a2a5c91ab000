#include "bulkhead/advisory/product_records.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"

namespace bulkhead::advisory {
namespace {

using Kind = TreeProduct::Kind;

// Of one document. Red Hat's largest have a few 100,000; SUSE's, of several vulnerabilities, more.
constexpr std::uint64_t kMaxStatements = 10'000'000;
// Each ecosystem of a record gets a copy of its words, as in OSV records.
constexpr std::size_t kMaxEcosystems = 1000;
constexpr std::size_t kMaxReferences = 200;

std::string_view release_of(std::string_view version) {
  return version.substr(version.rfind('-') + 1);
}

/// What is told of statements that say nothing of packages in a distribution's release.
std::string_view words_of(Kind kind) {
  switch (kind) {
    case Kind::other_release:
      return "statements are about products that are no release of a distribution";
    case Kind::other_package:
      return "statements are about containers and other products that are no rpm";
    case Kind::release:
      return "statements are about a release and name no package";
    default:
      return "statements are about products that the product tree does not have";
  }
}

AffectedStatus status_of(ProductStatus status) {
  switch (status) {
    case ProductStatus::affected:
    case ProductStatus::fixed:
      return AffectedStatus::affected;
    case ProductStatus::not_affected:
      return AffectedStatus::not_affected;
    case ProductStatus::undetermined:
      return AffectedStatus::undetermined;
  }
  return AffectedStatus::undetermined;
}

}  // namespace

Result<void> ProductRecords::take(ProductVulnerability vulnerability) {
  Rows rows;
  for (const auto& [status, product] : vulnerability.statuses) {
    const TreeProduct& resolved = tree_.resolve(product);
    if (resolved.kind != Kind::release) {
      BH_CHECK(add(vulnerability, status, product, product, rows));
      continue;
    }
    const std::vector<ProductIndex>& packages = tree_.packages_of(resolved.ecosystem);
    if (packages.empty()) leave_out(words_of(Kind::release), product);
    for (const ProductIndex package : packages) {
      BH_CHECK(add(vulnerability, status, product, package, rows));
    }
  }
  drop_sources(rows);
  for (auto& [row, architectures] : rows) {
    std::ranges::sort(architectures);
    const auto same = std::ranges::unique(architectures);
    architectures.erase(same.begin(), same.end());
  }
  if (!rows.empty()) groups_[std::move(rows)].push_back(std::move(vulnerability.about));
  return {};
}

Result<void> ProductRecords::add(const ProductVulnerability& vulnerability, ProductStatus status,
                                 ProductIndex listed, ProductIndex product, Rows& rows) {
  if (++statements_ > kMaxStatements) {
    return fail(Code::limit_exceeded,
                fmt::format("{}: {}: more than {} statements", format_, head_.id, kMaxStatements));
  }
  const TreeProduct& found = tree_.resolve(product);
  if (found.kind == Kind::module) return {};  // its packages have statements of their own
  if (found.kind != Kind::package) {
    leave_out(words_of(found.kind), product);
    return {};
  }
  const ProductPackage& package = found.package;
  if (is_debug_package(package.name)) return {};
  if (status == ProductStatus::fixed && package.version.empty()) {
    leave_out("fixes are told without their versions", product);
    return {};
  }
  Row row{.ecosystem = found.ecosystem,
          .name = package.name,
          .names = package.architecture == "src" ? NameKind::source : NameKind::binary,
          .module = package.module,
          .status = status,
          .version = {},
          .fix_state = FixState::unknown,
          .severity = vulnerability.about.severity};
  if (const auto own = vulnerability.severities.find(listed);
      own != vulnerability.severities.end()) {
    row.severity = own->second;
  }
  if (status == ProductStatus::fixed) {
    row.version = package.version;
    row.fix_state = FixState::fixed;
  } else if (status == ProductStatus::affected) {
    const auto own = vulnerability.fix_states.find(listed);
    row.fix_state = own != vulnerability.fix_states.end()
                        ? own->second
                        : vulnerability.fix_state.value_or(FixState::not_fixed);
  }
  std::vector<std::string>& architectures = rows[row];
  if (row.names == NameKind::binary && !package.architecture.empty()) {
    architectures.push_back(package.architecture);
  }
  return {};
}

void ProductRecords::leave_out(std::string_view kind, ProductIndex product) {
  ++left_out_.try_emplace(kind, product, 0).first->second.second;
}

/// Takes away fixes by source where packages of the same build stand there as installed.
void ProductRecords::drop_sources(Rows& rows) {
  std::set<std::tuple<std::uint32_t, std::string_view, std::string_view>> builds;
  const auto build_of = [](const Row& row) {
    return std::tuple(row.ecosystem, row.module, release_of(row.version));
  };
  for (const auto& [row, architectures] : rows) {
    if (row.status == ProductStatus::fixed && row.names == NameKind::binary) {
      builds.insert(build_of(row));
    }
  }
  std::erase_if(rows, [&](const auto& item) {
    const Row& row = item.first;
    return row.status == ProductStatus::fixed && row.names == NameKind::source &&
           builds.contains(build_of(row));
  });
}

Result<void> ProductRecords::finish() {
  for (const auto& [rows, about] : groups_) BH_CHECK(hand_on(rows, about));
  for (const auto& [kind, count] : left_out_) {
    const bool is_other = kind == words_of(Kind::other_release);
    sink_.left_out(fmt::format("{}: {}", format_, kind),
                   is_other ? tree_.known_as(count.first) : tree_.id(count.first), count.second);
  }
  return {};
}

/// The document's words with those of one vulnerability, or of several that share a record.
Advisory ProductRecords::advisory_of(const std::vector<Advisory>& about) const {
  Advisory advisory = head_;
  for (const Advisory& one : about) {
    advisory.cves.insert(advisory.cves.end(), one.cves.begin(), one.cves.end());
    advisory.aliases.insert(advisory.aliases.end(), one.aliases.begin(), one.aliases.end());
    for (const std::string& reference : one.references) {
      if (advisory.references.size() < kMaxReferences) advisory.references.push_back(reference);
    }
  }
  if (about.size() == 1) {
    const Advisory& one = about.front();
    advisory.cvss = one.cvss;
    if (!one.detail.empty()) advisory.detail = one.detail;
    if (advisory.title.empty()) advisory.title = one.title;
  }
  std::erase(advisory.aliases, advisory.id);
  keep_first_of_each(advisory.cves);
  keep_first_of_each(advisory.aliases);
  keep_first_of_each(advisory.references);
  return advisory;
}

AffectedPackage ProductRecords::affected_of(const Row& row,
                                            const std::vector<std::string>& architectures) const {
  AffectedPackage affected;
  affected.ecosystem = tree_.ecosystem(row.ecosystem);
  affected.name = row.name;
  affected.names = row.names;
  affected.module = row.module;
  affected.status = status_of(row.status);
  affected.fix_state = row.fix_state;
  affected.severity = row.severity;
  affected.architectures = architectures;
  if (row.status == ProductStatus::fixed) {
    affected.ranges.push_back({.fixed = std::string(row.version)});
  } else if (row.status == ProductStatus::affected) {
    affected.ranges.emplace_back();
  }
  return affected;
}

Result<void> ProductRecords::hand_on(const Rows& rows, const std::vector<Advisory>& about) {
  Advisory advisory = advisory_of(about);
  std::size_t ecosystems = 0;
  for (auto begin = rows.begin(); begin != rows.end();) {
    if (++ecosystems > kMaxEcosystems) {
      return fail(Code::limit_exceeded,
                  fmt::format("{}: {}: more than {} releases", format_, head_.id, kMaxEcosystems));
    }
    const std::uint32_t number = begin->first.ecosystem;
    advisory.affected.clear();
    for (; begin != rows.end() && begin->first.ecosystem == number; ++begin) {
      advisory.affected.push_back(affected_of(begin->first, begin->second));
    }
    const std::string& ecosystem = tree_.ecosystem(number);
    BH_CHECK(sink_.add({format_ + "/" + ecosystem, ecosystem}, advisory));
  }
  return {};
}

}  // namespace bulkhead::advisory
