#include "bulkhead/catalog/executable/executable.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/catalog/executable/go.h"
#include "bulkhead/catalog/executable/recogniser.h"
#include "bulkhead/catalog/executable/rust.h"
#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::executable {
namespace {

/// One row for each kind of trace; null where a file's head tells that it has none.
constexpr std::unique_ptr<Recogniser> (*kRecognisers[])(std::string_view head) = {
    make_go_recogniser,
    make_rust_recogniser,
};

struct ExecutableFacts final : Facts {
  std::vector<Part> parts;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + parts.capacity() * sizeof(Part);
    for (const Part& part : parts) {
      // Short strings lie in the part itself.
      for (const std::string* text : {&part.name, &part.version, &part.evidence}) {
        if (text->capacity() >= sizeof(std::string) / 2) bytes += text->capacity();
      }
    }
    return bytes;
  }
};

class ExecutableReader final : public FileReader {
 public:
  explicit ExecutableReader(const ReadContext& context) : context_(context) {}

  Result<void> data(ByteView chunk) override {
    if (!is_started_) {
      const std::size_t taken = std::min(chunk.size(), kHeadBytes - head_.size());
      head_.append(as_text(chunk.first(taken)));
      chunk = chunk.subspan(taken);
      if (head_.size() < kHeadBytes) return {};
      start();
    }
    if (!chunk.empty()) hand_on(chunk);
    return {};
  }

  Result<FactsPtr> end() override {
    if (!is_started_) start();
    auto facts = std::make_shared<ExecutableFacts>();
    for (const auto& recogniser : recognisers_) recogniser->end(facts->parts, context_.notes);
    if (facts->parts.empty()) return nullptr;
    std::ranges::sort(facts->parts);
    const auto repeated = std::ranges::unique(facts->parts);
    facts->parts.erase(repeated.begin(), repeated.end());
    facts->parts.shrink_to_fit();
    return facts;
  }

 private:
  void start() {
    is_started_ = true;
    for (const auto make : kRecognisers) {
      if (auto recogniser = make(head_)) recognisers_.push_back(std::move(recogniser));
    }
    if (!head_.empty()) hand_on(as_bytes(head_));
    head_ = std::string();
  }

  void hand_on(ByteView chunk) {
    for (const auto& recogniser : recognisers_) recogniser->data(chunk);
  }

  const ReadContext& context_;
  std::string head_;
  bool is_started_ = false;
  std::vector<std::unique_ptr<Recogniser>> recognisers_;
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& /*file*/, const ReadContext& context) {
  return std::make_unique<ExecutableReader>(context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const ExecutableFacts*>(file.facts);
    if (facts == nullptr) continue;
    for (const Part& part : facts->parts) {
      Package package;
      package.type = part.type;
      package.name = part.name;
      package.version = part.version;
      package.origin = Origin::embedded;
      package.confidence = part.confidence;
      package.evidence = part.evidence;
      add_library(std::move(package), file, "", out);
    }
  }
}

}  // namespace bulkhead::catalog::executable
