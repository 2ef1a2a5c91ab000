#include "bulkhead/model/cvss4.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The vectors are sorted into 270 classes ("MacroVectors"), each with a score by experts. Within a
// class a vector lies between the class's most severe vectors and the next class, and the score is
// moved by as much. All numbers are whole tenths and steps, so that nothing depends on rounding.
namespace bulkhead {
namespace {

/// A class: the levels of the equivalence sets EQ1 to EQ6, 0 the most severe.
struct MacroVector {
  int eq1, eq2, eq3, eq4, eq5, eq6;
};

// The experts' scores in tenths, by (EQ1, EQ2, EQ3 with EQ6, EQ4, EQ5), the last fastest. EQ3 with
// EQ6 is 00, 01, 10, 11, 21 (20 cannot be). Source: FIRST's CVSS v4.0 calculator, cvss_lookup.js,
// to which section 8.2 of the specification refers.
// clang-format off
constexpr std::array<std::uint8_t, 270> kScores = {
    100, 98, 95, 100, 93, 91, 93, 89, 81,  99, 95, 92, 96, 87, 81, 90, 80, 68,
     98, 95, 90,  93, 89, 81, 88, 78, 69,  95, 92, 84, 92, 81, 65, 80, 70, 48,
     92, 82, 72,  79, 69, 50, 69, 55, 27,  99, 95, 92, 95, 90, 84, 92, 82, 72,
     97, 92, 85,  91, 83, 71, 81, 71, 53,  95, 92, 85, 92, 80, 70, 84, 71, 50,
     93, 85, 73,  82, 72, 59, 70, 52, 30,  86, 75, 52, 71, 52, 29, 63, 29, 17,
     98, 94, 91,  94, 86, 77, 87, 74, 63,  95, 87, 81, 89, 74, 64, 75, 63, 49,
     94, 88, 76,  86, 74, 59, 72, 57, 52,  89, 77, 67, 76, 58, 50, 57, 52, 25,
     83, 70, 54,  65, 58, 26, 53, 21, 13,  95, 88, 76, 90, 75, 61, 77, 68, 52,
     90, 76, 70,  77, 62, 53, 66, 59, 30,  89, 76, 62, 74, 57, 47, 61, 57, 24,
     78, 67, 58,  59, 57, 23, 52, 29, 16,  71, 59, 30, 58, 26, 15, 23, 13,  6,
     93, 86, 75,  86, 74, 56, 70, 52, 40,  87, 72, 58, 74, 61, 34, 54, 40, 22,
     85, 74, 62,  72, 55, 46, 53, 34, 19,  75, 55, 51, 57, 41, 19, 36, 19,  8,
     64, 51, 20,  47, 21, 11, 24,  9,  4,  88, 73, 60, 73, 59, 41, 54, 45, 20,
     75, 53, 50,  55, 40, 20, 43, 22, 11,  75, 58, 40, 61, 48, 20, 46, 17,  8,
     55, 45, 21,  51, 18,  9, 18,  7,  2,  53, 24, 14, 24, 12,  5, 10,  3,  1,
};
// clang-format on

/// The experts' score of a class in tenths; nothing where there is no such class.
std::optional<int> score_of(const MacroVector& m) {
  if (m.eq1 > 2 || m.eq2 > 1 || m.eq3 > 2 || m.eq4 > 2 || m.eq5 > 2 || m.eq6 > 1) return {};
  if (m.eq3 == 2 && m.eq6 == 0) return {};
  const int eq36 = m.eq3 == 2 ? 4 : m.eq3 * 2 + m.eq6;
  const int place = (((m.eq1 * 2 + m.eq2) * 5 + eq36) * 3 + m.eq4) * 3 + m.eq5;
  return kScores[static_cast<std::size_t>(place)];
}

// Tables 24 to 29.
MacroVector classify(const Cvss4Metrics& v) {
  MacroVector m{};
  const bool is_remote = v.av == 'N';
  const bool is_open = v.pr == 'N';
  const bool is_silent = v.ui == 'N';
  if (is_remote && is_open && is_silent) {
    m.eq1 = 0;
  } else {
    m.eq1 = (is_remote || is_open || is_silent) && v.av != 'P' ? 1 : 2;
  }
  m.eq2 = v.ac == 'L' && v.at == 'N' ? 0 : 1;
  if (v.vc == 'H' && v.vi == 'H') {
    m.eq3 = 0;
  } else {
    m.eq3 = v.vc == 'H' || v.vi == 'H' || v.va == 'H' ? 1 : 2;
  }
  if (v.si == 'S' || v.sa == 'S') {
    m.eq4 = 0;
  } else {
    m.eq4 = v.sc == 'H' || v.si == 'H' || v.sa == 'H' ? 1 : 2;
  }
  m.eq5 = v.e == 'A' ? 0 : v.e == 'P' ? 1 : 2;
  const bool is_needed =
      (v.cr == 'H' && v.vc == 'H') || (v.ir == 'H' && v.vi == 'H') || (v.ar == 'H' && v.va == 'H');
  m.eq6 = is_needed ? 0 : 1;
  return m;
}

/// How many steps from a metric's most severe value `value` is; `values` are in that order.
int level(std::string_view values, char value) { return static_cast<int>(values.find(value)); }

/// Steps from one of the most severe vectors of a set's level down to the metrics' values: of the
/// first of `tops` that is nowhere below them. `orders` has each metric's values, the most severe
/// first.
int distance(std::span<const std::string_view> tops, std::span<const std::string_view> orders,
             std::string_view values) {
  for (const std::string_view top : tops) {
    int steps = 0;
    bool is_above = true;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      const int down = level(orders[i], values[i]) - level(orders[i], top[i]);
      is_above = is_above && down >= 0;
      steps += down;
    }
    if (is_above) return steps;
  }
  return 0;
}

/// How deep a level is, and its most severe vectors. Section 8.2, "highest severity vectors".
struct Level {
  int depth;
  std::array<std::string_view, 5> tops;
  std::size_t top_count;
};
constexpr Level kEq1[] = {
    // AV PR UI
    {1, {"NNN"}, 1},
    {4, {"ANN", "NLN", "NNP"}, 3},
    {5, {"PNN", "ALP"}, 2},
};
constexpr Level kEq2[] = {{1, {"LN"}, 1}, {2, {"HN", "LP"}, 2}};  // AC AT
constexpr Level kEq36[] = {
    // VC VI VA CR IR AR
    {7, {"HHHHHH"}, 1},           {6, {"HHLMMH", "HHHMMM"}, 2},
    {8, {"LHHHHH", "HLHHHH"}, 2}, {8, {"LHLHMH", "LHHHMM", "HLHMHM", "HLLMHH", "LLHHHM"}, 5},
    {10, {"LLLHHH"}, 1},
};
constexpr Level kEq4[] = {{6, {"HSS"}, 1}, {5, {"HHH"}, 1}, {4, {"LLL"}, 1}};  // SC SI SA

constexpr std::string_view kOrders1[] = {"NALP", "NLH", "NPA"};
constexpr std::string_view kOrders2[] = {"LH", "NP"};
constexpr std::string_view kOrders36[] = {"HLN", "HLN", "HLN", "HML", "HML", "HML"};
// SC has no safety, but its steps are counted from the same place.
constexpr std::string_view kOrders4[] = {"SHLN", "SHLN", "SHLN"};

/// The mean way down to the next classes, as a fraction of a tenth.
class Mean {
 public:
  /// A set whose next level has a score: `span` tenths lie between, of which `steps` of `depth` are
  /// gone.
  void add(int span, int steps, int depth) {
    sum_ += span * steps * (kDenominator / depth);
    ++count_;
  }
  /// `tenths` less the mean, rounded half up.
  int take_from(int tenths) const {
    if (count_ == 0) return tenths;
    const int whole = kDenominator * count_;
    return (2 * (tenths * whole - sum_) + whole) / (2 * whole);
  }

 private:
  static constexpr int kDenominator = 840;  // each depth divides it
  int sum_ = 0;
  int count_ = 0;
};

void add_set(Mean& mean, int score, const MacroVector& next, const Level& level,
             std::span<const std::string_view> orders, std::string_view values) {
  const std::optional<int> below = score_of(next);
  if (!below) return;
  const int steps = distance(std::span(level.tops).first(level.top_count), orders, values);
  mean.add(score - *below, steps, level.depth);
}

/// The class below in EQ3 and EQ6, which go together: the better of two where there are two.
MacroVector below_eq36(const MacroVector& m) {
  MacroVector next = m;
  if (m.eq3 == 0 && m.eq6 == 0) {
    MacroVector other = m;
    next.eq6 = 1;
    other.eq3 = 1;
    return score_of(next) > score_of(other) ? next : other;
  }
  if (m.eq3 == 1 && m.eq6 == 0) {
    next.eq6 = 1;
  } else {
    next.eq3 = m.eq3 + 1;
  }
  return next;
}

}  // namespace

double score_cvss4(const Cvss4Metrics& metrics) {
  const std::array<char, 6> impact = {metrics.vc, metrics.vi, metrics.va,
                                      metrics.sc, metrics.si, metrics.sa};
  if (std::ranges::all_of(impact, [](char c) { return c == 'N'; })) return 0;
  const MacroVector m = classify(metrics);
  const int score = score_of(m).value_or(0);

  const std::array<char, 3> eq1 = {metrics.av, metrics.pr, metrics.ui};
  const std::array<char, 2> eq2 = {metrics.ac, metrics.at};
  const std::array<char, 6> eq36 = {metrics.vc, metrics.vi, metrics.va,
                                    metrics.cr, metrics.ir, metrics.ar};
  const std::array<char, 3> eq4 = {metrics.sc, metrics.si, metrics.sa};
  const auto text = [](const auto& letters) {
    return std::string_view(letters.data(), letters.size());
  };
  Mean mean;
  const auto down = [&](int MacroVector::* eq) {
    MacroVector next = m;
    ++(next.*eq);
    return next;
  };
  add_set(mean, score, down(&MacroVector::eq1), kEq1[m.eq1], kOrders1, text(eq1));
  add_set(mean, score, down(&MacroVector::eq2), kEq2[m.eq2], kOrders2, text(eq2));
  const Level& level36 = kEq36[m.eq3 == 2 ? 4 : m.eq3 * 2 + m.eq6];
  add_set(mean, score, below_eq36(m), level36, kOrders36, text(eq36));
  add_set(mean, score, down(&MacroVector::eq4), kEq4[m.eq4], kOrders4, text(eq4));
  // EQ5 has one metric and one vector a level: the class below counts, and no way is gone.
  if (score_of(down(&MacroVector::eq5))) mean.add(0, 0, 1);
  return static_cast<double>(std::clamp(mean.take_from(score), 0, 100)) / 10;
}

}  // namespace bulkhead
