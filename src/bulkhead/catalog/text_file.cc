#include "bulkhead/catalog/text_file.h"

#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/bounded_text.h"

namespace bulkhead::catalog {
namespace {

struct TextFacts final : Facts {
  explicit TextFacts(std::string the_text) : text(std::move(the_text)) {}
  std::string text;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + text.capacity(); }
};

class TextReader final : public FileReader {
 public:
  TextReader(std::string_view format, const FileInfo& file, const ReadContext& context)
      : format_(format), text_(context.run.limits.memory_file_bytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    const std::uint64_t most = text_.most();
    if (text_.append(chunk)) return {};
    return fail(Code::limit_exceeded,
                fmt::format("{}: more than {} bytes (--max-memory-file-bytes)", format_, most));
  }

  Result<FactsPtr> end() override { return std::make_unique<TextFacts>(std::move(text_).take()); }

 private:
  std::string_view format_;
  BoundedText text_;
};

}  // namespace

std::unique_ptr<FileReader> open_text_file(std::string_view format, const FileInfo& file,
                                           const ReadContext& context) {
  return std::make_unique<TextReader>(format, file, context);
}

const std::string* text_of(const Facts* facts) {
  const auto* const text = dynamic_cast<const TextFacts*>(facts);
  return text == nullptr ? nullptr : &text->text;
}

}  // namespace bulkhead::catalog
