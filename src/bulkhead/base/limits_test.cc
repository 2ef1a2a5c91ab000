#include "bulkhead/base/limits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {
namespace {

/// A default as docs/limits.md writes it: the number, and what it is in binary units where it is
/// a whole number of them.
std::string documented_value(std::string_view name, std::uint64_t value) {
  std::string text = std::to_string(value);
  if (!name.ends_with("-bytes")) return text;
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  std::string_view unit;
  for (std::string_view next : kUnits) {
    if (value == 0 || value % 1024 != 0) break;
    value /= 1024;
    unit = next;
  }
  return unit.empty() ? text : fmt::format("{} ({} {})", text, value, unit);
}

/// The rows of the documentation's table, as they stand.
std::vector<std::string> documented_rows() {
  std::ifstream file(BULKHEAD_SOURCE_DIR "/docs/limits.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `--max-")) rows.push_back(line);
  }
  return rows;
}

TEST(Limits, DocumentationHoldsExactlyTheRowsOfTheCode) {
  std::vector<std::string> expected;
  const Limits defaults;
  for (const LimitRow& row : limit_rows()) {
    expected.push_back(fmt::format("| `--{}` | {} | {} |", row.name,
                                   documented_value(row.name, defaults.*row.field), row.help));
  }
  EXPECT_EQ(documented_rows(), expected);
}

TEST(Limits, EachRowNamesItsOwnField) {
  // A distinct value a row, read back through the struct: no field is named twice, and setting
  // one limit leaves the others alone.
  Limits limits;
  std::set<std::string_view> names;
  std::uint64_t next = 1;
  for (const LimitRow& row : limit_rows()) {
    limits.*row.field = next++;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  next = 1;
  for (const LimitRow& row : limit_rows()) EXPECT_EQ(limits.*row.field, next++) << row.name;
}

TEST(Limits, EveryFieldHasARow) {
  EXPECT_EQ(limit_rows().size(), sizeof(Limits) / sizeof(std::uint64_t));
}

}  // namespace
}  // namespace bulkhead
