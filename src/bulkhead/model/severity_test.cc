#include "bulkhead/model/severity.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

TEST(Severity, TakesTheWordsOfPublishers) {
  const struct {
    std::string_view text;
    std::optional<Severity> want;
  } rows[] = {
      {"critical", Severity::critical},
      {"Critical", Severity::critical},
      {"HIGH", Severity::high},
      {"Important", Severity::high},
      {"medium", Severity::medium},
      {"MODERATE", Severity::medium},
      {"low", Severity::low},
      {"negligible", Severity::negligible},
      {"unimportant", Severity::negligible},
      {"None", Severity::negligible},
      {"unknown", Severity::unknown},
      {"", std::nullopt},
      {" high", std::nullopt},
      {"highest", std::nullopt},
      {"not yet assigned", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_severity(row.text), row.want) << row.text;
  EXPECT_EQ(parse_severity(std::string(1'000'000, 'h')), std::nullopt);
}

TEST(Severity, NamesAreReadBack) {
  const std::pair<Severity, std::string_view> rows[] = {
      {Severity::unknown, "unknown"}, {Severity::negligible, "negligible"},
      {Severity::low, "low"},         {Severity::medium, "medium"},
      {Severity::high, "high"},       {Severity::critical, "critical"},
  };
  for (const auto& [severity, name] : rows) {
    EXPECT_EQ(severity_name(severity), name);
    EXPECT_EQ(parse_severity(name), severity);
  }
}

TEST(Severity, RatesScoresByTheScale) {
  const std::pair<double, Severity> rows[] = {
      {0.0, Severity::negligible},
      {0.1, Severity::low},
      {3.9, Severity::low},
      {4.0, Severity::medium},
      {6.9, Severity::medium},
      {7.0, Severity::high},
      {8.9, Severity::high},
      {9.0, Severity::critical},
      {10.0, Severity::critical},
      {10.1, Severity::unknown},
      {-0.1, Severity::unknown},
      {std::numeric_limits<double>::quiet_NaN(), Severity::unknown},
      {std::numeric_limits<double>::infinity(), Severity::unknown},
  };
  for (const auto& [score, want] : rows) EXPECT_EQ(severity_of_score(score), want) << score;
}

TEST(FixState, HasTheReportsWords) {
  EXPECT_EQ(fix_state_name(FixState::unknown), "unknown");
  EXPECT_EQ(fix_state_name(FixState::fixed), "fixed");
  EXPECT_EQ(fix_state_name(FixState::not_fixed), "not_fixed");
  EXPECT_EQ(fix_state_name(FixState::will_not_fix), "will_not_fix");
  EXPECT_EQ(fix_state_name(FixState::deferred), "deferred");
  EXPECT_EQ(fix_state_name(FixState::end_of_life), "end_of_life");
}

TEST(Confidence, HasTheReportsWords) {
  EXPECT_EQ(confidence_name(Confidence::certain), "certain");
  EXPECT_EQ(confidence_name(Confidence::likely), "likely");
  EXPECT_EQ(confidence_name(Confidence::possible), "possible");
}

}  // namespace
}  // namespace bulkhead
