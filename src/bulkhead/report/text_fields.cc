#include "bulkhead/report/text_fields.h"

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// RFC 3986, section 2.3.
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Does a character of UTF-8 text begin here?
bool is_lead(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

std::string utf8(std::string_view bytes) {
  std::string text = to_utf8(bytes).text;
  for (std::size_t at = 0; (at = text.find('\0', at)) != std::string::npos;) {
    text.replace(at, 1, kReplacement);
  }
  return text;
}

std::string utf8_prefix(std::string_view bytes, std::size_t most) {
  // No character takes more than four bytes: the rest of an endless text is not looked at.
  const bool is_long = bytes.size() / 4 > most;
  std::string text = utf8(is_long ? bytes.substr(0, (most + 1) * 4) : bytes);
  std::size_t count = 0;
  std::size_t last = 0;  // where the character begins that gives way to the ellipsis
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_lead(text[i])) continue;
    if (++count <= most) last = i;
  }
  if (count <= most && !is_long) return text;
  text.resize(last);
  if (most > 0) text += kEllipsis;
  return text;
}

std::string uri_of_path(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string uri;
  uri.reserve(path.size());
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      uri.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return uri;
}

bool is_web_address(std::string_view text) {
  constexpr std::string_view kNeverInUris = "<>\"{}|\\^`";
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || text.size() == colon + 3) return false;
  const std::string_view scheme = text.substr(0, colon);
  if (scheme != "https" && scheme != "http" && scheme != "ftp") return false;
  for (const char c : text) {
    if (c <= ' ' || c > '~' || kNeverInUris.find(c) != std::string_view::npos) return false;
  }
  return true;
}

std::string markdown_text(std::string_view bytes) {
  // CommonMark 0.31, section 2.4: a backslash takes the meaning off any ASCII punctuation.
  constexpr std::string_view kMarks = "\\`*_{}[]()<>#+-.!|~&:@";
  std::string text;
  for (const char c : utf8(bytes)) {
    if (kMarks.find(c) != std::string_view::npos) text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

}  // namespace bulkhead::report
