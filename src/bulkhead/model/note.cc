#include "bulkhead/model/note.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace bulkhead {

Note note_of(NoteLevel level, const Error& error) {
  Note note{level, std::string(code_name(error.code)), error.what, error.where, {}};
  if (error.offset != 0) note.offset = error.offset;
  return note;
}

void Notes::add(Note note) {
  // Paths are as long as their writers like; a note that nobody can read helps nobody.
  constexpr std::size_t kMostBytes = 1024;
  for (std::string* text : {&note.what, &note.where}) {
    if (text->size() <= kMostBytes) continue;
    text->resize(kMostBytes);
    text->append("...");
  }
  has_gap_ = has_gap_ || note.level == NoteLevel::incomplete;
  if (notes_.size() < most_) {
    notes_.push_back(std::move(note));
  } else {
    ++dropped_;
  }
}

void Notes::rename_places(std::string_view from, std::string_view to) {
  for (Note& note : notes_) {
    if (note.where.starts_with(from)) note.where.replace(0, from.size(), to);
  }
}

void Notes::merge(Notes&& other) {
  for (Note& note : other.notes_) add(std::move(note));
  has_gap_ = has_gap_ || other.has_gap_;
  dropped_ += other.dropped_;
}

std::vector<Note> Notes::take_sorted() && {
  std::ranges::sort(notes_, {}, [](const Note& n) {
    return std::tie(n.level, n.where, n.offset, n.code, n.what);
  });
  const auto repeated = std::ranges::unique(notes_);
  notes_.erase(repeated.begin(), repeated.end());
  if (dropped_ > 0) {
    notes_.push_back({has_gap_ ? NoteLevel::incomplete : NoteLevel::info, "notes-dropped",
                      fmt::format("{} more notes were not kept (--max-notes)", dropped_)});
  }
  return std::move(notes_);
}

}  // namespace bulkhead
