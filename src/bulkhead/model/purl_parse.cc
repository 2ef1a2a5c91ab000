#include <algorithm>
#include <optional>

#include "bulkhead/base/text.h"
#include "bulkhead/model/purl.h"

namespace bulkhead {
namespace {

// Longer than any path on any system; a purl names one package.
constexpr std::size_t kMaxPurlBytes = 16 << 10;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

/// The segments of a namespace or subpath that are not empty, decoded and joined.
Result<std::string> decode_segments(std::string_view text) {
  std::string out;
  for (const std::string_view segment : split(text, '/')) {
    if (segment.empty()) continue;
    BH_TRY(const std::string decoded, decode_percent(segment));
    if (!out.empty()) out.push_back('/');
    out += decoded;
  }
  return out;
}

/// Cuts `text` at the last `mark`; what follows it goes, decoded by nobody yet.
std::string_view cut_last(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

Result<void> read_qualifiers(std::string_view text, Purl& purl) {
  if (text.empty()) return {};
  for (const std::string_view pair : split(text, '&')) {
    const std::size_t equals = pair.find('=');
    if (pair.empty()) continue;
    if (equals == 0 || equals == std::string_view::npos) {
      return fail(Code::malformed, "purl: a qualifier without a key or \"=\"");
    }
    BH_TRY(std::string value, decode_percent(pair.substr(equals + 1)));
    if (value.empty()) continue;  // the same as none at all
    purl.qualifiers.emplace_back(to_lower(pair.substr(0, equals)), std::move(value));
  }
  std::ranges::sort(purl.qualifiers);
  return {};
}

}  // namespace

Result<std::string> decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return fail(Code::malformed, "purl: a % without two hexadecimal digits");
    out.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return out;
}

std::string_view Purl::qualifier(std::string_view key) const {
  for (const auto& [own, value] : qualifiers) {
    if (own == key) return value;
  }
  return {};
}

Result<Purl> parse_purl(std::string_view text) {
  if (text.size() > kMaxPurlBytes) return fail(Code::limit_exceeded, "purl: longer than 16 KiB");
  constexpr std::string_view kScheme = "pkg:";
  if (to_lower(text.substr(0, kScheme.size())) != kScheme) {
    return fail(Code::malformed, "purl: it does not begin with \"pkg:\"");
  }
  text.remove_prefix(kScheme.size());
  Purl purl;
  BH_TRY(purl.subpath, decode_segments(cut_last(text, '#')));
  BH_CHECK(read_qualifiers(cut_last(text, '?'), purl));
  while (text.starts_with('/')) text.remove_prefix(1);
  const std::size_t type_end = text.find('/');
  if (type_end == 0 || type_end == std::string_view::npos) {
    return fail(Code::malformed, "purl: it has no type or no name");
  }
  purl.type = to_lower(text.substr(0, type_end));
  text.remove_prefix(type_end + 1);
  while (text.ends_with('/')) text.remove_suffix(1);
  // An "@" that begins a segment is an npm scope that was not encoded, not a version.
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && at > 0 && text[at - 1] != '/') {
    BH_TRY(purl.version, decode_percent(text.substr(at + 1)));
    text = text.substr(0, at);
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t name_begin = text.rfind('/');
  BH_TRY(purl.name,
         decode_percent(name_begin == std::string_view::npos ? text : text.substr(name_begin + 1)));
  if (purl.name.empty()) return fail(Code::malformed, "purl: it has no type or no name");
  if (name_begin != std::string_view::npos) {
    BH_TRY(purl.name_space, decode_segments(text.substr(0, name_begin)));
  }
  if (purl.type == "apk" || purl.type == "deb" || purl.type == "oci") {
    purl.name = to_lower(purl.name);
    purl.name_space = to_lower(purl.name_space);
  }
  return purl;
}

}  // namespace bulkhead
