#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::format {

/// A value in a parsed JSON document: a cheap handle, valid while its JsonDocument lives and is
/// not parsed into again. Asking a value for what it is not gives nothing, never an error: the
/// reader of a format decides what is required.
class JsonValue {
 public:
  JsonValue() = default;

  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  /// The member `key` of an object; a missing one gives an empty handle (`!value.exists()`).
  JsonValue operator[](std::string_view key) const;
  bool exists() const { return document_ != nullptr; }
  /// Text of a string; valid as long as the document.
  std::optional<std::string_view> text() const;
  /// The same, or `otherwise`.
  std::string_view text_or(std::string_view otherwise) const { return text().value_or(otherwise); }
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  std::optional<bool> boolean() const;
  /// Elements of an array or members of an object.
  std::size_t size() const;

  /// visit(JsonValue element) for each element of an array, in order; nothing for other values.
  template <class Visit>
  void for_each_element(Visit visit) const {
    walk_elements([](void* state, JsonValue element) { (*static_cast<Visit*>(state))(element); },
                  &visit);
  }
  /// visit(std::string_view key, JsonValue member) for each member of an object, in stored order.
  template <class Visit>
  void for_each_member(Visit visit) const {
    walk_members([](void* state, std::string_view key,
                    JsonValue member) { (*static_cast<Visit*>(state))(key, member); },
                 &visit);
  }

 private:
  friend class JsonDocument;
  JsonValue(const void* document, std::size_t index) : document_(document), index_(index) {}
  void walk_elements(void (*visit)(void*, JsonValue), void* state) const;
  void walk_members(void (*visit)(void*, std::string_view, JsonValue), void* state) const;

  const void* document_ = nullptr;  // simdjson's document and the place in its tape
  std::size_t index_ = 0;
};

/// Parses JSON texts, one after another, into memory that it reuses (simdjson).
class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  /// @param text  One JSON text in UTF-8 (a byte order mark is passed over). Copied as needed: may
  /// go after the call.
  /// @return      The root; earlier values of this document die.
  /// @error malformed       With the parser's reason; limit_exceeded: nested deeper than 64.
  Result<JsonValue> parse(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::format
