#include "bulkhead/version/interval.h"

#include <gtest/gtest.h>

namespace bulkhead::version {
namespace {

const Scheme& semver() { return *find_scheme("semver"); }

/// "[1,2)" and so on, one after the other; "-" for an end that is open.
std::string to_text(const Intervals& intervals) {
  std::string text;
  for (const Interval& interval : intervals) {
    text += interval.low && interval.low->is_in ? '[' : '(';
    text += interval.low ? interval.low->version : "-";
    text += ',';
    text += interval.high ? interval.high->version : "-";
    text += interval.high && interval.high->is_in ? ']' : ')';
  }
  return text;
}

Interval make(char open, std::string_view low, std::string_view high, char close) {
  Interval interval;
  if (low != "-") interval.low = IntervalEnd{std::string(low), open == '['};
  if (high != "-") interval.high = IntervalEnd{std::string(high), close == ']'};
  return interval;
}

TEST(Intervals, HoldTheirEndsOrNot) {
  const struct {
    Interval interval;
    std::string_view version;
    bool want;
  } rows[] = {
      {make('[', "1", "2", ')'), "1.0.0", true},  {make('(', "1", "2", ')'), "1.0.0", false},
      {make('[', "1", "2", ')'), "2.0.0", false}, {make('[', "1", "2", ']'), "2.0.0", true},
      {make('(', "-", "2", ')'), "0.0.0", true},  {make('[', "1", "-", ')'), "99.0.0", true},
      {make('(', "-", "-", ')'), "1.0.0", true},  {make('[', "1", "2", ')'), "0.9.9", false},
      {make('[', "1", "2", ']'), "2.0.1", false},
  };
  for (const auto& row : rows) {
    const auto in = is_in_intervals(semver(), {{row.interval}}, row.version);
    ASSERT_TRUE(in.has_value());
    EXPECT_EQ(*in, row.want) << to_text({row.interval}) << " " << row.version;
  }
  EXPECT_EQ(is_in_intervals(semver(), {}, "1.0.0").value(), false);
  EXPECT_FALSE(is_in_intervals(semver(), {}, "1.x").has_value());
}

TEST(Intervals, Intersect) {
  const Intervals all = {Interval{}};
  const Intervals low = {make('(', "-", "2", ']')};
  const Intervals high = {make('[', "2", "-", ')')};
  const Intervals gap = {make('(', "-", "2", ')'), make('(', "2", "-", ')')};
  EXPECT_EQ(to_text(intersection(semver(), all, low)), "(-,2]");
  EXPECT_EQ(to_text(intersection(semver(), low, high)), "[2,2]");
  EXPECT_EQ(to_text(intersection(semver(), gap, low)), "(-,2)");
  EXPECT_EQ(to_text(intersection(semver(), gap, {{make('[', "1", "3", ')')}})), "[1,2)(2,3)");
  EXPECT_EQ(to_text(intersection(semver(), low, {{make('(', "2", "-", ')')}})), "");
  EXPECT_EQ(to_text(intersection(semver(), low, {{make('[', "3", "-", ')')}})), "");
}

TEST(Intervals, HaveAComplement) {
  const struct {
    Intervals intervals;
    std::string_view want;
  } rows[] = {
      {{}, "(-,-)"},
      {{Interval{}}, ""},
      {{make('[', "1", "2", ')')}, "(-,1)[2,-)"},
      {{make('(', "1", "2", ']')}, "(-,1](2,-)"},
      {{make('[', "3", "-", ')'), make('[', "1", "2", ')')}, "(-,1)[2,3)"},
      {{make('[', "1", "4", ')'), make('[', "2", "3", ')')}, "(-,1)[4,-)"},
      {{make('[', "1", "2", ')'), make('[', "2", "3", ')')}, "(-,1)[3,-)"},
      {{make('[', "1", "2", ')'), make('(', "2", "3", ')')}, "(-,1)[2,2][3,-)"},
      {{make('(', "-", "1", ')'), make('(', "1", "-", ')')}, "[1,1]"},
      {{make('[', "2", "1", ')')}, "(-,-)"},
      {{make('(', "-", "1", ']'), make('(', "-", "2", ']')}, "(2,-)"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(to_text(complement(semver(), row.intervals)), row.want) << to_text(row.intervals);
  }
}

}  // namespace
}  // namespace bulkhead::version
