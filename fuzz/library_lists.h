#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::fuzz {

using OpenFile = std::unique_ptr<FileReader> (*)(const FileInfo&, const ReadContext&);
using JoinFiles = void (*)(std::span<const JoinFile>, Inventory&, Notes&);

inline void read_list(std::string_view path, std::string_view text, std::size_t chunk,
                      OpenFile open, JoinFiles join, Inventory& inventory, Notes& notes) {
  RunContext run = quiet_context();
  run.limits.packages = 20;  // small, so that the fuzzer reaches it
  const ReadContext context{run, notes};
  const auto reader = open({path, 0644, text.size()}, context);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (!reader->data(as_bytes(text.substr(at, chunk)))) return;
  }
  const auto facts = reader->end();
  if (!facts) std::abort();  // what cannot be read is noted
  const JoinFile file{path, 0, facts->get()};
  join({&file, 1}, inventory, notes);
}

/// Files that name libraries, in two chunkings: libraries and notes must be the same. The first
/// line of an input is the file's path, which says what it is; the rest is the file.
inline void check_list(const std::uint8_t* data, std::size_t size, OpenFile open, JoinFiles join) {
  std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  const std::string_view path = take_line(text);
  Inventory whole, parts;
  Notes whole_notes(100), parts_notes(100);
  read_list(path, text, size + 1, open, join, whole, whole_notes);
  read_list(path, text, 3, open, join, parts, parts_notes);
  const auto same = [](const Package& a, const Package& b) { return a.purl == b.purl; };
  if (!std::ranges::equal(whole.packages, parts.packages, same)) std::abort();
  if (whole_notes.all() != parts_notes.all()) std::abort();
}

}  // namespace bulkhead::fuzz
