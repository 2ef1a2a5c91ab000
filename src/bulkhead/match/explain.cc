#include "bulkhead/match/explain.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/match/asker.h"
#include "bulkhead/match/coverage.h"

namespace bulkhead::match {
namespace {

using advisory::Statement;

/// Asks for each name of a batch once, and keeps what names `wanted`.
class Finder {
 public:
  Finder(Asker& asker, const Batch& batch, std::string_view wanted)
      : asker_(asker), batch_(batch), wanted_(wanted) {}

  Result<const std::vector<Statement>*> find(const std::string& name) {
    const auto [known, is_new] = by_name_.try_emplace(name);
    if (is_new) {
      std::vector<Statement> found;
      BH_CHECK(asker_.find(batch_.ecosystems, name, found));
      BH_CHECK(asker_.find(batch_.extended, name, found));
      std::erase_if(found, [&](const Statement& s) { return !has_id(s, wanted_); });
      known->second = std::move(found);
    }
    return &known->second;
  }

 private:
  Asker& asker_;
  const Batch& batch_;
  std::string_view wanted_;
  std::map<std::string, std::vector<Statement>> by_name_;
};

/// What is said of one package; empty where that is nothing.
Result<std::vector<Evidence>> evidence_of(const Package& package, const Batch& batch,
                                          Finder& finder) {
  BH_TRY(const std::vector<Statement>* by_source, finder.find(package.match_name()));
  const std::vector<Statement> none;
  const std::vector<Statement>* by_name = &none;
  if (batch.has_binary_names && package.name != package.match_name()) {
    BH_TRY(by_name, finder.find(package.name));
  }
  const Subject subject{package,        *batch.scheme,       batch.el_release,
                        batch.extended, batch.extended_name, batch.is_borrowed};
  std::vector<Evidence> evidence;
  for (Judgement& judgement : judge_all(subject, *by_source, *by_name)) {
    evidence.push_back({*judgement.statement, std::move(judgement.verdict),
                        judgement.refusal ? judgement.refusal->what : std::string()});
  }
  return evidence;
}

}  // namespace

Result<std::vector<PackageEvidence>> explain(const std::vector<Package>& packages,
                                             const std::optional<OsInfo>& os,
                                             AdvisorySource& source, std::string_view id) {
  const std::string wanted = to_lower(id);
  std::unordered_map<std::string_view, std::size_t> places;  // by id
  for (std::size_t i = 0; i < packages.size(); ++i) places.emplace(packages[i].id, i);
  Notes ignored(0);  // the scan has told them
  std::vector<PackageEvidence> result;
  Asker asker(source);
  for (const Batch& batch : batches_of(packages, os, source, ignored)) {
    if (batch.scheme == nullptr) return fail(Code::unsupported, "match: no such version scheme");
    Finder finder(asker, batch, wanted);
    for (const Package* package : batch.packages) {
      BH_TRY(std::vector<Evidence> evidence, evidence_of(*package, batch, finder));
      if (!evidence.empty()) result.push_back({places.at(package->id), std::move(evidence)});
    }
  }
  std::ranges::sort(result, {}, &PackageEvidence::package);
  return result;
}

bool has_id(const Statement& statement, std::string_view id) {
  const auto is_it = [&](const std::string& other) { return to_lower(other) == id; };
  return is_it(statement.advisory_id) || std::ranges::any_of(statement.cves, is_it) ||
         std::ranges::any_of(statement.aliases, is_it);
}

std::string sentence_of(const Evidence& evidence, const Package& package) {
  const AffectedPackage& affected = evidence.statement.affected;
  const bool is_by_source = affected.names == NameKind::source;
  const std::string& version = is_by_source ? package.match_version() : package.version;
  const std::string& end = evidence.verdict.decided_by;
  const std::string& fixed = evidence.verdict.fixed_version;
  switch (evidence.verdict.reason) {
    case Reason::affected:
      if (!fixed.empty()) return fmt::format("{} is affected, it is below {}", version, fixed);
      return fmt::format("{} is affected, and no fix is named", version);
    case Reason::not_affected:
      return fmt::format("its publisher says that {} is not affected", version);
    case Reason::undetermined:
      return fmt::format("its publisher has not decided about {}", version);
    case Reason::at_or_above_fix:
      return fmt::format("{} has the fix, it is not below {}", version, end);
    case Reason::before_introduction:
      return fmt::format("{} is older than the fault, which came with {}", version, end);
    case Reason::not_listed:
      return fmt::format("{} is none of the versions that it lists", version);
    case Reason::other_name:
      return fmt::format("it means {} of that name, and {} is {}",
                         is_by_source ? "a source package" : "an installed package", package.name,
                         is_by_source ? "not built from it" : "another one");
    case Reason::other_module:
      return "it is about another module stream";
    case Reason::other_architecture:
      return fmt::format("it is not about {}", package.architecture);
    case Reason::other_release:
      return fmt::format("it names the build of another release or kind, {}", end);
    case Reason::other_fix:
      return fmt::format("{} has another build of the same fix", version);
    case Reason::not_security:
      return "it is a bug fix or an enhancement, without a CVE";
    case Reason::uncomparable:
      return fmt::format("{} cannot be compared: {}", version, evidence.refusal);
  }
  return {};
}

}  // namespace bulkhead::match
