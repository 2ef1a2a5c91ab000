#include "bulkhead/policy/image_identity.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

// What may stand before a reference in a target's name.
constexpr std::string_view kPrefixes[] = {"registry:", "docker:", "podman:", "containerd:"};

struct SystemRow {
  std::string_view cpe;  // vendor:product
  std::string_view id;   // os-release
};

// NVD's names of the distributions that are read here.
constexpr SystemRow kSystems[] = {
    {"alpinelinux:alpine_linux", "alpine"},
    {"canonical:ubuntu_linux", "ubuntu"},
    {"debian:debian_linux", "debian"},
    {"redhat:enterprise_linux", "rhel"},
    {"fedoraproject:fedora", "fedora"},
    {"almalinux:almalinux", "almalinux"},
    {"oracle:linux", "ol"},
    {"suse:linux_enterprise_server", "sles"},
    {"opensuse:leap", "opensuse-leap"},
    {"amazon:linux_2023", "amzn"},
};

/// Does `version` ("3.18.4") belong to the release `wanted` ("3.18", or nothing in particular)?
bool is_release(std::string_view wanted, std::string_view version) {
  if (wanted.empty() || wanted == "*" || wanted == "-") return true;
  return version.starts_with(wanted) &&
         (version.size() == wanted.size() || version[wanted.size()] == '.');
}

std::string normal_repository(std::string_view text) {
  std::string lower = to_lower(text);
  const std::string_view domain = std::string_view(lower).substr(0, lower.find('/'));
  const bool has_domain =
      domain.size() < lower.size() &&
      (domain.find_first_of(".:") != std::string_view::npos || domain == "localhost");
  if (!has_domain) {
    return (lower.find('/') == std::string::npos ? "docker.io/library/" : "docker.io/") + lower;
  }
  constexpr std::string_view kOldHub = "index.docker.io/";
  if (lower.starts_with(kOldHub)) lower = "docker.io/" + lower.substr(kOldHub.size());
  return lower;
}

std::string_view last_component(std::string_view repository) {
  return repository.substr(repository.rfind('/') + 1);
}

}  // namespace

ImageIdentity::Reference ImageIdentity::parse_reference(std::string_view text) {
  Reference reference;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    reference.digest = to_lower(text.substr(at + 1));
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  const std::size_t slash = text.rfind('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (!text.empty()) reference.repository = normal_repository(text);
  return reference;
}

ImageIdentity::ImageIdentity(const ScanReport& report)
    : written_(report.target.reference), os_(report.os) {
  const TargetInfo& target = report.target;
  const bool is_list = target.kind == TargetKind::sbom;
  if (target.kind != TargetKind::image && !is_list) return;
  for (const std::string& tag : target.tags) references_.push_back(parse_reference(tag));
  // A list of packages says itself of which image it is; its own name is no image's.
  if (!is_list) add_written_references();
  for (const Reference& reference : references_) {
    if (!reference.digest.empty()) digests_.push_back(reference.digest);
  }
  if (!target.manifest_digest.empty()) digests_.push_back(target.manifest_digest);
  if (!target.image_id.empty()) digests_.push_back(target.image_id);
  const std::vector<std::string_view> platform = split(target.platform, '/');
  if (platform.size() > 1) architecture_ = platform[1];
}

void ImageIdentity::add_written_references() {
  for (const std::string_view prefix : kPrefixes) {
    if (!written_.starts_with(prefix)) continue;
    references_.push_back(parse_reference(std::string_view(written_).substr(prefix.size())));
  }
  // A relative path reads like a reference as well; no document names an image so by accident.
  if (!written_.starts_with('/')) references_.push_back(parse_reference(written_));
}

ImageMatch ImageIdentity::match_digest(std::string_view digest) const {
  return std::ranges::find(digests_, to_lower(digest)) != digests_.end() ? ImageMatch::digest
                                                                         : ImageMatch::none;
}

ImageMatch ImageIdentity::match_reference(const Reference& wanted) const {
  if (!wanted.digest.empty()) return match_digest(wanted.digest);
  if (wanted.repository.empty()) return ImageMatch::none;
  ImageMatch best = ImageMatch::none;
  for (const Reference& own : references_) {
    if (own.repository != wanted.repository) continue;
    if (wanted.tag.empty()) best = std::max(best, ImageMatch::name);
    if (!wanted.tag.empty() && wanted.tag == own.tag) best = ImageMatch::tag;
  }
  return best;
}

ImageMatch ImageIdentity::match(const Purl& purl) const {
  const bool is_docker = purl.type == "docker";
  if (purl.type != "oci" && !is_docker) return ImageMatch::none;
  const std::string_view wanted_architecture = purl.qualifier("arch");
  if (!wanted_architecture.empty() && !architecture_.empty() &&
      wanted_architecture != architecture_) {
    return ImageMatch::none;
  }
  if (purl.version.find(':') != std::string::npos) return match_digest(purl.version);
  std::string_view tag = purl.qualifier("tag");
  if (!purl.version.empty()) tag = purl.version;
  std::string repository(purl.qualifier("repository_url"));
  if (is_docker) {
    const std::string path = (purl.name_space.empty() ? "" : purl.name_space + "/") + purl.name;
    repository = repository.empty() ? path : repository + "/" + path;
  }
  ImageMatch best = ImageMatch::none;
  for (const Reference& own : references_) {
    const bool is_name =
        repository.empty() ? last_component(own.repository) == purl.name
                           : own.repository == normal_repository(repository) ||
                                 own.repository == normal_repository(repository + "/" + purl.name);
    if (!is_name || (!tag.empty() && tag != own.tag)) continue;
    best = std::max(best, tag.empty() ? ImageMatch::name : ImageMatch::tag);
  }
  return best;
}

ImageMatch ImageIdentity::match(std::string_view name) const {
  if (name.empty()) return ImageMatch::none;
  if (name.starts_with("cpe:")) return is_system_cpe(name) ? ImageMatch::system : ImageMatch::none;
  if (name == written_) return ImageMatch::name;
  const bool is_digest = name.starts_with("sha256:") || name.starts_with("sha512:");
  const ImageMatch found = is_digest ? match_digest(name) : match_reference(parse_reference(name));
  if (found != ImageMatch::none) return found;
  return is_system(name) ? ImageMatch::system : ImageMatch::none;
}

bool ImageIdentity::is_system(std::string_view name) const {
  if (!os_ || os_->id.empty()) return false;
  const std::string lower = to_lower(name);
  if (lower == to_lower(os_->pretty_name)) return true;
  const std::size_t space = lower.rfind(' ');
  if (space == std::string::npos || os_->version.empty()) return false;
  const std::string_view system = std::string_view(lower).substr(0, space);
  const bool is_named =
      system == os_->id || system == os_->id + " linux" || system == os_->id + " gnu/linux";
  return is_named && is_release(std::string_view(lower).substr(space + 1), os_->version);
}

bool ImageIdentity::is_system_cpe(std::string_view cpe) const {
  if (!os_) return false;
  constexpr std::string_view kUri = "cpe:/o:";
  constexpr std::string_view kFormatted = "cpe:2.3:o:";
  const bool is_uri = cpe.starts_with(kUri);
  if (!is_uri && !cpe.starts_with(kFormatted)) return false;
  const std::string lower = to_lower(cpe.substr(is_uri ? kUri.size() : kFormatted.size()));
  const std::vector<std::string_view> parts = split(lower, ':');
  if (parts.size() < 2) return false;
  const std::string product = std::string(parts[0]) + ":" + std::string(parts[1]);
  const auto row = std::ranges::find(kSystems, product, &SystemRow::cpe);
  if (row == std::end(kSystems) || row->id != os_->id) return false;
  return is_release(parts.size() > 2 ? parts[2] : std::string_view(), os_->version);
}

}  // namespace bulkhead::policy
