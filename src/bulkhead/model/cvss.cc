#include "bulkhead/model/cvss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <fmt/format.h>

#include "bulkhead/model/cvss4.h"

namespace bulkhead {
namespace {

/// One metric of a version: its name, its values, and the numbers of the values where the base
/// score needs any.
struct Metric {
  std::string_view name;
  std::string_view values;  // separated by spaces
  bool is_base = false;     // must be there
  std::array<double, 4> weights = {};
};

constexpr std::size_t kMaxMetrics = 32;  // version 4.0 has the most

// CVSS v2 guide, 3.2.1 to 3.2.3; the weights in 3.2.1.
constexpr Metric kMetrics2[] = {
    {"AV", "L A N", true, {0.395, 0.646, 1.0}},
    {"AC", "H M L", true, {0.35, 0.61, 0.71}},
    {"Au", "M S N", true, {0.45, 0.56, 0.704}},
    {"C", "N P C", true, {0.0, 0.275, 0.660}},
    {"I", "N P C", true, {0.0, 0.275, 0.660}},
    {"A", "N P C", true, {0.0, 0.275, 0.660}},
    {"E", "U POC F H ND"},
    {"RL", "OF TF W U ND"},
    {"RC", "UC UR C ND"},
    {"CDP", "N L LM MH H ND"},
    {"TD", "N L M H ND"},
    {"CR", "L M H ND"},
    {"IR", "L M H ND"},
    {"AR", "L M H ND"},
};

// CVSS v3.1 specification, table 15 and section 7.4; 3.0 has the same names, values and weights.
// PR has the weights of an unchanged scope.
constexpr Metric kMetrics3[] = {
    {"AV", "N A L P", true, {0.85, 0.62, 0.55, 0.2}},
    {"AC", "L H", true, {0.77, 0.44}},
    {"PR", "N L H", true, {0.85, 0.62, 0.27}},
    {"UI", "N R", true, {0.85, 0.62}},
    {"S", "U C", true},
    {"C", "H L N", true, {0.56, 0.22, 0.0}},
    {"I", "H L N", true, {0.56, 0.22, 0.0}},
    {"A", "H L N", true, {0.56, 0.22, 0.0}},
    {"E", "X H F P U"},
    {"RL", "X U W T O"},
    {"RC", "X C R U"},
    {"CR", "X H M L"},
    {"IR", "X H M L"},
    {"AR", "X H M L"},
    {"MAV", "X N A L P"},
    {"MAC", "X L H"},
    {"MPR", "X N L H"},
    {"MUI", "X N R"},
    {"MS", "X U C"},
    {"MC", "X N L H"},
    {"MI", "X N L H"},
    {"MA", "X N L H"},
};
constexpr std::array<double, 3> kPrivilegesInChangedScope = {0.85, 0.68, 0.5};  // N, L, H

// CVSS v4.0 specification, table 23.
constexpr Metric kMetrics4[] = {
    {"AV", "N A L P", true}, {"AC", "L H", true},
    {"AT", "N P", true},     {"PR", "N L H", true},
    {"UI", "N P A", true},   {"VC", "H L N", true},
    {"VI", "H L N", true},   {"VA", "H L N", true},
    {"SC", "H L N", true},   {"SI", "H L N", true},
    {"SA", "H L N", true},   {"E", "X A P U"},
    {"CR", "X H M L"},       {"IR", "X H M L"},
    {"AR", "X H M L"},       {"MAV", "X N A L P"},
    {"MAC", "X L H"},        {"MAT", "X N P"},
    {"MPR", "X N L H"},      {"MUI", "X N P A"},
    {"MVC", "X H L N"},      {"MVI", "X H L N"},
    {"MVA", "X H L N"},      {"MSC", "X H L N"},
    {"MSI", "X S H L N"},    {"MSA", "X S H L N"},
    {"S", "X N P"},          {"AU", "X N Y"},
    {"R", "X A U I"},        {"V", "X D C"},
    {"RE", "X L M H"},       {"U", "X Clear Green Amber Red"},
};

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// For each metric of a table, which of its values a vector has, or kNone.
using Choices = std::array<std::size_t, kMaxMetrics>;

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return piece;
}

std::size_t find_value(std::string_view values, std::string_view wanted) {
  for (std::size_t i = 0; !values.empty(); ++i) {
    if (take_until(values, ' ') == wanted) return i;
  }
  return kNone;
}

std::string_view shown(std::string_view text) { return text.substr(0, 40); }

/// Reads "AV:N/AC:L/..." by a version's table; metrics may come in any order.
Result<Choices> read_metrics(std::string_view rest, std::span<const Metric> metrics) {
  Choices choices;
  choices.fill(kNone);
  if (rest.ends_with('/')) return fail(Code::malformed, "CVSS: '/' at the end of the vector");
  while (!rest.empty()) {
    std::string_view value = take_until(rest, '/');
    const std::string_view name = take_until(value, ':');
    const auto metric = std::ranges::find(metrics, name, &Metric::name);
    if (metric == metrics.end()) {
      return fail(Code::malformed, fmt::format("CVSS: no metric '{}'", shown(name)));
    }
    std::size_t& choice = choices[static_cast<std::size_t>(metric - metrics.begin())];
    if (choice != kNone) return fail(Code::malformed, fmt::format("CVSS: {} twice", name));
    choice = find_value(metric->values, value);
    if (choice == kNone) {
      return fail(Code::malformed, fmt::format("CVSS: {} has no value '{}'", name, shown(value)));
    }
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].is_base && choices[i] == kNone) {
      return fail(Code::malformed, fmt::format("CVSS: {} is missing", metrics[i].name));
    }
  }
  return choices;
}

double weight(std::span<const Metric> metrics, const Choices& choices, std::size_t metric) {
  return metrics[metric].weights[choices[metric]];
}

/// What is left of confidentiality, integrity and availability together, taken from 1.
double loss(std::span<const Metric> metrics, const Choices& choices, std::size_t first) {
  double kept = 1;
  for (std::size_t i = first; i < first + 3; ++i) kept *= 1 - weight(metrics, choices, i);
  return 1 - kept;
}

/// CVSS v2 guide, 3.2.1 "Base Equation". No vector's value lies near the middle of two tenths, so
/// the rounding of doubles cannot show.
double score_2(const Choices& choices) {
  enum : std::size_t { av, ac, au, c };
  const auto of = [&](std::size_t metric) { return weight(kMetrics2, choices, metric); };
  const double impact = 10.41 * loss(kMetrics2, choices, c);
  const double exploitability = 20 * of(av) * of(ac) * of(au);
  const double factor = impact > 0 ? 1.176 : 0;
  return std::round((0.6 * impact + 0.4 * exploitability - 1.5) * factor * 10) / 10;
}

/// CVSS v3.1 specification, appendix A. 3.0 says "round up to one decimal" without saying how; in
/// exact arithmetic that gives the same for each of the 2,592 base vectors.
double round_up(double value) {
  const auto hundred_thousandths = std::llround(value * 100'000);
  const auto tenths = (hundred_thousandths + 9'999) / 10'000;
  return static_cast<double>(tenths) / 10;
}

/// CVSS v3.1 specification, 7.1.
double score_3(const Choices& choices) {
  enum : std::size_t { av, ac, pr, ui, s, c };
  const auto of = [&](std::size_t metric) { return weight(kMetrics3, choices, metric); };
  const bool is_changed = choices[s] == 1;
  const double privileges = is_changed ? kPrivilegesInChangedScope[choices[pr]] : of(pr);
  const double base = loss(kMetrics3, choices, c);
  const double impact =
      is_changed ? 7.52 * (base - 0.029) - 3.25 * std::pow(base - 0.02, 15) : 6.42 * base;
  if (impact <= 0) return 0;
  const double exploitability = 8.22 * of(av) * of(ac) * privileges * of(ui);
  const double sum = (impact + exploitability) * (is_changed ? 1.08 : 1.0);
  return round_up(std::min(sum, 10.0));
}

/// The letter of the value that counts for a base metric: of its modified twin where that is
/// given, and for the others what table 23 of the v4.0 specification says of "X".
double score_4(const Choices& choices) {
  enum : std::size_t { av, ac, at, pr, ui, vc, vi, va, sc, si, sa, e, cr, ir, ar, mav };
  const auto letter = [&](std::size_t metric) {
    // All values of these metrics are one letter, so they stand at even places.
    return choices[metric] == kNone ? 'X' : kMetrics4[metric].values[2 * choices[metric]];
  };
  const auto base = [&](std::size_t metric) {
    const char modified = letter(metric + mav);
    return modified == 'X' ? letter(metric) : modified;
  };
  const auto or_worst = [&](std::size_t metric, char worst) {
    return letter(metric) == 'X' ? worst : letter(metric);
  };
  return score_cvss4({base(av), base(ac), base(at), base(pr), base(ui), base(vc), base(vi),
                      base(va), base(sc), base(si), base(sa), or_worst(e, 'A'), or_worst(cr, 'H'),
                      or_worst(ir, 'H'), or_worst(ar, 'H')});
}

struct Version {
  std::string_view name;
  std::span<const Metric> metrics;
  double (*score)(const Choices& choices);
};

constexpr Version kVersions[] = {
    {"2.0", kMetrics2, score_2},
    {"3.0", kMetrics3, score_3},
    {"3.1", kMetrics3, score_3},
    {"4.0", kMetrics4, score_4},
};
static_assert(std::ranges::all_of(kVersions, [](const Version& version) {
  return version.metrics.size() <= kMaxMetrics;
}));

}  // namespace

Result<Cvss> parse_cvss(std::string_view vector) {
  constexpr std::string_view kPrefix = "CVSS:";
  std::string_view rest = vector;
  std::string_view name = "2.0";  // whose vectors have no prefix
  if (rest.starts_with(kPrefix)) {
    rest.remove_prefix(kPrefix.size());
    name = take_until(rest, '/');
  }
  const auto* version = std::ranges::find(kVersions, name, &Version::name);
  if (version == std::end(kVersions)) {
    return fail(Code::unsupported,
                fmt::format("CVSS: version '{}' (2.0, 3.0, 3.1 and 4.0 are known)", shown(name)));
  }
  BH_TRY(const Choices choices, read_metrics(rest, version->metrics));
  return Cvss{std::string(name), std::string(vector), version->score(choices), {}};
}

}  // namespace bulkhead
