#include "bulkhead/remote/certs_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace bulkhead::remote {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;  // of a folder that may be something else altogether

/// The names in a folder, sorted; nothing where there is no such folder.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (names.size() == kMostFiles) break;
    names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::vector<std::string> certificate_roots(const Environment& environment) {
  std::vector<std::string> roots;
  if (const std::string config = environment("XDG_CONFIG_HOME"); !config.empty()) {
    roots.push_back(config + "/containers/certs.d");
  } else if (const std::string home = environment("HOME"); !home.empty()) {
    roots.push_back(home + "/.config/containers/certs.d");
  }
  roots.emplace_back("/etc/containers/certs.d");
  roots.emplace_back("/etc/docker/certs.d");
  return roots;
}

Result<HostCertificates> find_certificates(const std::string& host,
                                           const std::vector<std::string>& roots) {
  HostCertificates found;
  for (const std::string& root : roots) {
    const std::string folder = fmt::format("{}/{}", root, host);
    const std::vector<std::string> names = names_in(folder);
    if (names.empty()) continue;
    for (const std::string& name : names) {
      const fs::path path = fs::path(folder) / name;
      if (path.extension() == ".crt") found.ca_folder = folder;
      if (path.extension() != ".cert" || !found.client_certificate.empty()) continue;
      fs::path key = path;
      key.replace_extension(".key");
      if (!std::ranges::binary_search(names, key.filename().string())) {
        return std::unexpected(Error{
            Code::malformed,
            fmt::format("client certificate: its {} is not beside it", key.filename().string()),
            path.string(), 0});
      }
      found.client_certificate = path.string();
      found.client_key = key.string();
    }
    return found;
  }
  return found;
}

}  // namespace bulkhead::remote
