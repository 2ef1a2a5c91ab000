#include "bulkhead/advisory/gitlab_ranges.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool is_version(std::string_view text) {
  return !text.empty() && text.find_first_of(" ,<>=!~^*[]()|\"") == std::string_view::npos;
}

/// "[1.0,1.5)" without its brackets, which say what belongs to it.
bool add_interval(std::string_view inner, char open, char close, GitlabRange& into) {
  const std::size_t comma = inner.find(',');
  if (comma == std::string_view::npos) {
    const std::string_view version = trim(inner);
    if (open != '[' || close != ']' || !is_version(version)) return false;
    into.versions.emplace_back(version);
    return true;
  }
  const std::string_view first = trim(inner.substr(0, comma));
  const std::string_view last = trim(inner.substr(comma + 1));
  VersionRange range;
  if (!first.empty()) {
    if (open != '[' || !is_version(first)) return false;
    range.introduced = first;
  }
  if (!last.empty()) {
    if (!is_version(last)) return false;
    (close == ')' ? range.fixed : range.last_affected) = last;
  }
  into.ranges.push_back(std::move(range));
  return true;
}

bool add_intervals(std::string_view text, GitlabRange& into) {
  while (!(text = trim(text)).empty()) {
    if (text.front() == ',') {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find_first_of("])");
    if ((text.front() != '[' && text.front() != '(') || end == std::string_view::npos) return false;
    if (!add_interval(text.substr(1, end - 1), text.front(), text[end], into)) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

/// ">=1.0 <1.5": all of them hold.
bool add_bounds(std::string_view text, GitlabRange& into) {
  VersionRange range;
  bool has_bound = false;
  while (!(text = trim(text)).empty()) {
    if (text.front() == ',') {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t after = std::min(text.find_first_not_of("<>=!~^"), text.size());
    const std::string_view sign = text.substr(0, after);
    text = trim(text.substr(after));
    const std::size_t end = std::min(text.find_first_of(" ,<>=!~^"), text.size());
    const std::string_view version = text.substr(0, end);
    text.remove_prefix(end);
    if (!is_version(version)) return false;
    if (sign == "=" || sign == "==") {
      if (has_bound || !text.empty()) return false;
      into.versions.emplace_back(version);
      return true;
    }
    has_bound = true;
    std::string& bound = sign == ">="  ? range.introduced
                         : sign == "<" ? range.fixed
                                       : range.last_affected;
    if (sign != ">=" && sign != "<" && sign != "<=") return false;
    if (!bound.empty() && bound != "0") return false;  // twice the same bound
    bound = version;
  }
  if (!has_bound || (!range.fixed.empty() && !range.last_affected.empty())) return false;
  into.ranges.push_back(std::move(range));
  return true;
}

}  // namespace

std::optional<GitlabRange> parse_gitlab_range(std::string_view text, bool has_intervals) {
  GitlabRange result;
  while (!text.empty()) {
    const std::size_t bars = text.find("||");
    const std::string_view part = trim(text.substr(0, bars));
    text = bars == std::string_view::npos ? std::string_view() : text.substr(bars + 2);
    if (part.empty()) continue;
    const bool is_interval = has_intervals && (part.front() == '[' || part.front() == '(');
    if (!(is_interval ? add_intervals(part, result) : add_bounds(part, result))) return {};
  }
  if (result.ranges.empty() && result.versions.empty()) return {};
  return result;
}

}  // namespace bulkhead::advisory
