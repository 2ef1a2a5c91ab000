#include "bulkhead/image/config.h"

#include <sys/utsname.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

namespace bulkhead::image {
namespace {

/// Kernel and colloquial names of architectures, and what GOARCH calls them.
struct ArchitectureName {
  std::string_view name, architecture, variant;
};
constexpr std::array<ArchitectureName, 9> kArchitectureNames = {{
    {"x86_64", "amd64", ""},
    {"x86-64", "amd64", ""},
    {"aarch64", "arm64", ""},
    {"armv8l", "arm", "v8"},
    {"armv7l", "arm", "v7"},
    {"armhf", "arm", "v7"},
    {"armv6l", "arm", "v6"},
    {"armel", "arm", "v6"},
    {"i386", "386", ""},
}};

void normalise(Platform& platform) {
  platform.os = to_lower(platform.os);
  platform.architecture = to_lower(platform.architecture);
  for (const ArchitectureName& row : kArchitectureNames) {
    if (platform.architecture != row.name) continue;
    platform.architecture = row.architecture;
    if (platform.variant.empty()) platform.variant = row.variant;
  }
  if (platform.architecture == "arm64" && platform.variant == "v8") platform.variant.clear();
}

}  // namespace

std::string Platform::str() const {
  if (os.empty() && architecture.empty()) return {};
  return variant.empty() ? fmt::format("{}/{}", os, architecture)
                         : fmt::format("{}/{}/{}", os, architecture, variant);
}

Result<Platform> parse_platform(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '/');
  bool is_good = parts.size() == 2 || parts.size() == 3;
  for (const std::string_view part : parts) is_good = is_good && !part.empty();
  if (!is_good) {
    return fail(Code::malformed,
                fmt::format("platform: '{}' is not os/arch or os/arch/variant", text));
  }
  Platform platform{std::string(parts[0]), std::string(parts[1]),
                    parts.size() == 3 ? std::string(parts[2]) : std::string()};
  normalise(platform);
  return platform;
}

Platform host_platform() {
  utsname names{};
  Platform platform{"linux", "amd64", ""};
  if (uname(&names) == 0) platform.architecture = names.machine;
  normalise(platform);
  return platform;
}

bool is_match(const Platform& wanted, const Platform& image) {
  Platform theirs = image;
  normalise(theirs);
  return wanted.os == theirs.os && wanted.architecture == theirs.architecture &&
         (wanted.variant.empty() || theirs.variant.empty() || wanted.variant == theirs.variant);
}

Result<ImageConfig> parse_config(std::string_view text) {
  format::JsonDocument document;
  BH_TRY(const format::JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "image configuration: not a JSON object");
  ImageConfig config;
  config.platform = {std::string(root["os"].text_or("")),
                     std::string(root["architecture"].text_or("")),
                     std::string(root["variant"].text_or(""))};
  root["rootfs"]["diff_ids"].for_each_element(
      [&](format::JsonValue id) { config.diff_ids.emplace_back(id.text_or("")); });
  root["history"].for_each_element([&](format::JsonValue step) {
    if (step["empty_layer"].boolean().value_or(false)) return;
    config.created_by.emplace_back(step["created_by"].text_or(""));
  });
  return config;
}

}  // namespace bulkhead::image
