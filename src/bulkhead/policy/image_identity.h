#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/purl.h"
#include "bulkhead/model/report.h"

namespace bulkhead::policy {

/// How exactly something names the image that was scanned.
enum class ImageMatch { none, system, name, tag, digest };

/// By what an image is known: digests, references, its platform, the operating system in it.
class ImageIdentity {
 public:
  explicit ImageIdentity(const ScanReport& report);

  /// pkg:oci and pkg:docker: by digest, else by name with repository_url, tag and arch where they
  /// are there. @see purl-spec, "oci" and "docker" types
  ImageMatch match(const Purl& purl) const;
  /// An image reference ("app", "ghcr.io/x/app:1", "app@sha256:..."), the operating system's name
  /// ("Debian 11") or CPE ("cpe:/o:debian:debian_linux:11").
  ImageMatch match(std::string_view name) const;
  /// "sha256:..." of the manifest or the configuration.
  ImageMatch match_digest(std::string_view digest) const;

 private:
  void add_written_references();

  struct Reference {
    std::string repository;  // "docker.io/library/debian"
    std::string tag;
    std::string digest;
  };
  static Reference parse_reference(std::string_view text);
  ImageMatch match_reference(const Reference& wanted) const;
  bool is_system(std::string_view name) const;
  bool is_system_cpe(std::string_view cpe) const;

  std::vector<Reference> references_;
  std::vector<std::string> digests_;
  std::string written_;       // the target as the user wrote it
  std::string architecture_;  // "amd64"; empty where nothing says so
  std::optional<OsInfo> os_;
};

}  // namespace bulkhead::policy
