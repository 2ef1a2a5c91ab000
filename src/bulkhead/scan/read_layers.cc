#include "bulkhead/scan/read_layers.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>

#include <fmt/format.h>

#include "bulkhead/image/folder_walk.h"

namespace bulkhead::scan {
namespace {

std::string layer_name(std::size_t index) { return fmt::format("layer {}", index); }

/// One layer being read; kept alive by whoever works on it.
struct Job {
  Job(const image::LayerSource& source, std::span<const Inspector> inspectors, Verify verify,
      const RunContext& context, KeptBudget& budget, std::size_t index)
      : pass(inspectors, context, budget, layer_name(index)),
        reader(source, pass, verify, context) {}

  LayerPass pass;
  LayerReader reader;
};

/// One layer's share of the notes: a thousand layers must not keep a thousand notes each.
RunContext share_notes(RunContext context, std::size_t layers) {
  constexpr std::uint64_t kLeastNotes = 16;
  context.limits.notes =
      std::max<std::uint64_t>(kLeastNotes, context.limits.notes / std::max<std::size_t>(1, layers));
  return context;
}

class Workers {
 public:
  Workers(const image::OpenTarget& target, std::span<const Inspector> inspectors, Verify verify,
          const RunContext& context, KeptBudget& budget)
      : target_(target),
        inspectors_(inspectors),
        verify_(verify),
        context_(share_notes(context, target.sources.size())),
        budget_(budget) {
    order_.resize(target.sources.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::stable_sort(order_, std::greater{},
                             [&](std::size_t i) { return target.layers[i].size_bytes; });
    for (std::size_t i = 0; i < order_.size(); ++i) results_.emplace_back(context.limits);
    for (const LayerInfo& layer : target.layers) context.progress->add_total(layer.size_bytes);
  }

  Result<std::vector<LayerResult>> run() {
    // Even one layer is worth two threads; more than two on each are of no use.
    const std::size_t most = std::min<std::size_t>(context_.jobs, order_.size() * 2);
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < most; ++i) threads.emplace_back([this] { work(); });
    work();
    threads.clear();  // joins
    if (failed_) return std::unexpected(*failed_);
    return std::move(results_);
  }

 private:
  void work() {
    for (;;) {
      std::size_t index = 0;
      std::shared_ptr<Job> job;
      bool is_helper = false;
      {
        const std::lock_guard lock(mutex_);
        if (next_ < order_.size()) {
          index = order_[next_++];
          job = std::make_shared<Job>(target_.sources[index], inspectors_, verify_, context_,
                                      budget_, index);
          running_.push_back(job);
        } else {
          job = longest_without_helper();
          is_helper = true;
        }
      }
      if (!job) return;
      if (is_helper) {
        job->reader.help();
      } else {
        read(*job, index);
        const std::lock_guard lock(mutex_);
        std::erase(running_, job);
      }
    }
  }

  /// @pre mutex_ is held
  std::shared_ptr<Job> longest_without_helper() {
    std::ranges::sort(running_, std::greater{},
                      [](const auto& job) { return job->reader.remaining(); });
    for (const auto& job : running_) {
      if (job->reader.engage_helper()) return job;
    }
    return nullptr;
  }

  void read(Job& job, std::size_t index) {
    const image::LayerSource& source = target_.sources[index];
    Result<void> done;
    if (!source.folder.empty()) {
      done = image::walk_folder(source.folder, job.pass, context_);
    } else if (source.blob) {
      done = job.reader.run();
    }
    if (!done) {
      const std::lock_guard lock(mutex_);
      if (!failed_) failed_ = located(std::move(done).error(), layer_name(index));
      return;
    }
    results_[index] = std::move(job.pass).take();
  }

  const image::OpenTarget& target_;
  std::span<const Inspector> inspectors_;
  Verify verify_;
  const RunContext context_;
  KeptBudget& budget_;
  std::vector<std::size_t> order_;  // largest first
  std::vector<LayerResult> results_;

  std::mutex mutex_;
  std::size_t next_ = 0;
  std::vector<std::shared_ptr<Job>> running_;
  std::optional<Error> failed_;
};

}  // namespace

Result<std::vector<LayerResult>> read_layers(const image::OpenTarget& target,
                                             std::span<const Inspector> inspectors, Verify verify,
                                             const RunContext& context, KeptBudget& budget) {
  return Workers(target, inspectors, verify, context, budget).run();
}

Result<std::vector<FileFacts>> read_layer_again(
    const image::OpenTarget& target, std::uint32_t layer, std::span<const Inspector> inspectors,
    std::span<const LateWant> wants, const RunContext& context, KeptBudget& budget, Notes& notes) {
  LatePass pass(inspectors, wants, context, budget, layer_name(layer));
  const image::LayerSource& source = target.sources[layer];
  if (!source.folder.empty()) {
    BH_CHECK(image::walk_folder(source.folder, pass, context));
  } else if (source.blob) {
    // A file holds what it held when its digest was checked; a server may send something else.
    LayerReader reader(source, pass, Verify{.has_digest = source.is_fetched, .is_all = false},
                       context, [&] { return !source.is_fetched && pass.is_done(); });
    BH_CHECK(reader.run());
  }
  Notes noted = pass.take_notes();
  notes.merge(std::move(noted));
  return pass.take_facts();
}

}  // namespace bulkhead::scan
