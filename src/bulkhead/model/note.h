#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead {

/// A gap (something was not read: the report is incomplete, exit code 3) or an oddity.
enum class NoteLevel { incomplete, info };

struct Note {
  NoteLevel level = NoteLevel::info;
  std::string code;  // kebab-case: an Error's code name, or a word of its own ("no-advisory-data")
  std::string what;
  std::string where = {};
  std::optional<std::uint64_t> offset = {};

  auto operator<=>(const Note&) const = default;
};

/// The note that `error` becomes.
Note note_of(NoteLevel level, const Error& error);

/// Collects notes up to a number, and counts the rest. Not shared between threads: each worker
/// has its own and the results are merged in a fixed order.
class Notes {
 public:
  explicit Notes(std::uint64_t most) : most_(most) {}

  void add(Note note);
  void add(NoteLevel level, const Error& error) { add(note_of(level, error)); }
  /// Puts `to` in place of `from` where a note's place starts with it: what was named by its file
  /// turns out to be a layer, say.
  void rename_places(std::string_view from, std::string_view to);
  /// Takes over all of `other`'s notes and counts.
  void merge(Notes&& other);

  bool has_gap() const { return has_gap_; }
  std::uint64_t dropped() const { return dropped_; }
  const std::vector<Note>& all() const { return notes_; }
  /// The notes sorted by (level, where, offset, code, what), without repetitions, and a last one
  /// that says how many were dropped, if any were.
  std::vector<Note> take_sorted() &&;

 private:
  std::uint64_t most_;
  std::uint64_t dropped_ = 0;
  bool has_gap_ = false;
  std::vector<Note> notes_;
};

}  // namespace bulkhead
