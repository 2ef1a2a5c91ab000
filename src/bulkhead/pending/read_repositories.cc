#include "bulkhead/pending/read_repositories.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace bulkhead::pending {

std::string main_architecture(std::span<const Package> packages, PackageType type,
                              std::string_view neutral) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const Package& package : packages) {
    if (package.type != type || package.architecture.empty()) continue;
    if (package.architecture != neutral) ++counts[package.architecture];
  }
  if (counts.empty()) return {};
  return std::string(
      std::ranges::max_element(counts, {}, [](const auto& row) { return row.second; })->first);
}

Result<std::vector<Offer>> read_rows(Reading& reading, const FileName& name,
                                     const Expected& expected, const WantedNames& wanted,
                                     std::string_view format,
                                     std::unique_ptr<IndexReader> (*open)(RowSink& sink,
                                                                          const Limits& limits)) {
  RowSink sink(wanted);
  const std::unique_ptr<IndexReader> reader = open(sink, reading.context.limits);
  BH_CHECK(reading.files.read(name, expected, [&](ByteView plain) { return reader->data(plain); }));
  if (auto ended = reader->end(); !ended) {
    return std::unexpected(located(std::move(ended).error(), display_name(name)));
  }
  if (sink.bad() > 0) {
    reading.notes.add(NoteLevel::incomplete,
                      {Code::malformed,
                       fmt::format("{}: {} of {} records make no sense and were passed over",
                                   format, sink.bad(), sink.records()),
                       display_name(name)});
  }
  return std::move(sink).take();
}

void add_source(Reading& reading, Source source, std::vector<Offer> rows) {
  OfferList& list = reading.list;
  if (rows.size() > kMostOffers - list.offers.size()) {
    reading.notes.add(
        NoteLevel::incomplete,
        {Code::limit_exceeded,
         fmt::format("package index: more than {} rows of installed packages", kMostOffers),
         source.label});
    return;
  }
  const auto index = static_cast<std::uint32_t>(list.sources.size());
  list.sources.push_back(std::move(source));
  for (Offer& row : rows) {
    row.source = index;
    list.offers.push_back(std::move(row));
  }
}

void note_unread(Reading& reading, const Error& error, const std::string& place) {
  reading.notes.add(NoteLevel::incomplete, located(error, place));
}

}  // namespace bulkhead::pending
