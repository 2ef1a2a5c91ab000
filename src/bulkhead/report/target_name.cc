#include "bulkhead/report/target_name.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

/// What may stand before a reference ("docker-archive:app.tar"). "app:1.0" has none of these, but
/// a tag.
struct Prefix {
  std::string_view text;
  bool is_path;  // what follows is a file or folder, not a name
};
constexpr Prefix kPrefixes[] = {
    {"docker-archive:", true}, {"oci-archive:", true}, {"oci-dir:", true},
    {"oci-layout:", true},     {"tar:", true},         {"dir:", true},
    {"file:", true},           {"disk:", true},        {"sbom:", true},
    {"registry:", false},      {"docker:", false},     {"podman:", false},
    {"containerd:", false},
};

const Prefix* prefix_of(std::string_view reference) {
  const auto* prefix = std::ranges::find_if(
      kPrefixes, [&](const Prefix& p) { return reference.starts_with(p.text); });
  return prefix == std::end(kPrefixes) ? nullptr : prefix;
}

/// Is the target's reference surely a path? "a/b" may be one, or a name.
bool is_path(const TargetInfo& target) {
  const std::string_view reference = target.reference;
  const Prefix* prefix = prefix_of(reference);
  if (prefix != nullptr) return prefix->is_path;
  return reference.starts_with('/') || reference.starts_with('.') ||
         target.kind != TargetKind::image;
}

}  // namespace

std::string image_name(const TargetInfo& target) {
  std::string_view name = target.reference;
  if (const Prefix* prefix = prefix_of(name)) name.remove_prefix(prefix->text.size());
  if (!target.tags.empty()) name = target.tags.front();
  return name.empty() ? "unknown" : utf8(name);
}

std::string repository_name(const TargetInfo& target) {
  std::string name = image_name(target);
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  if (const std::size_t at = name.find('@'); at != std::string::npos && at > 0) name.resize(at);
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.rfind(':');
  if (colon != std::string::npos && colon > 0 && (slash == std::string::npos || colon > slash)) {
    name.resize(colon);
  }
  const bool is_file = target.tags.empty() && is_path(target);
  if (is_file && slash != std::string::npos && slash + 1 < name.size()) name.erase(0, slash + 1);
  return name;
}

std::string system_name(const std::optional<OsInfo>& os) {
  if (!os || os->id.empty()) return "unknown";
  const std::string id = utf8(os->id);
  return os->version.empty() ? id : fmt::format("{}:{}", id, utf8(os->version));
}

}  // namespace bulkhead::report
