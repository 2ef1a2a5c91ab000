#include "bulkhead/advisory/oval_tests.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "bulkhead/advisory/oval_vendor.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

/// Takes `suffix` off the end of `text`.
bool take_end(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

/// "nodejs:18" of "Module nodejs:18 is enabled"; empty for another comment.
std::string_view module_of(std::string_view comment) {
  constexpr std::string_view kPrefix = "Module ";
  if (!comment.starts_with(kPrefix) || !take_end(comment, " is enabled")) return {};
  comment.remove_prefix(kPrefix.size());
  return comment.contains(':') ? comment : std::string_view();
}

/// No version is earlier: "0", "0:0", "0:0-0".
bool is_nothing(std::string_view version) {
  return version.find_first_not_of("0:-") == std::string_view::npos;
}

/// The first build of the version that `pattern` demands beside a fix in that very version:
/// "0:4.1.12-0" of "^4\\.1\\.12$" and "0:4.1.12-124.93.1". Oracle has several lines of kernels of
/// one name. Empty for another pattern.
std::string first_of_line(std::string_view pattern, std::string_view fixed) {
  std::string version;
  for (const char c : pattern) {
    if (!std::string_view("^\\$").contains(c)) version.push_back(c);
  }
  const std::size_t colon = fixed.find(':');
  const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 1;
  const std::size_t dash = fixed.find('-', begin);
  if (version.empty() || dash == std::string_view::npos ||
      fixed.substr(begin, dash - begin) != version) {
    return {};
  }
  return std::string(fixed.substr(0, dash)) + "-0";
}

/// What stands between `before` and the next `after`; empty where there is neither.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + before.size());
  const std::size_t end = text.find(after);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

/// "linux" of "(CVE-2023-1) linux package in jammy ..." and "The 'linux' package in ...".
std::string_view source_of(std::string_view comment) {
  const std::size_t end = comment.find(" package in ");
  if (end == std::string_view::npos) return {};
  std::string_view name = comment.substr(0, end);
  name.remove_prefix(name.rfind(' ') == std::string_view::npos ? 0 : name.rfind(' ') + 1);
  if (name.size() > 2 && name.front() == '\'' && name.back() == '\'') {
    name = name.substr(1, name.size() - 2);
  }
  return name;
}

struct Wording {
  std::string_view words;
  AffectedStatus status;
  FixState fix_state;
};

// How Ubuntu's generator words the states of its tracker, in the order in which they are looked
// for.
constexpr Wording kUbuntuWordings[] = {
    {"was vulnerable", AffectedStatus::affected, FixState::unknown},
    {"has been fixed", AffectedStatus::affected, FixState::unknown},
    {"not affected", AffectedStatus::not_affected, FixState::unknown},
    {"decision has been made to ignore", AffectedStatus::affected, FixState::will_not_fix},
    {"decision has been made to defer", AffectedStatus::affected, FixState::deferred},
    {"may need fixing", AffectedStatus::undetermined, FixState::unknown},
    {"is not known", AffectedStatus::undetermined, FixState::unknown},
    {"end of life", AffectedStatus::affected, FixState::end_of_life},
    {"is affected", AffectedStatus::affected, FixState::not_fixed},
};

}  // namespace

std::uint32_t OvalTests::release_of(std::string_view product) {
  const auto known = releases_.find(product);
  if (known != releases_.end()) return known->second;
  const std::string ecosystem = oval_ecosystem(product);
  if (ecosystem.empty()) return 0;
  const std::uint32_t number = tables_.texts.add(ecosystem);
  releases_.emplace(product, number);
  return number;
}

/// 0 where it does not say that a release is installed.
std::uint32_t OvalTests::release_of_comment(std::string_view comment) {
  if (comment.ends_with('.')) comment.remove_suffix(1);
  return take_end(comment, " is installed") ? release_of(comment) : 0;
}

std::vector<std::uint32_t> OvalTests::names_of(const OvalTerm& term) const {
  if (term.packages != 0) return tables_.variables[term.packages];
  return {term.package != 0 ? term.package : term.source};
}

std::uint32_t OvalTests::architectures_of(std::string_view pattern, bool is_system) {
  constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  while (!pattern.empty() && std::string_view("(^").contains(pattern.front())) {
    pattern.remove_prefix(1);
  }
  while (!pattern.empty() && std::string_view(")$").contains(pattern.back())) {
    pattern.remove_suffix(1);
  }
  std::vector<std::uint32_t> members;
  for (const std::string_view word : split(pattern, '|')) {
    if (word.empty() || word.find_first_not_of(kWord) != std::string_view::npos) return 0;
    members.push_back(tables_.texts.add(word));
    // A system of 64 bits has packages of 32 bits beside its own.
    const bool is_x86 = word == "x86_64" || word == "i386";
    if (!is_system || !is_x86) continue;
    for (const std::string_view name : {"i386", "i586", "i686"}) {
      members.push_back(tables_.texts.add(name));
    }
  }
  return criteria_.make_set(std::move(members));
}

void OvalTests::add_version(const OvalState& state, OvalTerm& term) {
  const std::string_view version = tables_.texts[state.evr];
  switch (state.evr_operation) {
    case OvalOperation::less_than:
      if (is_nothing(version)) {
        term.status = AffectedStatus::not_affected;
      } else {
        term.below = state.evr;
      }
      return;
    case OvalOperation::less_than_or_equal:
      term.upto = state.evr;
      return;
    case OvalOperation::equals:
      term.from = state.evr;
      term.upto = state.evr;
      return;
    case OvalOperation::greater_than:
      if (!is_nothing(version)) term.above = state.evr;
      return;
    case OvalOperation::greater_than_or_equal:
      if (!is_nothing(version)) term.from = state.evr;
      return;
    case OvalOperation::pattern_match:
    case OvalOperation::other:
      term.doubt = OvalDoubt::unknown_operation;
      return;
  }
}

void OvalTests::add_state(const OvalState& state, bool is_system, OvalTerm& term) {
  if (state.has_other) term.doubt = OvalDoubt::unknown_test;
  if (state.architecture != 0) {
    term.architectures = architectures_of(tables_.texts[state.architecture], is_system);
    if (term.architectures == 0) term.doubt = OvalDoubt::unknown_operation;
  }
  if (state.evr != 0) add_version(state, term);
  if (state.version == 0) return;
  // SUSE's way to say that a package is not affected, whatever its version: "== 0".
  const bool is_never =
      state.version_operation == OvalOperation::equals && is_nothing(tables_.texts[state.version]);
  const std::string first = first_of_line(tables_.texts[state.version], tables_.texts[state.evr]);
  if (is_never) {
    term.status = AffectedStatus::not_affected;
  } else if (state.version_operation == OvalOperation::pattern_match && !first.empty()) {
    term.from = tables_.texts.add(first);
  } else {
    term.doubt = OvalDoubt::unknown_operation;
  }
}

/// What Ubuntu says in words alone.
void OvalTests::take_comment(std::string_view comment, OvalTerm& term) {
  if (comment.starts_with("(CVE-")) term.cve = tables_.texts.add(between(comment, "(", ")"));
  if (!term.has_package()) {
    term.source = tables_.texts.add(source_of(comment));
    const std::string_view note = between(comment, "has been fixed (note: '", "'");
    const std::string_view fixed = note.substr(0, note.find(' '));
    if (term.has_package()) term.below = tables_.texts.add(fixed);
  }
  const auto* wording = std::ranges::find_if(
      kUbuntuWordings, [&](const Wording& row) { return comment.contains(row.words); });
  if (wording != std::end(kUbuntuWordings)) {
    term.status = wording->status;
    term.fix_state = wording->fix_state;
  }
  term.is_extended = comment.contains(" in esm-") || comment.contains("ESM") ||
                     tables_.texts[term.below].contains("esm");
  // It is mended, and no version says since when: nobody has the fault.
  const bool is_fixed = comment.contains("has been fixed");
  if (is_fixed && term.has_package() && term.below == 0) term.status = AffectedStatus::not_affected;
}

OvalTerm OvalTests::package_term(const OvalTest& test, std::string_view comment) {
  const OvalObject& object = tables_.objects[test.object];
  // A release's own package, unless its version is asked for: which it is was told by its name.
  const bool has_range =
      std::ranges::any_of(test.states, [&](std::uint32_t n) { return tables_.states[n].evr != 0; });
  const bool is_system = tables_.texts[object.name].ends_with("-release") && !has_range;
  OvalTerm term;
  if (!is_system) term.package = object.name;
  if (object.name == 0 && !tables_.variables[object.variable].empty()) {
    term.packages = object.variable;
  }
  bool is_signature = false;
  for (const std::uint32_t number : test.states) {
    if (number == 0) continue;
    const OvalState& state = tables_.states[number];
    is_signature = is_signature || state.has_key;
    add_state(state, is_system, term);
  }
  if (test.has_more_states) term.doubt = OvalDoubt::unknown_test;
  if (is_signature && term.doubt == OvalDoubt::none) return {};
  if (is_system && (term.architectures == 0 || term.doubt != OvalDoubt::none)) {
    return doubtful(comment.contains(" arch is ") ? OvalDoubt::unknown_operation
                                                  : OvalDoubt::unknown_release);
  }
  return term;
}

std::optional<OvalTerm> OvalTests::term_of_test(const OvalTest& test,
                                                const OvalCriterion& criterion,
                                                const OvalReading& reading) {
  const bool is_package = test.kind == OvalTestKind::package || test.kind == OvalTestKind::listing;
  if (test.is_none && test.kind != OvalTestKind::package) return {};
  // "zlib is installed" and "zlib is not installed" at once: how Red Hat says "not affected".
  if (test.is_none && reading.is_denial) return OvalTerm{};
  if (test.is_none) return doubtful(OvalDoubt::negated);
  OvalTerm term = is_package ? package_term(test, criterion.comment) : OvalTerm{};
  if (reading.is_ubuntu) take_comment(criterion.comment, term);
  if (test.kind == OvalTestKind::package && !term.has_package() && term.architectures == 0 &&
      term.doubt == OvalDoubt::none && tables_.objects[test.object].name == 0) {
    return doubtful(OvalDoubt::unknown_test);
  }
  // Another system's release, by a file's owner. What a kernel runs as is no matter in an image.
  if (!is_package && criterion.comment.ends_with(" is installed")) {
    return doubtful(OvalDoubt::unknown_release);
  }
  return term;
}

std::optional<OvalTerm> OvalTests::term_of(const OvalCriterion& criterion,
                                           const OvalReading& reading) {
  const std::string_view comment = criterion.comment;
  if (comment.ends_with(" must be installed")) return {};
  std::optional<OvalTerm> term;
  if (const std::string_view module = module_of(comment); !module.empty()) {
    term = OvalTerm{.module = tables_.texts.add(module)};
  } else if (const std::uint32_t release = release_of_comment(comment); release != 0) {
    term = OvalTerm{.releases = criteria_.make_set({release})};
  } else {
    const std::uint32_t test = tables_.test_ids.find(criterion.test);
    const bool is_there = test != 0 && tables_.tests[test].kind != OvalTestKind::missing;
    term = is_there ? term_of_test(tables_.tests[test], criterion, reading)
                    : doubtful(OvalDoubt::missing_test);
  }
  if (!criterion.is_negated || !term) return term;
  if (term->has_package() && comment.contains("not affected")) {
    term->status = AffectedStatus::not_affected;
    term->below = term->upto = term->above = term->from = 0;
  } else {
    term->doubt = OvalDoubt::negated;
  }
  return term;
}

}  // namespace bulkhead::advisory
