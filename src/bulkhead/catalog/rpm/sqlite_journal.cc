#include "bulkhead/catalog/rpm/sqlite_journal.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::size_t kHeadBytes = 12;  // the mark, and the number of pages that follow
constexpr std::string_view kNoPages("\0\0\0\0", 4);
constexpr std::string_view kMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";

class JournalReader final : public FileReader {
 public:
  Result<void> data(ByteView chunk) override {
    const std::size_t wanted = kHeadBytes - head_.size();
    head_.append(as_text(chunk.first(std::min(wanted, chunk.size()))));
    return {};
  }
  Result<FactsPtr> end() override {
    // Without pages the database was not touched yet: they are counted before it is.
    const bool is_hot =
        head_.size() == kHeadBytes && head_.starts_with(kMagic) && !head_.ends_with(kNoPages);
    if (!is_hot) return nullptr;
    return std::make_unique<JournalFacts>();
  }

 private:
  std::string head_;
};

}  // namespace

std::unique_ptr<FileReader> open_journal() { return std::make_unique<JournalReader>(); }

}  // namespace bulkhead::catalog::rpm
