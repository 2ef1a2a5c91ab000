#include "bulkhead/report/xml.h"

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// The reference that stands for `c`, or nothing where `c` stands for itself.
std::string_view reference_of(char c, bool is_attribute) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\r':
      return "&#13;";
    case '"':
      return is_attribute ? "&quot;" : std::string_view();
    case '\n':
      return is_attribute ? "&#10;" : std::string_view();
    case '\t':
      return is_attribute ? "&#9;" : std::string_view();
    default:
      return static_cast<unsigned char>(c) < 0x20 ? kReplacement : std::string_view();
  }
}

std::string escape(std::string_view bytes, bool is_attribute) {
  const std::string text = to_utf8(bytes).text;
  std::string xml;
  xml.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i, 3);
    if (rest == "\xEF\xBF\xBE" || rest == "\xEF\xBF\xBF") {  // U+FFFE and U+FFFF
      xml += kReplacement;
      i += 2;
      continue;
    }
    const std::string_view reference = reference_of(text[i], is_attribute);
    if (reference.empty()) {
      xml.push_back(text[i]);
    } else {
      xml += reference;
    }
  }
  return xml;
}

}  // namespace

std::string xml_text(std::string_view bytes) { return escape(bytes, false); }

std::string xml_attribute(std::string_view bytes) { return escape(bytes, true); }

}  // namespace bulkhead::report
