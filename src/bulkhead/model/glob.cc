#include "bulkhead/model/inspector.h"

namespace bulkhead {

// A mismatch goes back to the last star alone. That is enough, since a star that takes as little
// as it can leaves most to the later ones; and one star cannot grow over a "/", which no earlier
// star could, either. So the time is at most pattern times path, whatever the pattern.
bool matches_glob(std::string_view pattern, std::string_view path) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t in_pattern = 0;
  std::size_t in_path = 0;
  std::size_t star = kNone;  // where the last star stands, and where what it took ends
  std::size_t star_end = 0;
  while (in_path < path.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_end = in_path;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == path[in_path]) {
      ++in_pattern;
      ++in_path;
    } else if (star != kNone && path[star_end] != '/') {
      in_path = ++star_end;
      in_pattern = star + 1;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace bulkhead
