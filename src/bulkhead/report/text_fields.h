#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bulkhead::report {

/// `bytes` as well-formed UTF-8: what is none became U+FFFD, and so did NUL, which the databases
/// behind the readers of these reports (PostgreSQL) refuse.
std::string utf8(std::string_view bytes);

/// `bytes` as UTF-8 of at most `most` characters (code points); what is cut ends with "…".
std::string utf8_prefix(std::string_view bytes, std::size_t most);

/// A member that is left out where it says nothing. `Json` is the library's object.
template <class Json>
void put_text(Json& object, const char* key, std::string_view value) {
  if (!value.empty()) object[key] = utf8(value);
}

/// `path` as a relative reference of RFC 3986: no leading slash, bytes other than unreserved ones
/// and "/" percent-encoded.
std::string uri_of_path(std::string_view path);

/// An http, https or ftp address that needs no further encoding: readers put it into links.
bool is_web_address(std::string_view text);

/// `bytes` as Markdown that shows just these characters: names and descriptions come from images
/// and feeds, and must not become links, pictures or HTML in a page that shows the report.
std::string markdown_text(std::string_view bytes);

}  // namespace bulkhead::report
