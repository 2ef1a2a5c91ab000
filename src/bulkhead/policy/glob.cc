#include "bulkhead/policy/glob.h"

#include <span>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

constexpr std::size_t kMaxPatternBytes = 4096;  // the longest path that Linux opens
constexpr std::size_t kMaxAlternatives = 64;    // people write two or three

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The end of the "[...]" that begins at `at`, or npos where it is not closed. A "]" in first
/// place is a member.
std::size_t class_end(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  if (i < text.size() && (text[i] == '!' || text[i] == '^')) ++i;
  for (bool is_first = true; i < text.size(); ++i, is_first = false) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ']' && !is_first) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

bool is_in_class(std::string_view members, char c) {
  const bool is_negated = members.starts_with('!') || members.starts_with('^');
  if (is_negated) members.remove_prefix(1);
  bool is_in = false;
  const auto take = [&](std::size_t& i) {
    if (members[i] == '\\' && i + 1 < members.size()) ++i;
    return static_cast<unsigned char>(members[i++]);
  };
  const auto byte = static_cast<unsigned char>(c);
  for (std::size_t i = 0; i < members.size();) {
    const unsigned char first = take(i);
    unsigned char last = first;
    if (i + 1 < members.size() && members[i] == '-') {
      ++i;
      last = take(i);
    }
    is_in = is_in || (first <= byte && byte <= last);
  }
  return is_in != is_negated;
}

/// Matches what is no star at the front of `pattern` against one byte. The bytes of the pattern
/// that it takes, or 0.
std::size_t match_one(std::string_view pattern, char c) {
  switch (pattern.front()) {
    case '?':
      return 1;
    case '[': {
      const std::size_t end = class_end(pattern, 0);
      if (end == std::string_view::npos) return c == '[' ? 1 : 0;  // a slash cut it in two
      return is_in_class(pattern.substr(1, end - 2), c) ? end : 0;
    }
    case '\\':
      if (pattern.size() == 1) return c == '\\' ? 1 : 0;  // a slash stood behind it
      return pattern[1] == c ? 2 : 0;
    default:
      return pattern.front() == c ? 1 : 0;
  }
}

bool matches_component(std::string_view pattern, std::string_view text) {
  // Only the last star needs another try: what came before it is settled.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    const std::size_t taken = p < pattern.size() ? match_one(pattern.substr(p), text[t]) : 0;
    if (taken > 0) {
      p += taken;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool matches_components(std::span<const std::string> pattern,
                        std::span<const std::string_view> path) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_path = 0;
  while (t < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      star = ++p;
      star_path = t;
    } else if (p < pattern.size() && matches_component(pattern[p], path[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++star_path;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == "**") ++p;
  return p == pattern.size();
}

std::string_view without_front_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  return text;
}

/// Where the first "{" of `text` and its parts end; nothing where there is none.
struct Braces {
  std::size_t begin = std::string_view::npos;
  std::vector<std::string_view> parts = {};
  std::size_t end = 0;  // behind the "}"
};

Result<Braces> find_braces(std::string_view text) {
  Braces braces;
  std::size_t depth = 0;
  std::size_t part = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      if (++i == text.size()) return fail(Code::malformed, "glob: it ends in \"\\\"");
    } else if (c == '[') {
      const std::size_t end = class_end(text, i);
      if (end == std::string_view::npos) return fail(Code::malformed, "glob: \"[\" is not closed");
      i = end - 1;
    } else if (c == '{') {
      if (depth++ > 0) continue;
      braces.begin = i;
      part = i + 1;
    } else if (c == '}' || c == ',') {
      if (depth > 1) {
        if (c == '}') --depth;
        continue;
      }
      if (depth == 0) continue;  // outside of braces both are plain
      braces.parts.push_back(text.substr(part, i - part));
      part = i + 1;
      if (c == ',') continue;
      braces.end = i + 1;
      return braces;
    }
  }
  if (depth > 0) return fail(Code::malformed, "glob: \"{\" is not closed");
  return braces;
}

}  // namespace

bool is_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

bool matches_wildcard(std::string_view pattern, std::string_view text, bool ignores_case) {
  const auto is_same = [&](char a, char b) {
    return a == b || a == '?' || (ignores_case && lower(a) == lower(b));
  };
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
    } else if (p < pattern.size() && is_same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<PathPattern> PathPattern::parse(std::string_view text) {
  if (text.size() > kMaxPatternBytes) return fail(Code::limit_exceeded, "glob: longer than 4 KiB");
  PathPattern pattern;
  std::vector<std::string> todo = {std::string(without_front_slashes(text))};
  // Each round opens one pair of braces; text without any is a pattern of its own.
  while (!todo.empty()) {
    const std::string next = std::move(todo.back());
    todo.pop_back();
    BH_TRY(const Braces braces, find_braces(next));
    if (braces.begin == std::string_view::npos) {
      Components components;
      for (const std::string_view part : split(next, '/')) components.emplace_back(part);
      pattern.alternatives_.push_back(std::move(components));
    }
    for (const std::string_view part : braces.parts) {
      todo.push_back(next.substr(0, braces.begin) + std::string(part) + next.substr(braces.end));
    }
    if (todo.size() + pattern.alternatives_.size() > kMaxAlternatives) {
      return fail(Code::limit_exceeded, "glob: its braces stand for more than 64 patterns");
    }
  }
  return pattern;
}

bool PathPattern::matches(std::string_view path) const {
  const std::vector<std::string_view> components = split(without_front_slashes(path), '/');
  for (const Components& alternative : alternatives_) {
    if (matches_components(alternative, components)) return true;
  }
  return false;
}

}  // namespace bulkhead::policy
