#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// Collects a small file as a whole, up to a limit, and hands its text to a derived class, which
/// knows what it means.
class TextReader : public FileReader {
 public:
  /// @error limit_exceeded  The file is longer than the limit.
  Result<void> data(ByteView chunk) final;
  Result<FactsPtr> end() final { return read(std::move(text_).take()); }

 protected:
  /// The limit that a text is held against.
  struct Most {
    std::uint64_t bytes;
    std::string_view option;  // "max-memory-file-bytes"
  };
  /// @param format  Begins every note: "os-release". Outlives this, as `context` does.
  TextReader(std::string_view format, Most most, const FileInfo& file, const ReadContext& context)
      : format_(format), most_(most), context_(context), text_(most.bytes, file.size_bytes) {}

  /// What the whole text says.
  virtual Result<FactsPtr> read(std::string text) = 0;

  void note(NoteLevel level, Code code, std::string_view what, std::uint64_t offset = 0);
  const Limits& limits() const { return context_.run.limits; }

 private:
  std::string_view format_;
  Most most_;
  const ReadContext& context_;
  BoundedText text_;
};

}  // namespace bulkhead::catalog
