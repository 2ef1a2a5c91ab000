#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/json_outline.h"
#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

enum class DocumentKind : std::uint8_t { json_object, json_array, xml, text };

/// One file's whole text, with what its format is told by. Views of the caller's text.
struct Document {
  std::string_view text;
  DocumentKind kind = DocumentKind::text;    // text: YAML, CSV and the like
  std::vector<std::string_view> elements{};  // of the array
  std::vector<JsonMember> members{};         // of the object
  std::string_view root{};                   // XML: the root element's name without its prefix

  bool is_object() const { return kind == DocumentKind::json_object; }
  const JsonMember* find(std::string_view key) const;
  /// Is it an object with all of these?
  bool has(std::initializer_list<std::string_view> keys) const;
  /// Is it an array whose first element is an object with all of these?
  bool is_list_of(std::initializer_list<std::string_view> keys) const;
};

/// Bytes of a file that `may_be_document` wants to see, if it has that many.
inline constexpr std::size_t kDocumentHeadBytes = 4096;

/// Could a file that begins so be of a known format? Spares reading the rest of others.
bool may_be_document(std::string_view head);

/// @error malformed  It begins as JSON and is not well formed. (XML is for its reader to judge.)
Result<Document> open_document(std::string_view text);

/// One format of advisory data.
struct FeedFormat {
  std::string_view name;         // stable: the first part of its feeds' names
  std::string_view description;  // for the help and the documentation
  /// A document is a whole feed or several (the tracker), not one record of a feed (OSV): of two
  /// documents of one feed the later counts.
  bool is_whole_feed;
  bool (*recognise)(const Document& document);
  /// Bad records are noted and passed over.
  /// @error malformed, limit_exceeded  The document gave nothing; (the sink's) what it returned.
  Result<void> (*read)(const Document& document, RecordSink& sink);
};

/// All formats, sorted by name.
std::span<const FeedFormat> feed_formats();
/// Null where the content is of no known format.
const FeedFormat* find_format(const Document& document);

}  // namespace bulkhead::advisory
