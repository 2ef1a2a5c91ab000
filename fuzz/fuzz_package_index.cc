// Package indexes: the first byte says which reader. Two chunkings must give the same rows.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/pending/apt_release.h"
#include "bulkhead/pending/index_rows.h"

namespace {

using namespace bulkhead;
using pending::IndexReader;
using pending::RowSink;

std::unique_ptr<IndexReader> open(std::uint8_t kind, RowSink& sink) {
  Limits limits;
  limits.stanza_bytes = 200;  // small, so that the fuzzer reaches it
  switch (kind % 5) {
    case 0:
      return pending::read_apt_packages(sink, limits);
    case 1:
      return pending::read_apk_index(sink, limits);
    case 2:
      return pending::read_rpm_primary(sink);
    case 3:
      return pending::read_rpm_updateinfo(sink);
    default:
      return pending::read_rpm_modules(sink);
  }
}

/// What one chunking gives; the rows count only where all of it was good.
std::pair<bool, std::string> read(std::uint8_t kind, ByteView bytes, std::size_t chunk) {
  std::vector<Package> packages(1);
  packages[0].name = "a";
  const pending::WantedNames wanted(packages, packages[0].type);
  RowSink sink(wanted);
  const auto reader = open(kind, sink);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (!reader->data(bytes.subspan(at, std::min(chunk, bytes.size() - at)))) return {};
  }
  if (!reader->end()) return {};
  std::string rows = std::to_string(sink.bad());
  for (const pending::Offer& row : std::move(sink).take()) {
    if (row.name != "a" || row.version.empty()) std::abort();
    rows += row.name + '\0' + row.version + '\0' + row.architecture + '\0' + row.module + '\n';
  }
  return {true, rows};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(1);
  if (data[0] % 6 == 5) {
    (void)pending::parse_apt_release(as_text(bytes));
    return 0;
  }
  if (read(data[0] % 6, bytes, size + 1) != read(data[0] % 6, bytes, 3)) std::abort();
  return 0;
}
