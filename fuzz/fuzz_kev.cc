// Catalogues of known exploited vulnerabilities.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace advisory = bulkhead::advisory;
  const auto document =
      advisory::open_document(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  if (!document) return 0;
  advisory::Collector collector;
  // Read whatever it looks like: recognition is a guess. An error is an answer, too.
  if (!advisory::read_cisa_kev(*document, collector)) return 0;
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
