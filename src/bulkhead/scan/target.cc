#include "bulkhead/scan/target.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/scan/package_list.h"

namespace bulkhead::scan {
namespace {

constexpr std::string_view kRegistryPrefix = "registry:";

struct EnginePrefix {
  std::string_view prefix;
  remote::Engine engine;
};
constexpr EnginePrefix kEngines[] = {{"docker:", remote::Engine::docker},
                                     {"podman:", remote::Engine::podman}};

/// A list of packages, or a prefix of an image or a file system.
bool has_prefix(std::string_view reference) {
  const auto is_prefix = [&](const auto& row) { return reference.starts_with(row.prefix); };
  return std::ranges::any_of(image::target_schemes(), is_prefix) ||
         std::ranges::any_of(package_list_names(), is_prefix);
}

/// A name that people give to files: a typing error in it must not become a question to a registry.
bool looks_like_path(std::string_view reference) {
  constexpr std::string_view kEndings[] = {".tar", ".tar.gz", ".tgz",     ".tar.xz", ".txz",
                                           ".zst", ".bz2",    ".tar.lz4", ".json",   "/"};
  return reference.starts_with('/') || reference.starts_with("./") ||
         reference.starts_with("../") || reference == "." || reference == ".." ||
         std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return reference.ends_with(ending); });
}

/// Neither a path nor a prefix of ours.
bool is_bare_name(const std::string& reference) {
  return !reference.starts_with(kRegistryPrefix) && !has_prefix(reference) &&
         !image::names_path(reference) && !looks_like_path(reference);
}

Result<image::OpenTarget> open_in_registry(const std::string& name,
                                           const image::TargetRequest& request,
                                           const remote::RemoteOptions& remote,
                                           const RunContext& context, Notes& notes) {
  auto open = remote::open_registry(name, request, remote, context, notes);
  if (!open) {
    Error error = std::move(open).error();
    const std::string& reference = request.reference;
    if (!error.where.empty()) {  // a member of the image, or the address that did not answer
      error.where.insert(0, error.where.contains("://") ? ": " : "!");
    }
    error.where.insert(0, reference);
    return std::unexpected(std::move(error));
  }
  open->target.reference = request.reference;
  return open;
}

}  // namespace

std::vector<TargetName> target_names() {
  std::vector<TargetName> names;
  for (const image::TargetScheme& scheme : image::target_schemes()) {
    names.push_back({scheme.prefix, scheme.description});
  }
  for (const TargetName& name : package_list_names()) names.push_back(name);
  names.push_back({"docker:", "an image that the local Docker has (NAME:TAG or ID)"});
  names.push_back({"podman:", "an image that the local Podman has (NAME:TAG or ID)"});
  names.push_back({kRegistryPrefix, "an image in a registry (HOST/NAME:TAG or NAME@DIGEST)"});
  names.push_back({"-", "an image archive or a root filesystem's tar on standard input"});
  return names;
}

std::vector<EngineName> engines_for(const std::string& reference) {
  std::vector<EngineName> names;
  for (const EnginePrefix& row : kEngines) {
    if (reference.starts_with(row.prefix)) {
      return {{row.engine, reference.substr(row.prefix.size())}};
    }
  }
  if (!is_bare_name(reference)) return names;
  for (const EnginePrefix& row : kEngines) {
    if (!remote::find_engine(row.engine).empty()) names.push_back({row.engine, reference});
  }
  return names;
}

Result<image::OpenTarget> open_target(const image::TargetRequest& request,
                                      const remote::RemoteOptions& remote,
                                      const RunContext& context, Notes& notes) {
  const std::string& reference = request.reference;
  if (names_package_list(reference)) {
    return std::unexpected(Error{Code::unsupported, "a list of packages has no files", reference});
  }
  if (reference.starts_with(kRegistryPrefix)) {
    return open_in_registry(reference.substr(kRegistryPrefix.size()), request, remote, context,
                            notes);
  }
  return is_bare_name(reference) ? open_in_registry(reference, request, remote, context, notes)
                                 : image::open_target(request, context, notes);
}

}  // namespace bulkhead::scan
