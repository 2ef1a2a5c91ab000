#pragma once

// Test support: what the tests of all schemes do with a scheme. Not part of the library.

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::version::testing {

struct Row {
  std::string_view a;
  char sign;
  std::string_view b;
  std::string_view why;
};

struct BadRow {
  std::string_view version;
  std::string_view why;
};

inline char sign_of(std::strong_ordering order) { return order < 0 ? '<' : order > 0 ? '>' : '='; }

inline char swapped(char sign) { return sign == '<' ? '>' : sign == '>' ? '<' : '='; }

/// The sign of checked versions, '?' where one is refused.
inline char sign_of(const Scheme& scheme, std::string_view a, std::string_view b) {
  const auto order = compare(scheme, a, b);
  return order ? sign_of(*order) : '?';
}

inline void expect_rows(const Scheme& scheme, std::span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.a) + " " + row.sign + " " + std::string(row.b) + ": " +
                 std::string(row.why));
    EXPECT_EQ(sign_of(scheme, row.a, row.b), row.sign);
    EXPECT_EQ(sign_of(scheme, row.b, row.a), swapped(row.sign));
    EXPECT_EQ(sign_of(scheme, row.a, row.a), '=');
    EXPECT_EQ(sign_of(scheme, row.b, row.b), '=');
  }
}

inline void expect_refused(const Scheme& scheme, std::span<const BadRow> rows) {
  for (const BadRow& row : rows) {
    SCOPED_TRACE(std::string(row.version) + ": " + std::string(row.why));
    const auto checked = scheme.check(row.version);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, Code::malformed);
    EXPECT_TRUE(checked.error().what.starts_with(scheme.name)) << checked.error().what;
  }
}

/// The order of two versions that a published table and the ecosystem's own tool see differently;
/// `sign` is the tool's.
struct DisputedRow {
  std::string_view a;
  char sign;
  std::string_view b;
};

/// Holds the scheme against a table of `scheme<TAB>a<TAB>sign<TAB>b<TAB>source` that lies beside
/// the project; skips where that is absent.
/// @param disputed  Rows of the table in which the tool is right.
inline void expect_shared_table(const Scheme& scheme, std::size_t least_rows,
                                std::span<const DisputedRow> disputed = {}) {
  const auto path = std::filesystem::path(BULKHEAD_SOURCE_DIR "/../shared/versions") /
                    (std::string(scheme.name) + ".tsv");
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string_view> fields = split(line, '\t');
    ASSERT_GE(fields.size(), 4U) << line;
    char want = fields[2].front();
    for (const DisputedRow& row : disputed) {
      if (row.a == fields[1] && row.b == fields[3]) want = row.sign;
    }
    EXPECT_EQ(sign_of(scheme, fields[1], fields[3]), want) << line;
    EXPECT_EQ(sign_of(scheme, fields[3], fields[1]), swapped(want)) << line;
    ++rows;
  }
  EXPECT_GE(rows, least_rows);
}

/// The same for `disputed.tsv`, whose fifth column is what the ecosystem's own tool says.
inline void expect_disputed_table(const Scheme& scheme, std::size_t least_rows) {
  const std::filesystem::path path = BULKHEAD_SOURCE_DIR "/../shared/versions/disputed.tsv";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string_view> fields = split(line, '\t');
    ASSERT_GE(fields.size(), 5U) << line;
    if (fields[0] != scheme.name) continue;
    EXPECT_EQ(sign_of(scheme, fields[1], fields[3]), fields[4].front()) << line;
    EXPECT_EQ(sign_of(scheme, fields[3], fields[1]), swapped(fields[4].front())) << line;
    ++rows;
  }
  EXPECT_GE(rows, least_rows);
}

/// Makes versions that are near to each other: a base of pieces, and variants of it with a piece
/// or two put in, left out or replaced. The same numbers come on every machine.
class NearVersions {
 public:
  NearVersions(const Scheme& scheme, std::span<const std::string_view> pieces)
      : scheme_(scheme), pieces_(pieces) {}

  /// `N` versions that the scheme takes.
  template <std::size_t N>
  std::array<std::string, N> group() {
    std::vector<std::string_view> base;
    for (std::size_t i = 1 + below(6); i > 0; --i) base.push_back(piece());
    std::array<std::string, N> versions;
    for (std::string& version : versions) {
      do {
        version = variant(base);
      } while (!scheme_.check(version));
    }
    return versions;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  std::string_view piece() { return pieces_[below(pieces_.size())]; }

  std::string variant(std::vector<std::string_view> pieces) {
    for (std::size_t changes = below(3); changes > 0; --changes) {
      const auto at = static_cast<std::ptrdiff_t>(below(pieces.size() + 1));
      const bool is_at_end = static_cast<std::size_t>(at) == pieces.size();
      const std::size_t change = below(3);
      if (change == 0 || is_at_end) {
        pieces.insert(pieces.begin() + at, piece());
      } else if (change == 1) {
        pieces.erase(pieces.begin() + at);
      } else {
        pieces[static_cast<std::size_t>(at)] = piece();
      }
    }
    // A base that the scheme refuses however it is changed must not stop the generator.
    std::string version(below(20) == 0 ? "1" : "");
    if (version.empty()) {
      for (const std::string_view p : pieces) version += p;
    }
    return version;
  }

  const Scheme& scheme_;
  std::span<const std::string_view> pieces_;
  std::mt19937_64 random_{20260607};
};

/// Antisymmetry and transitivity on `count` triples of near versions.
inline void expect_order_laws(const Scheme& scheme, std::span<const std::string_view> pieces,
                              std::size_t count) {
  constexpr std::array<std::array<std::size_t, 3>, 3> kTurns = {{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}}};
  NearVersions versions(scheme, pieces);
  std::size_t with_difference = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto triple = versions.group<3>();
    const auto order = [&](std::size_t x, std::size_t y) {
      return scheme.compare(triple[x], triple[y]);
    };
    const auto says = [&] { return triple[0] + "  " + triple[1] + "  " + triple[2]; };
    for (const auto& [x, y, z] : kTurns) {
      ASSERT_TRUE(order(x, x) == 0) << says();
      ASSERT_TRUE(order(x, y) == (0 <=> order(y, x))) << says();
      // x <= y and y <= z say x <= z, and x < z where one of them is "<"; likewise for ">".
      if (order(x, y) <= 0 && order(y, z) <= 0) {
        ASSERT_TRUE(order(x, z) <= 0) << says();
        ASSERT_EQ(order(x, z) == 0, order(x, y) == 0 && order(y, z) == 0) << says();
      }
      if (order(x, y) >= 0 && order(y, z) >= 0) {
        ASSERT_TRUE(order(x, z) >= 0) << says();
        ASSERT_EQ(order(x, z) == 0, order(x, y) == 0 && order(y, z) == 0) << says();
      }
    }
    if (order(0, 1) != 0) ++with_difference;
  }
  EXPECT_GT(with_difference, count / 4) << "the generator makes too many equal versions";
}

/// Neither check nor compare may fall over, or take more than linear time, on long versions.
inline void expect_long_versions_work(const Scheme& scheme, std::string_view unit,
                                      std::string_view prefix) {
  std::string a(prefix);
  while (a.size() < 1'000'000) a += unit;
  std::string b = a;
  b.back() = b.back() == '1' ? '2' : '1';
  EXPECT_TRUE(scheme.check(a).has_value());
  EXPECT_EQ(sign_of(scheme, a, a), '=');
  EXPECT_NE(sign_of(scheme, a, b), '?');
  EXPECT_EQ(sign_of(scheme, a, b), swapped(sign_of(scheme, b, a)));
}

/// `compare` without `check`: any bytes give an answer, and the swapped one its opposite.
inline void expect_any_bytes_compare(const Scheme& scheme) {
  std::mt19937_64 random(7);
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kBytes = "\0\x80\xff\n 01.-_+~:rapv"sv;
  const auto any = [&] {
    std::string text;
    for (std::uint64_t i = random() % 12; i > 0; --i) text += kBytes[random() % kBytes.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = any();
    const std::string b = any();
    ASSERT_TRUE(scheme.compare(a, b) == (0 <=> scheme.compare(b, a))) << a << " " << b;
    static_cast<void>(scheme.check(a));
  }
}

}  // namespace bulkhead::version::testing
