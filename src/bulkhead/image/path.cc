#include "bulkhead/image/path.h"

namespace bulkhead::image {
namespace {

/// Already clean? Most stored paths are, but for a leading "./" or a trailing slash.
bool is_clean(std::string_view path) {
  if (path.empty() || path.back() == '/') return false;
  for (;;) {
    // At the start of a component: a hidden name is ordinary, "." and ".." are not.
    if (path.front() == '/') return false;
    if (path.front() == '.') {
      const std::string_view part = path.substr(0, path.find('/'));
      if (part == "." || part == "..") return false;
    }
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
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
