#include "bulkhead/net/http.h"

#include <charconv>

#include "bulkhead/base/text.h"

namespace bulkhead::net {

std::optional<std::string_view> HttpHead::header(std::string_view name) const {
  const std::string wanted = to_lower(name);
  for (const Header& header : headers) {
    if (header.name.size() == wanted.size() && to_lower(header.name) == wanted) return header.value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> HttpHead::content_length() const {
  const std::optional<std::string_view> text = header("content-length");
  if (!text) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return length;
}

}  // namespace bulkhead::net
