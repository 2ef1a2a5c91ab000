#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::format {

/// A value in a parsed TOML document: a cheap handle, valid while its TomlDocument lives and is not
/// parsed into again. Asking a value for what it is not gives nothing, never an error: the reader
/// of a format decides what is required.
class TomlValue {
 public:
  TomlValue() = default;

  bool exists() const { return node_ != nullptr; }
  bool is_table() const;
  bool is_array() const;
  /// The member `key` of a table; a missing one gives an empty handle (`!value.exists()`).
  TomlValue operator[](std::string_view key) const;
  /// Text of a string; valid as long as the document.
  std::optional<std::string_view> text() const;
  /// The same, or `otherwise`.
  std::string_view text_or(std::string_view otherwise) const { return text().value_or(otherwise); }
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;
  /// Where it is written, from 1; 0 for the root and for what an empty handle stands for.
  std::uint32_t line() const;
  std::uint32_t column() const;

  /// visit(TomlValue element) for each element of an array, in order; nothing for other values.
  template <class Visit>
  void for_each_element(Visit visit) const {
    walk_elements([](void* state, TomlValue element) { (*static_cast<Visit*>(state))(element); },
                  &visit);
  }
  /// visit(std::string_view key, TomlValue member) for each member of a table, in the order of
  /// their keys (TOML gives tables none of their own).
  template <class Visit>
  void for_each_member(Visit visit) const {
    walk_members([](void* state, std::string_view key,
                    TomlValue member) { (*static_cast<Visit*>(state))(key, member); },
                 &visit);
  }

 private:
  friend class TomlDocument;
  explicit TomlValue(const void* node) : node_(node) {}
  void walk_elements(void (*visit)(void*, TomlValue), void* state) const;
  void walk_members(void (*visit)(void*, std::string_view, TomlValue), void* state) const;

  const void* node_ = nullptr;  // toml++'s node
};

/// Parses TOML texts, one after another (toml++).
class TomlDocument {
 public:
  TomlDocument();
  ~TomlDocument();
  TomlDocument(TomlDocument&&) noexcept;
  TomlDocument& operator=(TomlDocument&&) noexcept;

  /// @param text  One TOML 1.0 text in UTF-8 (a byte order mark is passed over). May go after the
  ///              call.
  /// @return      The root table; earlier values of this document die.
  /// @error malformed       With "line L, column C"; limit_exceeded: tables and arrays nested
  ///                        deeper than 64 in a header or in a value, dotted keys counted.
  /// @see https://toml.io/en/v1.0.0
  Result<TomlValue> parse(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::format
