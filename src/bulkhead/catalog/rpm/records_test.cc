#include "bulkhead/catalog/rpm/records.h"

#include <gtest/gtest.h>

namespace bulkhead::catalog::rpm {
namespace {

Record record_with(std::string_view path) {
  Record record;
  record.name = "hello";
  record.files.add(path);
  return record;
}

TEST(RpmRecords, PathsOfRecordsReadBeforeCountToo) {
  Limits limits;
  limits.owned_path_bytes = 10;
  Notes notes(10);
  RecordKeeper keeper("rpm test", limits, notes);
  keeper.add(record_with("usr/a"), 0);
  EXPECT_TRUE(notes.all().empty());
  keeper.add(record_with("usr/b"), 1);
  keeper.add(record_with("c"), 2);
  RecordFacts facts;
  std::move(keeper).finish(facts);
  ASSERT_EQ(facts.records.size(), 3u);
  for (const Record& record : facts.records) EXPECT_TRUE(record.files.packed.empty());
  ASSERT_EQ(notes.all().size(), 1u) << "told once";
  EXPECT_TRUE(notes.all()[0].what.contains("--max-owned-path-bytes"));
}

}  // namespace
}  // namespace bulkhead::catalog::rpm
