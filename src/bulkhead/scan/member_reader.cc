#include "bulkhead/scan/member_reader.h"

#include "bulkhead/image/layout.h"

namespace bulkhead::scan {
namespace {

/// Compressed bytes that wait for the reader: enough that neither side waits for the other's chunk.
constexpr std::size_t kPipeBytes = std::size_t{4} << 20;

}  // namespace

MemberReader::MemberReader(std::uint64_t size_bytes, const std::string& path,
                           const std::string& spool_folder, std::span<const Inspector> inspectors,
                           Verify verify, const RunContext& context, KeptBudget& budget)
    : pipe_(std::make_shared<io::ChunkPipe>(size_bytes, kPipeBytes)),
      source_{pipe_, {}, {}, {}},
      pass_(inspectors, context, budget, path),
      kept_(std::make_shared<KeptFiles>(spool_folder)),
      keeping_(pass_, *kept_, inspectors, context),
      reader_(source_, keeping_, verify, context) {
  const auto named = image::digest_in_name(path, "");
  reader_.compute_digests(named ? named->algorithm : "sha256", verify.is_all);
  if (context.jobs > 1 && reader_.engage_helper()) {
    threads_.emplace_back([this] { reader_.help(); });
  }
  threads_.emplace_back([this] {
    done_ = reader_.run();
    pipe_->leave();
  });
}

MemberReader::~MemberReader() {
  // One that nobody wants any more (the archive turned out to be none of an image).
  if (!threads_.empty()) end(Error{Code::truncated, "archive: left unread"});
}

Result<void> MemberReader::finish(std::optional<Error> error) {
  end(std::move(error));
  return done_;
}

void MemberReader::end(std::optional<Error> error) {
  pipe_->close(std::move(error));
  threads_.clear();  // joins
  kept_->finish();
}

}  // namespace bulkhead::scan
