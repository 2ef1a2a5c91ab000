#include "bulkhead/scan/lazy_spool.h"

#include <utility>

#include <fmt/format.h>

namespace bulkhead::scan {

Result<void> LazySpool::append(ByteView bytes) {
  if (bytes.empty()) return {};
  const std::uint64_t most = context_.limits.spool_bytes;
  const std::uint64_t all =
      budget_.spool_bytes.fetch_add(bytes.size(), std::memory_order_relaxed) + bytes.size();
  if (all > most) {
    budget_.spool_bytes.fetch_sub(bytes.size(), std::memory_order_relaxed);
    return fail(Code::limit_exceeded,
                fmt::format("spool: more than {} bytes (--max-spool-bytes)", most), size_);
  }
  if (!spool_) {
    BH_TRY(io::Spool spool, io::Spool::create(folder_, most));
    spool_ = std::move(spool);
  }
  BH_CHECK(spool_->append(bytes));
  size_ += bytes.size();
  return {};
}

void LazySpool::finish() {
  if (spool_) source_ = std::move(*spool_).into_source();
  spool_.reset();
}

}  // namespace bulkhead::scan
