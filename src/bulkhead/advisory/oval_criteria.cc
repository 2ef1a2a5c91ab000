#include "bulkhead/advisory/oval_criteria.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bulkhead/advisory/oval_limits.h"

namespace bulkhead::advisory {
namespace {

/// Does it demand the release alone?
bool is_of_releases_alone(const OvalTerm& term) {
  return term.releases != 0 && term.architectures == 0 && term.module == 0 && !term.has_package() &&
         term.doubt == OvalDoubt::none;
}
bool is_of_architectures_alone(const OvalTerm& term) {
  return term.architectures != 0 && term.releases == 0 && term.module == 0 && !term.has_package() &&
         term.doubt == OvalDoubt::none;
}

/// Both ends, where only one of them is there or they are the same. False where they differ.
bool join_ends(std::uint32_t& end, std::uint32_t other) {
  if (end == 0) end = other;
  return other == 0 || end == other;
}

void doubt(OvalTerm& term, OvalDoubt why) {
  if (term.doubt == OvalDoubt::none) term.doubt = why;
}

/// The range and the state of `other`, which is about the same package.
void join_package(OvalTerm& term, const OvalTerm& other) {
  const bool is_one_range = join_ends(term.above, other.above) &&
                            join_ends(term.from, other.from) &&
                            join_ends(term.below, other.below) &&
                            join_ends(term.upto, other.upto) && join_ends(term.cve, other.cve);
  if (!is_one_range) doubt(term, OvalDoubt::several_ranges);
  if (other.status != AffectedStatus::affected) term.status = other.status;
  if (other.fix_state != FixState::unknown) term.fix_state = other.fix_state;
  term.is_extended = term.is_extended || other.is_extended;
}

}  // namespace

std::string_view oval_doubt_text(OvalDoubt doubt) {
  switch (doubt) {
    case OvalDoubt::none:
      return "";
    case OvalDoubt::missing_test:
      return "a test is not in the document";
    case OvalDoubt::unknown_release:
      return "a release is not known";
    case OvalDoubt::unknown_test:
      return "a test looks at something other than a package";
    case OvalDoubt::unknown_operation:
      return "a version is compared in another way";
    case OvalDoubt::unknown_operator:
      return "criteria are joined by another operator than AND and OR";
    case OvalDoubt::negated:
      return "a criterion is negated";
    case OvalDoubt::several_packages:
      return "several packages are demanded at once";
    case OvalDoubt::several_modules:
      return "several modules are demanded at once";
    case OvalDoubt::several_ranges:
      return "a package is demanded in several ranges at once";
    case OvalDoubt::no_package:
      return "no package is named";
  }
  return "";
}

void OvalCriteria::clear() {
  sets_.resize(1);
  frames_.clear();
  terms_.clear();
}

std::uint32_t OvalCriteria::make_set(std::vector<std::uint32_t> members) {
  if (members.empty()) return 0;
  std::ranges::sort(members);
  const auto same = std::ranges::unique(members);
  members.erase(same.begin(), same.end());
  sets_.push_back(std::move(members));
  return static_cast<std::uint32_t>(sets_.size() - 1);
}

std::uint32_t OvalCriteria::unite(std::uint32_t a, std::uint32_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == b || sets_[a] == sets_[b]) return a;
  std::vector<std::uint32_t> both;
  std::ranges::set_union(sets_[a], sets_[b], std::back_inserter(both));
  return make_set(std::move(both));
}

std::optional<std::uint32_t> OvalCriteria::intersect(std::uint32_t a, std::uint32_t b) {
  if (a == 0 || a == b) return b;
  if (b == 0) return a;
  std::vector<std::uint32_t> both;
  std::ranges::set_intersection(sets_[a], sets_[b], std::back_inserter(both));
  if (both.empty()) return {};
  return make_set(std::move(both));
}

std::optional<OvalTerm> OvalCriteria::join(const OvalTerm& a, const OvalTerm& b) {
  const auto releases = intersect(a.releases, b.releases);
  const auto architectures = intersect(a.architectures, b.architectures);
  if (!releases || !architectures) return {};
  OvalTerm term = a.has_package() ? a : b;
  const OvalTerm& other = a.has_package() ? b : a;
  term.releases = *releases;
  term.architectures = *architectures;
  doubt(term, other.doubt);
  if (!join_ends(term.module, other.module)) doubt(term, OvalDoubt::several_modules);
  if (!other.has_package()) return term;
  const bool is_same = term.package == other.package && term.packages == other.packages &&
                       term.source == other.source;
  if (!is_same) {
    doubt(term, OvalDoubt::several_packages);
  } else {
    join_package(term, other);
  }
  return term;
}

void OvalCriteria::add_alternative(std::vector<OvalTerm>& terms, const OvalTerm& term) {
  // "One of these forty products" is one term with a set, not forty.
  for (const auto is_alone : {is_of_releases_alone, is_of_architectures_alone}) {
    if (!is_alone(term) || terms.empty() || !is_alone(terms.back())) continue;
    terms.back().releases = unite(terms.back().releases, term.releases);
    terms.back().architectures = unite(terms.back().architectures, term.architectures);
    return;
  }
  terms.push_back(term);
}

void OvalCriteria::begin(std::string_view name_of_operator, bool is_negated) {
  Frame frame;
  frame.is_negated = is_negated;
  if (name_of_operator == "OR") {
    frame.joined_by = Operator::any;
  } else if (name_of_operator == "AND" || name_of_operator.empty()) {
    frame.terms.emplace_back();
  } else {
    frame.joined_by = Operator::other;
  }
  frames_.push_back(std::move(frame));
}

Result<void> OvalCriteria::add(std::optional<OvalTerm> term) {
  std::vector<OvalTerm> terms;
  if (term) terms.push_back(*term);
  return add_terms(std::move(terms));
}

Result<void> OvalCriteria::add_terms(std::vector<OvalTerm> terms) {
  const Error too_many{Code::limit_exceeded,
                       fmt::format("the criteria come to more than {} terms", kMaxOvalTerms)};
  if (frames_.empty()) {
    terms_ = std::move(terms);
    return {};
  }
  Frame& frame = frames_.back();
  if (frame.joined_by != Operator::all) {
    if (frame.terms.size() + terms.size() > kMaxOvalTerms) return std::unexpected(too_many);
    for (OvalTerm& term : terms) {
      if (frame.joined_by == Operator::other) doubt(term, OvalDoubt::unknown_operator);
      add_alternative(frame.terms, term);
    }
    return {};
  }
  if (!terms.empty() && frame.terms.size() > kMaxOvalTerms / terms.size()) {
    return std::unexpected(too_many);
  }
  std::vector<OvalTerm> joined;
  joined.reserve(frame.terms.size() * terms.size());
  for (const OvalTerm& a : frame.terms) {
    for (const OvalTerm& b : terms) {
      if (auto both = join(a, b)) joined.push_back(*both);
    }
  }
  if (sets_.size() > kMaxOvalTerms) return std::unexpected(too_many);
  frame.terms = std::move(joined);
  return {};
}

Result<void> OvalCriteria::end() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.is_negated) {
    for (OvalTerm& term : frame.terms) doubt(term, OvalDoubt::negated);
  }
  return add_terms(std::move(frame.terms));
}

}  // namespace bulkhead::advisory
