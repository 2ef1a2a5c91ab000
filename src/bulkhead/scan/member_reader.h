#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/io/chunk_pipe.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/kept_files.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/layer_reader.h"

namespace bulkhead::scan {

/// A member of a streamed archive being read as a layer, on threads of its own, while its bytes
/// are pushed in.
class MemberReader {
 public:
  /// @param size_bytes  Of the member.  @param place  Names it in notes until its layer is known.
  /// All references outlive the reader.
  MemberReader(std::uint64_t size_bytes, const std::string& path, const std::string& spool_folder,
               std::span<const Inspector> inspectors, Verify verify, const RunContext& context,
               KeptBudget& budget);
  ~MemberReader();
  MemberReader(const MemberReader&) = delete;
  MemberReader& operator=(const MemberReader&) = delete;

  void write(ByteView bytes) { pipe_->write(bytes); }
  /// The member has ended, or broke off with `error`. Waits for the rest to be read.
  Result<void> finish(std::optional<Error> error = {});

  /// After `finish`.
  LayerResult take() && { return std::move(pass_).take(); }
  const std::optional<LayerDigests>& digests() const { return reader_.digests(); }
  std::shared_ptr<KeptFiles> kept() const { return kept_; }

 private:
  void end(std::optional<Error> error);

  std::shared_ptr<io::ChunkPipe> pipe_;
  image::LayerSource source_;
  LayerPass pass_;
  std::shared_ptr<KeptFiles> kept_;
  KeepingPass keeping_;
  LayerReader reader_;
  Result<void> done_;
  std::vector<std::jthread> threads_;
};

}  // namespace bulkhead::scan
