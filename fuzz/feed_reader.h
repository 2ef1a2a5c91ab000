#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/base/bytes.h"

namespace bulkhead::fuzz {

/// Reads `data` with one reader of feeds, whatever it looks like: recognition is a guess. What it
/// finds must survive the store's rows. An error is an answer, too.
inline int try_feed_reader(const std::uint8_t* data, std::size_t size,
                           Result<void> (*read)(const advisory::Document& document,
                                                advisory::RecordSink& sink)) {
  const auto document = advisory::open_document(as_text(std::as_bytes(std::span(data, size))));
  if (!document) return 0;
  advisory::Collector collector;
  if (!read(*document, collector)) return 0;
  for (const auto& [feed, record] : collector.records) {
    for (const auto& affected : record.affected) {
      advisory::Statement statement;
      const std::string row = advisory::encode_statement(record, affected);
      if (!advisory::decode_statement(row, statement)) std::abort();
      if (affected.ecosystem != feed.ecosystem || record.id.empty()) std::abort();
    }
  }
  return 0;
}

}  // namespace bulkhead::fuzz
