#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"

// FIRST's daily scores: `#model_version:v2023.03.01,score_date:2023-03-07T00:00:00+0000`, the line
// `cve,epss,percentile`, then 250,000 rows like it. Files before February 2022 have no first line,
// the oldest no percentile: it is then what it is defined as, the share of the file's scores that
// are as high or lower.
//
// Source: https://www.first.org/epss/data_stats,
// https://www.first.org/epss/articles/prob_percentile_bins
namespace bulkhead::advisory {
namespace {

constexpr std::string_view kComment = "#model_version:";
constexpr std::string_view kColumns = "cve,epss";
constexpr std::string_view kPercentile = ",percentile";

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

/// A share of one.
std::optional<double> parse_share(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool is_share = value >= 0 && value <= 1;  // false for what is no number
  if (error != std::errc() || stop != end || !is_share) return {};
  return value;
}

struct Row {
  std::string cve;
  Epss epss;
};

std::optional<Row> parse_row(std::string_view line, bool has_percentile) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return {};
  std::optional<std::string> cve = cve_of(line.substr(0, comma));
  line.remove_prefix(comma + 1);
  const std::size_t second = line.find(',');
  if ((second != std::string_view::npos) != has_percentile) return {};
  const auto score = parse_share(line.substr(0, second));
  const auto percentile = has_percentile ? parse_share(line.substr(second + 1)) : 0.0;
  if (!cve || !score || !percentile) return {};
  return Row{std::move(*cve), {*score, *percentile}};
}

struct Table {
  std::string_view rows;
  std::size_t first_line = 1;
  bool has_percentile = false;
  std::int64_t date_unix_s = 0;
};

Result<Table> read_head(std::string_view text) {
  Table table{without_mark(text)};
  std::string_view line = trim(take_line(table.rows));
  if (line.starts_with(kComment)) {
    constexpr std::string_view kDate = "score_date:";
    if (const std::size_t at = line.find(kDate); at != std::string_view::npos) {
      // The day is enough; its zone is written as ISO 8601's short form.
      table.date_unix_s = parse_utc(line.substr(at + kDate.size(), 10));
    }
    line = trim(take_line(table.rows));
    ++table.first_line;
  }
  ++table.first_line;
  table.has_percentile = line.ends_with(kPercentile);
  if (table.has_percentile) line.remove_suffix(kPercentile.size());
  if (line != kColumns) {
    return fail(Code::malformed, "epss: the columns are not cve,epss,percentile");
  }
  return table;
}

/// Every score in the file, in order.
std::vector<double> sorted_scores(const Table& table) {
  std::vector<double> scores;
  for (std::string_view rest = table.rows; !rest.empty();) {
    if (const auto row = parse_row(trim(take_line(rest)), false)) scores.push_back(row->epss.score);
  }
  std::ranges::sort(scores);
  return scores;
}

double share_up_to(const std::vector<double>& sorted, double score) {
  const auto count = std::ranges::upper_bound(sorted, score) - sorted.begin();
  return static_cast<double>(count) / static_cast<double>(sorted.size());
}

}  // namespace

bool is_epss_csv(std::string_view text) {
  text = without_mark(text);
  if (text.starts_with(kComment)) return true;
  const std::string_view line = trim(take_line(text));
  return line == kColumns || (line.starts_with(kColumns) && line.ends_with(kPercentile) &&
                              line.size() == kColumns.size() + kPercentile.size());
}

bool is_epss(const Document& document) {
  return document.kind == DocumentKind::text && is_epss_csv(document.text);
}

Result<void> read_epss(const Document& document, RecordSink& sink) {
  const FeedKey feed{"epss", ""};
  BH_TRY(const Table table, read_head(document.text));
  BH_CHECK(sink.declare(feed));
  const std::vector<double> scores =
      table.has_percentile ? std::vector<double>() : sorted_scores(table);
  std::size_t line_number = table.first_line;
  std::size_t bad = 0;
  std::size_t first_bad = 0;
  // One for all rows: of each, only these parts change.
  Advisory advisory;
  advisory.modified_unix_s = table.date_unix_s;
  advisory.cves = {""};
  advisory.affected = {about_cve("")};
  for (std::string_view rest = table.rows; !rest.empty(); ++line_number) {
    const std::string_view line = trim(take_line(rest));
    if (line.empty()) continue;
    std::optional<Row> row = parse_row(line, table.has_percentile);
    if (!row) {
      if (bad++ == 0) first_bad = line_number;
      continue;
    }
    if (!table.has_percentile) row->epss.percentile = share_up_to(scores, row->epss.score);
    advisory.epss = row->epss;
    advisory.affected[0].name = row->cve;
    advisory.cves[0] = row->cve;
    advisory.id = std::move(row->cve);
    BH_CHECK(sink.add(feed, advisory));
  }
  if (bad != 0) {
    sink.note(
        {Code::malformed, fmt::format("epss: {} {} no CVE with shares of one, the first is line {}",
                                      bad, bad == 1 ? "row is" : "rows are", first_bad)});
  }
  return {};
}

}  // namespace bulkhead::advisory
