// An rpm database (Berkeley DB, NDB or SQLite, by its content), in memory and from a spool: the
// packages must be the same. What follows a line "-- log" is its write-ahead log.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/catalog/rpm/rpm.h"

namespace {

using namespace bulkhead;

constexpr std::string_view kMark = "\n-- log\n";

void read(ByteView database, ByteView log, std::uint64_t memory_bytes, Inventory& inventory) {
  RunContext run = quiet_context();
  run.limits.random_memory_bytes = memory_bytes;
  run.limits.rpm_header_bytes = 64 << 10;
  run.limits.packages = 50;
  run.limits.owned_path_bytes = 4096;
  Notes notes(100);
  const ReadContext context{run, notes};
  std::vector<FactsPtr> facts;
  std::vector<JoinFile> files;
  const auto add = [&](std::string_view path, ByteView bytes) {
    const auto reader = catalog::rpm::open({path, 0644, bytes.size()}, context);
    if (!bytes.empty() && !reader->data(bytes)) return;
    Result<FactsPtr> got = reader->end();
    if (!got || *got == nullptr) return;
    facts.push_back(*std::move(got));
    files.push_back({path, 0, facts.back().get()});
  };
  add("var/lib/rpm/rpmdb.sqlite", database);
  add("var/lib/rpm/rpmdb.sqlite-wal", log);
  catalog::rpm::join(files, inventory, notes);
  if (inventory.packages.size() > 100) abort();  // 50 of the database
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  const std::size_t mark = std::min(text.find(kMark), text.size());
  const ByteView database = as_bytes(text.substr(0, mark));
  const ByteView log = as_bytes(text.substr(std::min(text.size(), mark + kMark.size())));
  Inventory memory, spool;
  constexpr std::uint64_t kMuch = 1 << 20;
  read(database, log, kMuch, memory);
  // The smallest share of memory that leaves a skeleton of a small database.
  if (size % 16 == 0 && log.empty()) {
    read(database, log, 0, spool);
    if (memory.packages.size() != spool.packages.size()) abort();
  }
  return 0;
}
