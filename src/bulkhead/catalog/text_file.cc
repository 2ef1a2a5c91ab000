#include "bulkhead/catalog/text_file.h"

#include <utility>

#include "bulkhead/catalog/text_reader.h"

namespace bulkhead::catalog {
namespace {

struct TextFacts final : Facts {
  explicit TextFacts(std::string the_text) : text(std::move(the_text)) {}
  std::string text;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + text.capacity(); }
};

class TextKeeper final : public TextReader {
 public:
  TextKeeper(std::string_view format, const FileInfo& file, const ReadContext& context)
      : TextReader(format, {context.run.limits.memory_file_bytes, "max-memory-file-bytes"}, file,
                   context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    return std::make_unique<TextFacts>(std::move(text));
  }
};

}  // namespace

std::unique_ptr<FileReader> open_text_file(std::string_view format, const FileInfo& file,
                                           const ReadContext& context) {
  return std::make_unique<TextKeeper>(format, file, context);
}

const std::string* text_of(const Facts* facts) {
  const auto* const text = dynamic_cast<const TextFacts*>(facts);
  return text == nullptr ? nullptr : &text->text;
}

}  // namespace bulkhead::catalog
