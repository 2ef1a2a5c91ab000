#include "bulkhead/image/path.h"

namespace bulkhead::image {
namespace {

/// Already clean? Most stored paths are, but for a leading "./" or a trailing slash.
bool is_clean(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.back() == '/') return false;
  bool is_start = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_start && (path[i] == '.' || path[i] == '/')) {
      // A component that begins with "." may be an ordinary hidden name; the slow way decides.
      const std::string_view rest = path.substr(i);
      if (rest.front() == '/' || rest == "." || rest == ".." || rest.starts_with("./") ||
          rest.starts_with("../")) {
        return false;
      }
    }
    is_start = path[i] == '/';
  }
  return true;
}

}  // namespace

PathKind clean_path(std::string_view raw, std::string& out) {
  while (raw.starts_with("./")) raw.remove_prefix(2);
  if (raw.size() > 1 && raw.back() == '/') raw.remove_suffix(1);
  if (is_clean(raw)) {
    out.assign(raw);
    return PathKind::ordinary;
  }
  out.clear();
  bool is_escaped = false;
  while (!raw.empty()) {
    const std::size_t end = raw.find('/');
    const std::string_view part = raw.substr(0, end);
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.empty()) is_escaped = true;
      out.resize(parent_of(out).size());
      continue;
    }
    if (!out.empty()) out.push_back('/');
    out.append(part);
  }
  if (is_escaped) return PathKind::escaped;
  return out.empty() ? PathKind::root : PathKind::ordinary;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace bulkhead::image
