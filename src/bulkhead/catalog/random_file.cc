#include "bulkhead/catalog/random_file.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace bulkhead::catalog {
namespace {

// A header may claim any size: memory is taken for no more than this before the bytes are there.
constexpr std::uint64_t kMaxReserveBytes = 8 << 20;

std::string spool_folder() {
  const char* const named = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

}  // namespace

Result<ByteView> RandomFile::read(std::uint64_t offset, std::uint64_t count,
                                  std::string& scratch) const {
  if (offset > size_ || count > size_ - offset) {
    return fail(Code::truncated, "file: a part of it lies beyond its end", offset);
  }
  if (!source_) return as_bytes(bytes_).subspan(offset, count);
  scratch.resize(count);
  const auto out = MutableByteView(reinterpret_cast<std::byte*>(scratch.data()), count);
  for (std::size_t have = 0; have < count;) {
    BH_TRY(const std::size_t got, source_->read_at(offset + have, out.subspan(have)));
    if (got == 0) return fail(Code::truncated, "spool: it became shorter", offset + have);
    have += got;
  }
  return as_bytes(scratch);
}

RandomFileWriter::RandomFileWriter(const Limits& limits, std::uint64_t size_hint,
                                   std::string folder)
    : most_in_memory_(limits.random_memory_bytes),
      most_(limits.spool_bytes),
      folder_(std::move(folder)) {
  bytes_.reserve(std::min({most_in_memory_, size_hint, kMaxReserveBytes}));
}

Result<void> RandomFileWriter::append(ByteView chunk) {
  if (!spool_) {
    if (chunk.size() <= most_in_memory_ - bytes_.size()) {
      bytes_.append(as_text(chunk));
      return {};
    }
    BH_TRY(io::Spool spool, io::Spool::create(folder_.empty() ? spool_folder() : folder_, most_));
    BH_CHECK(spool.append(as_bytes(bytes_)));
    bytes_ = std::string();
    spool_ = std::move(spool);
  }
  return spool_->append(chunk);
}

RandomFile RandomFileWriter::take() && {
  if (spool_) return RandomFile(std::move(*spool_).into_source());
  return RandomFile(std::move(bytes_));
}

std::shared_ptr<const io::Source> RandomFileWriter::into_source() && {
  if (spool_) return std::move(*spool_).into_source();
  return io::memory_source(std::move(bytes_));
}

}  // namespace bulkhead::catalog
