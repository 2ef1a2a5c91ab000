// apk compares two versions part by part and stops at the first difference. A part has a kind and
// a value; where kinds differ, the kind alone decides. So the order is lexicographic over
// (kind, value) pairs, which makes it a strict weak order.
//
// What is easily missed:
// - A version that ends where the other goes on is smaller, unless what goes on is a pre-release
//   suffix: 1.0_rc1 < 1.0 < 1.0-r0 < 1.0_p1 < 1.0a < 1.0.0.
// - A number after a dot that starts with zeros is a fraction: each zero more makes it smaller
//   (2.15.05 < 2.15.4, 8.2.001 < 8.2.0). Other numbers (the first one, those of suffixes and
//   revisions) are plain: 01 = 1.
#include "bulkhead/version/apk.h"

#include <fmt/format.h>

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// Kinds in ascending order.
enum class Kind {
  pre_suffix,  // _alpha, _beta, _pre, _rc
  end,
  revision,       // -r
  suffix_number,  // the 2 of _rc2
  post_suffix,    // _cvs, _svn, _git, _hg, _p
  letter,
  number,    // the first one, one after a letter, or what follows the zeros of a fraction
  fraction,  // after a dot
  invalid,
};

struct Part {
  Kind kind = Kind::invalid;
  std::size_t extra_zeros = 0;  // of a fraction: zeros at its start that another zero follows
  std::string_view digits;      // of a number
  int rank = 0;                 // of a letter or suffix
};

struct Suffix {
  std::string_view name;
  Kind kind;
  int rank;
};

// "pre" stands before "p": the first name that fits is taken.
constexpr Suffix kSuffixes[] = {
    {"alpha", Kind::pre_suffix, 0}, {"beta", Kind::pre_suffix, 1}, {"pre", Kind::pre_suffix, 2},
    {"rc", Kind::pre_suffix, 3},    {"cvs", Kind::post_suffix, 0}, {"svn", Kind::post_suffix, 1},
    {"git", Kind::post_suffix, 2},  {"hg", Kind::post_suffix, 3},  {"p", Kind::post_suffix, 4},
};

class PartReader {
 public:
  explicit PartReader(std::string_view version) : rest_(version) {}

  /// The next part; after the last one, `end` for ever.
  Part next() {
    Part part = read();
    last_ = part.kind;
    return part;
  }

  std::size_t unread() const { return rest_.size(); }

 private:
  bool after_number() const { return last_ == Kind::number || last_ == Kind::fraction; }
  bool after_suffix() const { return last_ == Kind::pre_suffix || last_ == Kind::post_suffix; }

  Part number(Kind kind) { return {kind, 0, take_digits(rest_), 0}; }

  Part read() {
    if (is_number_due_) {
      is_number_due_ = false;
      return number(Kind::number);
    }
    if (rest_.empty()) return {Kind::end, 0, {}, 0};
    const char c = rest_.front();
    if (after_number() && is_lower(c)) {
      rest_.remove_prefix(1);
      return {Kind::letter, 0, {}, c};
    }
    if (last_ == Kind::letter && is_digit(c)) return number(Kind::number);
    if (after_suffix() && is_digit(c)) return number(Kind::suffix_number);
    if (c == '.' && after_number()) return fraction();
    if (c == '_' && last_ != Kind::revision) return suffix();
    if (rest_.starts_with("-r")) {
      rest_.remove_prefix(2);
      return number(Kind::revision);
    }
    return {};
  }

  /// A fraction that starts with zeros is two parts: how many zeros there are but for the last
  /// one, then the number from there on.
  Part fraction() {
    rest_.remove_prefix(1);
    if (!rest_.starts_with('0')) return number(Kind::fraction);
    const std::size_t zeros = std::min(rest_.find_first_not_of('0'), rest_.size());
    rest_.remove_prefix(zeros - 1);
    is_number_due_ = true;
    return {Kind::fraction, zeros - 1, {}, 0};
  }

  Part suffix() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return {Kind::post_suffix, 0, {}, 0};  // to apk "1_" is "1_cvs"
    for (const Suffix& suffix : kSuffixes) {
      if (!rest_.starts_with(suffix.name)) continue;
      rest_.remove_prefix(suffix.name.size());
      return {suffix.kind, 0, {}, suffix.rank};
    }
    return {};
  }

  std::string_view rest_;
  Kind last_ = Kind::number;
  bool is_number_due_ = true;
};

/// @pre the kinds are the same
std::strong_ordering compare_values(const Part& a, const Part& b) {
  if (a.rank != b.rank) return a.rank <=> b.rank;
  if (a.extra_zeros != b.extra_zeros) return b.extra_zeros <=> a.extra_zeros;
  return compare_numbers(a.digits, b.digits);
}

bool is_last(Kind kind) { return kind == Kind::end || kind == Kind::invalid; }

}  // namespace

Result<void> check_apk(std::string_view version) {
  if (version.empty()) return refuse("apk", version, "it is empty");
  PartReader reader(version);
  Kind kind = Kind::number;
  while (!is_last(kind)) kind = reader.next().kind;
  if (kind == Kind::end) return {};
  const std::size_t offset = version.size() - reader.unread();
  return refuse("apk", version,
                fmt::format("byte {} is no part of number{{.number}}[letter]{{_suffix[number]}}"
                            "[-rnumber]",
                            offset + 1),
                offset);
}

std::strong_ordering compare_apk(std::string_view a, std::string_view b) {
  PartReader left(a);
  PartReader right(b);
  for (;;) {
    const Part from_a = left.next();
    const Part from_b = right.next();
    if (from_a.kind != from_b.kind) return from_a.kind <=> from_b.kind;
    if (is_last(from_a.kind)) return std::strong_ordering::equal;
    if (const auto order = compare_values(from_a, from_b); order != 0) return order;
  }
}

}  // namespace bulkhead::version
