#include <algorithm>

#include "bulkhead/report/json.h"
#include "bulkhead/report/table.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {
namespace {

// clang-format off
constexpr Writer kWriters[] = {
    // name    description                                                    write
    {"table", "For people: one screen, or every finding with --all",          write_table},
    {"json",  "Everything, for programs: docs/schema/bulkhead.report-1.schema.json", write_json},
};
// clang-format on

}  // namespace

std::span<const Writer> writers() { return kWriters; }

const Writer* find_writer(std::string_view name) {
  const auto row = std::ranges::find(kWriters, name, &Writer::name);
  return row == std::ranges::end(kWriters) ? nullptr : &*row;
}

}  // namespace bulkhead::report
