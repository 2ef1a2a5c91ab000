#include "bulkhead/format/stanza.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::format {
namespace {

struct Cut {
  std::string text;
  std::uint64_t offset;
  bool operator==(const Cut&) const = default;
};
constexpr std::string_view kTooLong = "<too long>";

std::vector<Cut> cut(std::string_view text, std::size_t chunk, std::uint64_t most = 1000) {
  std::vector<Cut> cuts;
  const auto visit = [&](std::string_view stanza, std::uint64_t offset) {
    cuts.push_back({std::string(stanza), offset});
  };
  const auto too_long = [&](std::uint64_t offset) {
    cuts.push_back({std::string(kTooLong), offset});
  };
  StanzaSplitter splitter(most);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    splitter.feed(as_bytes(text.substr(at, chunk)), visit, too_long);
  }
  splitter.finish(visit, too_long);
  return cuts;
}

struct Row {
  std::string_view text;
  std::vector<Cut> want;
  std::uint64_t most;
  std::string_view why;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {"", {}, 9, "nothing"},
      {"\n\r\n\r\r\n", {}, 9, "blank lines only"},
      {"a\n\nb\n", {{"a\n", 0}, {"b\n", 3}}, 9, "two stanzas"},
      {"a\n\nb", {{"a\n", 0}, {"b", 3}}, 9, "no newline at the end"},
      {"a\n\n\n\n\nb\n\n\n", {{"a\n", 0}, {"b\n", 6}}, 9, "several blank lines"},
      {"\n\n a\n\n", {{" a\n", 2}}, 9, "a blank start keeps the indent of the first line"},
      {"a\r\n\r\nb\r\n", {{"a\r\n", 0}, {"b\r\n", 5}}, 9, "line ends of another system"},
      {"a\n \n\t\nb\n", {{"a\n \n\t\nb\n", 0}}, 9, "spaces are no blank line"},
      {"a\n\rb\n", {{"a\n\rb\n", 0}}, 9, "a CR that begins a line of text"},
      {"a\n\r\r\nb\n", {{"a\n\r\r\nb\n", 0}}, 9, "two CRs are no blank line"},
      {"a\n\r", {{"a\n", 0}}, 9, "the end after the CR of a blank line"},
      {"1234567\n\nb\n", {{"1234567\n", 0}, {"b\n", 9}}, 8, "as long as can be"},
      {"1234567\n\r\nb\n", {{"1234567\n", 0}, {"b\n", 10}}, 8, "the blank line is not counted"},
      {"1234567\n\r", {{"1234567\n", 0}}, 8, "nor is its half"},
      {"12345678\n\nb\n", {{"<too long>", 0}, {"b\n", 10}}, 8, "a byte too long"},
      {"a\n\n12345678\n", {{"a\n", 0}, {"<too long>", 3}}, 8, "the last one is too long"},
      {"a\n\n1\n2\n3\n4\n5\n\nb", {{"a\n", 0}, {"<too long>", 3}, {"b", 14}}, 8, "by its lines"},
  };
  return kRows;
}

TEST(StanzaSplitter, CutsAtBlankLinesWhereverChunksEnd) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.why);
    for (std::size_t chunk = 1; chunk <= row.text.size() + 1; ++chunk) {
      SCOPED_TRACE(chunk);
      EXPECT_EQ(cut(row.text, chunk, row.most), row.want);
    }
  }
}

// All texts of up to 7 bytes over an alphabet that holds every case of the cutter.
TEST(StanzaSplitter, ChunksNeverMatterForAnyShortText) {
  constexpr std::string_view kAlphabet = "a\n\r ";
  for (std::size_t length = 1; length <= 7; ++length) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < length; ++i) count *= kAlphabet.size();
    for (std::size_t n = 0; n < count; ++n) {
      std::string text;
      for (std::size_t i = 0, left = n; i < length; ++i, left /= kAlphabet.size()) {
        text.push_back(kAlphabet[left % kAlphabet.size()]);
      }
      for (const std::uint64_t most : {2u, 1000u}) {
        const std::vector<Cut> whole = cut(text, length, most);
        for (const std::size_t chunk : {1u, 2u, 3u}) ASSERT_EQ(cut(text, chunk, most), whole);
      }
    }
  }
}

using Fields = std::vector<std::pair<std::string, std::string>>;

Fields fields_of(std::string_view stanza) {
  Fields fields;
  StanzaFields reader(stanza);
  while (const auto field = reader.next()) {
    fields.emplace_back(field->name, field->value);
    EXPECT_LE(field->offset, stanza.size());
  }
  return fields;
}

TEST(StanzaFields, ReadsNamesAndValues) {
  struct FieldRow {
    std::string_view stanza;
    Fields want;
    std::string_view why;
  };
  const std::vector<FieldRow> kFieldRows = {
      {"A: x\nB: y\n", {{"A", "x"}, {"B", "y"}}, "two fields"},
      {"A:x", {{"A", "x"}}, "no space, no newline"},
      {"A :\t x \r\n", {{"A", "x"}}, "blanks around"},
      {"A:\n", {{"A", ""}}, "no value"},
      {"A: x: y\n", {{"A", "x: y"}}, "the first colon counts"},
      {"A: x\n y\n\tz\nB: w\n", {{"A", "x\n y\n\tz"}, {"B", "w"}}, "continuation lines"},
      {"A:\n x\n", {{"A", "x"}}, "the value begins on the second line"},
      {"A: x\nnonsense\nB: y\n", {{"A", "x"}, {"", ""}, {"B", "y"}}, "a line that is no field"},
      {" x\n y\nB: y\n", {{"", ""}, {"B", "y"}}, "continues nothing"},
      {": x\n", {{"", "x"}}, "no name"},
  };
  for (const FieldRow& row : kFieldRows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(fields_of(row.stanza), row.want);
  }
}

TEST(StanzaFields, GivesOffsetsOfLines) {
  StanzaFields reader("A: x\n y\nB: z\n");
  EXPECT_EQ(reader.next()->offset, 0u);
  EXPECT_EQ(reader.next()->offset, 8u);
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace bulkhead::format
