// An opkg status file in two chunkings: the packages and notes must be the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/opkg/opkg.h"

namespace {

using namespace bulkhead;

bool read(ByteView bytes, std::size_t chunk, Inventory& inventory, Notes& notes) {
  RunContext run = quiet_context();
  run.limits.stanza_bytes = 200;  // small, so that the fuzzer reaches them
  run.limits.packages = 5;
  const ReadContext context{run, notes};
  const auto reader = catalog::opkg::open({"usr/lib/opkg/status", 0644, bytes.size()}, context);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (!reader->data(bytes.subspan(at, std::min(chunk, bytes.size() - at)))) return false;
  }
  const auto facts = reader->end();
  if (!facts) return false;
  const JoinFile file{"usr/lib/opkg/status", 0, facts->get()};
  catalog::opkg::join({&file, 1}, inventory, notes);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  Inventory whole, parts;
  Notes whole_notes(100), parts_notes(100);
  const bool is_whole_good = read(bytes, size + 1, whole, whole_notes);
  const bool is_parts_good = read(bytes, 3, parts, parts_notes);
  if (is_whole_good != is_parts_good || whole.packages.size() != parts.packages.size()) abort();
  for (std::size_t i = 0; i < whole.packages.size(); ++i) {
    if (whole.packages[i].purl != parts.packages[i].purl) abort();
  }
  if (whole_notes.all() != parts_notes.all()) abort();
  return 0;
}
