// Chisel's manifest, packed or plain, in two chunkings: packages and notes must be the same;
// of a frame that is damaged both must say so, since how much of it a decoder gives before differs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/dpkg/dpkg.h"

namespace {

using namespace bulkhead;

void read(ByteView bytes, std::size_t chunk, Inventory& inventory, Notes& notes) {
  RunContext run = quiet_context();
  run.limits.stanza_bytes = 200;  // small, so that the fuzzer reaches them
  run.limits.packages = 5;
  run.limits.owned_path_bytes = 50;
  run.limits.decoded_bytes = 1 << 20;
  const ReadContext context{run, notes};
  constexpr std::string_view kPath = "var/lib/chisel/manifest.wall";
  const auto reader = catalog::dpkg::open({kPath, 0644, bytes.size()}, context);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (!reader->data(bytes.subspan(at, std::min(chunk, bytes.size() - at)))) abort();
  }
  const auto facts = reader->end();
  if (!facts) abort();
  const JoinFile file{kPath, 0, facts->get()};
  catalog::dpkg::join({&file, 1}, inventory, notes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  Inventory whole, parts;
  Notes whole_notes(100), parts_notes(100);
  read(bytes, size + 1, whole, whole_notes);
  read(bytes, 3, parts, parts_notes);
  constexpr auto kIsDamaged = [](const Note& note) {
    return note.what.ends_with("; packages may be missing");
  };
  const bool is_damaged = std::ranges::any_of(whole_notes.all(), kIsDamaged);
  if (is_damaged != std::ranges::any_of(parts_notes.all(), kIsDamaged)) abort();
  if (is_damaged) return 0;
  if (whole.packages.size() != parts.packages.size()) abort();
  for (std::size_t i = 0; i < whole.packages.size(); ++i) {
    if (whole.packages[i].purl != parts.packages[i].purl) abort();
    if (whole.packages[i].files.packed != parts.packages[i].files.packed) abort();
  }
  if (whole_notes.all() != parts_notes.all()) abort();
  return 0;
}
