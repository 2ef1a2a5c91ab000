#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::catalog::repositories {

/// Repositories that one file may name (a deb822 stanza multiplies URIs, suites and components).
inline constexpr std::size_t kMostRepositories = 1000;

/// The pieces of `text` between runs of any of `separators`; none is empty.
inline std::vector<std::string_view> words_of(std::string_view text,
                                              std::string_view separators = " \t\r\n") {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = text.find_first_of(separators);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end);
  }
}

inline std::vector<std::string> texts_of(const std::vector<std::string_view>& words) {
  return {words.begin(), words.end()};
}

}  // namespace bulkhead::catalog::repositories
