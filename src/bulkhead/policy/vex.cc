#include "bulkhead/policy/vex.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace bulkhead::policy {
namespace {

/// How exactly a statement speaks of a finding: the greatest decides. The members are compared in
/// this order.
struct Weight {
  int package = 0;  // 2: with a version, 1: without, 0: only the image is named
  ImageMatch image = ImageMatch::none;
  std::size_t qualifiers = 0;
  std::int64_t time_unix_s = 0;
  bool keeps = false;  // it does not suppress: the careful choice where all else is equal
  auto operator<=>(const Weight&) const = default;
};

bool suppresses(VexStatus status) {
  return status == VexStatus::not_affected || status == VexStatus::fixed;
}

std::size_t hash_of(const Purl& purl) { return std::hash<std::string>()(name_key(purl)); }

/// One document with its statements by vulnerability and its products by package, so that a
/// document of ten thousand products costs a finding a look-up.
class Index {
 public:
  Index(const VexDocument& document, const ImageIdentity& image, const Subjects& subjects)
      : document_(document) {
    for (const VexProduct& product : document.products) {
      images_.push_back(match(product, image, subjects));
    }
    for (std::size_t s = 0; s < document.statements.size(); ++s) {
      const VexStatement& statement = document.statements[s];
      by_id_[statement.id].push_back(s);
      for (const std::string& alias : statement.aliases) by_alias_[alias].push_back(s);
      claims_.push_back(claims_of(statement));
    }
  }

  /// A statement about the finding, by weight; an empty one where there is none.
  struct Verdict {
    Weight weight;
    const VexStatement* statement = nullptr;
    std::uint32_t reason = 0;
  };
  Verdict judge(const Subject& subject) const {
    Verdict verdict;
    for (const std::string& id : subject.ids) {
      if (const auto found = by_id_.find(id); found != by_id_.end()) {
        for (const std::size_t s : found->second) consider(s, subject, verdict);
      }
    }
    // An alias of the statement may name several vulnerabilities (an advisory does), and so may an
    // alias of the finding: only the finding's own id is safe to compare with it.
    if (const auto found = by_alias_.find(subject.rule); found != by_alias_.end()) {
      for (const std::size_t s : found->second) consider(s, subject, verdict);
    }
    return verdict;
  }

 private:
  /// A subject of a statement whose whole is there: by its package's name, or 0 for the image.
  struct Claim {
    std::size_t hash = 0;
    std::uint32_t subject = 0;
    auto operator<=>(const Claim&) const = default;
  };

  static ImageMatch match(const VexProduct& product, const ImageIdentity& image,
                          const Subjects& subjects) {
    ImageMatch best = ImageMatch::none;
    for (const Purl& purl : product.purls) {
      best = std::max(best, image.match(purl));
      // A part may be said to be in a package that is installed.
      if (subjects.has_package(purl)) best = std::max(best, ImageMatch::system);
    }
    for (const std::string& name : product.names) best = std::max(best, image.match(name));
    for (const std::string& digest : product.digests) {
      best = std::max(best, image.match_digest(digest));
    }
    return best;
  }

  std::vector<Claim> claims_of(const VexStatement& statement) const {
    std::vector<Claim> claims;
    for (std::size_t i = 0; i < statement.subjects.size(); ++i) {
      const VexSubject& subject = statement.subjects[i];
      const auto number = static_cast<std::uint32_t>(i);
      if (subject.whole != kNoProduct && images_[subject.whole] == ImageMatch::none) continue;
      for (const Purl& purl : document_.products[subject.product].purls) {
        claims.push_back({hash_of(purl), number});
      }
      const bool is_image =
          subject.whole == kNoProduct && images_[subject.product] > ImageMatch::system;
      if (is_image) claims.push_back({0, number});
    }
    std::ranges::sort(claims);
    return claims;
  }

  void consider(std::size_t s, const Subject& subject, Verdict& verdict) const {
    for (const Purl& purl : subject.purls) consider_claims(s, hash_of(purl), &purl, verdict);
    consider_claims(s, 0, nullptr, verdict);
  }

  /// `purl` is null for what is said of the image as a whole.
  void consider_claims(std::size_t s, std::size_t hash, const Purl* purl, Verdict& verdict) const {
    const VexStatement& statement = document_.statements[s];
    const auto [begin, end] = std::ranges::equal_range(claims_[s], hash, {}, &Claim::hash);
    for (const Claim& claim : std::ranges::subrange(begin, end)) {
      const VexSubject& named = statement.subjects[claim.subject];
      Weight weight{.time_unix_s = statement.time_unix_s, .keeps = !suppresses(statement.status)};
      if (purl == nullptr) {
        weight.image = images_[named.product];
      } else {
        if (!weigh(named, *purl, weight)) continue;
        if (named.whole != kNoProduct) weight.image = images_[named.whole];
      }
      if (verdict.statement != nullptr && weight <= verdict.weight) continue;
      verdict = {weight, &statement, named.reason};
    }
  }

  bool weigh(const VexSubject& named, const Purl& purl, Weight& weight) const {
    bool is_named = false;
    for (const Purl& pattern : document_.products[named.product].purls) {
      if (!covers(pattern, purl, false)) continue;
      is_named = true;
      weight.package = std::max(weight.package, pattern.version.empty() ? 1 : 2);
      weight.qualifiers = std::max(weight.qualifiers, pattern.qualifiers.size());
    }
    return is_named;
  }

  const VexDocument& document_;
  std::vector<ImageMatch> images_;          // of each product
  std::vector<std::vector<Claim>> claims_;  // of each statement, sorted
  std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_alias_;
};

}  // namespace

void apply_vex(const std::vector<VexDocument>& documents, const Subjects& subjects,
               const ImageIdentity& image, std::vector<Finding>& findings, Notes& notes) {
  if (documents.empty()) return;
  std::vector<Index> indexes;
  indexes.reserve(documents.size());
  for (const VexDocument& document : documents) indexes.emplace_back(document, image, subjects);
  std::vector<std::uint64_t> used(documents.size());
  for (Finding& finding : findings) {
    if (finding.kind != FindingKind::vulnerability) continue;
    const Subject subject = subjects.of(finding);
    Index::Verdict best;
    const VexDocument* from = nullptr;
    for (std::size_t d = 0; d < documents.size(); ++d) {
      const Index::Verdict verdict = indexes[d].judge(subject);
      if (verdict.statement == nullptr) continue;
      ++used[d];
      if (from != nullptr && verdict.weight <= best.weight) continue;
      best = verdict;
      from = &documents[d];
    }
    if (from == nullptr || !suppresses(best.statement->status) || finding.suppressed) continue;
    finding.suppressed = Suppression{
        fmt::format("{}: {}", from->name, best.statement->place), from->reasons[best.reason], "",
        best.statement->status == VexStatus::fixed ? SuppressionStatus::fixed
                                                   : SuppressionStatus::not_affected};
  }
  for (std::size_t d = 0; d < documents.size(); ++d) {
    if (used[d] > 0) continue;
    notes.add({NoteLevel::info, "unused-vex",
               fmt::format("none of its {} statements speaks of a finding of this target",
                           documents[d].statements.size()),
               documents[d].name});
  }
}

}  // namespace bulkhead::policy
