#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::format {

struct XmlAttribute {
  std::string_view name;  // without its namespace's prefix
  std::string_view value;
};

/// Takes what an XmlReader finds. Views are valid during the call. An error ends the reading.
class XmlSink {
 public:
  virtual ~XmlSink() = default;
  /// @param name  Without its namespace's prefix.
  virtual Result<void> begin(std::string_view name,
                             const std::vector<XmlAttribute>& attributes) = 0;
  /// All character data that lies directly in the element that ends here.
  virtual Result<void> end(std::string_view name, std::string_view text) = 0;
};

struct XmlLimits {
  std::size_t depth = 64;
  std::size_t attributes = 256;      // of one element
  std::size_t text_bytes = 1 << 20;  // of all open elements together
};

/// Reads one XML document that comes in chunks (expat). A document type declaration is refused, so
/// there are no entities but XML's own five and no expansion to bound.
class XmlReader {
 public:
  explicit XmlReader(XmlSink& sink, const XmlLimits& limits = {});
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  /// @error malformed       With "line L, column C"; unsupported: a document type declaration;
  ///                        limit_exceeded; (the sink's). The first error stays the answer.
  Result<void> feed(std::string_view chunk);
  /// @error malformed  The document is not whole.
  Result<void> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::format
