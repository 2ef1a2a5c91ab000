#include "bulkhead/catalog/sbom/list_builder.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/package_names.h"
#include "bulkhead/model/sbom_names.h"

namespace bulkhead::catalog::sbom {
namespace {

namespace names = sbom_names;

// Names that a note tells; the rest is counted.
constexpr std::size_t kMostExamples = 5;
constexpr std::size_t kMostPlaces = 100;  // of one package
constexpr std::string_view kTrivy = "aquasecurity:trivy:";
constexpr std::string_view kSyftLocation = "syft:location:";

/// Distributions that other tools call otherwise than os-release does: Trivy's family names
/// (pkg/fanal/types/const.go) and the namespaces of purls.
struct Alias {
  std::string_view name;
  std::string_view id;
};
constexpr Alias kAliases[] = {
    {"alma", "almalinux"},
    {"amazon", "amzn"},
    {"cbl-mariner", "mariner"},
    {"opensuse.leap", "opensuse-leap"},
    {"opensuse.tumbleweed", "opensuse-tumbleweed"},
    {"oracle", "ol"},
    {"oraclelinux", "ol"},
    {"redhat", "rhel"},
    {"slem", "sle-micro"},
    {"suse linux enterprise micro", "sle-micro"},
    {"suse linux enterprise server", "sles"},
};

std::string system_id(std::string_view name) {
  const std::string id = to_lower(name);
  const auto* const alias = std::ranges::find(kAliases, id, &Alias::name);
  return alias == std::end(kAliases) ? id : std::string(alias->id);
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

/// "debian-12" of deb/debian, "3.18.4" of apk/alpine: the id and the release.
std::pair<std::string, std::string> distro_of(const Purl& purl) {
  std::string_view release = purl.qualifier("distro");
  if (release.empty()) return {};
  const std::string id = system_id(purl.name_space);
  // An id may have dashes of its own, and so may a code name: what stands before the first dash
  // that a digit follows is the id; without such a dash, a prefix that is known comes off.
  for (std::size_t at = release.find('-'); at != std::string_view::npos;
       at = release.find('-', at + 1)) {
    if (!starts_with_digit(release.substr(at + 1))) continue;
    return {system_id(release.substr(0, at)), std::string(release.substr(at + 1))};
  }
  for (const std::string_view known : {std::string_view(purl.name_space), std::string_view(id)}) {
    if (known.empty() || !release.starts_with(known)) continue;
    if (release.size() == known.size()) return {id, {}};
    if (release[known.size()] == '-') return {id, std::string(release.substr(known.size() + 1))};
  }
  return {id, std::string(release)};
}

/// A number that all of `text` is.
std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

/// "syft:location:3:path": 3 and "path".
struct SyftLocation {
  std::uint32_t number;
  std::string_view field;
};
std::optional<SyftLocation> parse_syft_location(std::string_view name) {
  if (!name.starts_with(kSyftLocation)) return std::nullopt;
  name.remove_prefix(kSyftLocation.size());
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto number = number_of(name.substr(0, colon));
  if (!number) return std::nullopt;
  return SyftLocation{*number, name.substr(colon + 1)};
}

std::string absolute(std::string_view path) {
  return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

}  // namespace

std::string_view Component::property(std::string_view key) const {
  const auto row =
      std::ranges::find(properties, key, [](const auto& p) { return std::string_view(p.first); });
  return row == properties.end() ? std::string_view() : std::string_view(row->second);
}

void ListBuilder::set_target(const Component& root) {
  TargetInfo& target = document_.target;
  target.kind = TargetKind::sbom;
  for (const auto& [name, value] : root.properties) {
    if (name == names::kPlatform) target.platform = value;
    if (name == names::kImageId) target.image_id = value;
    if (name == names::kManifestDigest) target.manifest_digest = value;
    if (name == names::kTag) target.tags.push_back(value);
    if (name == names::kLayer) add_layer(value);
    if (name == names::kComplete && value == "false") document_.is_complete = false;
    if (!name.starts_with(kTrivy)) continue;
    const std::string_view field = std::string_view(name).substr(kTrivy.size());
    if (field == "ImageID") target.image_id = value;
    if (field == "RepoTag") target.tags.push_back(value);
    if (field == "DiffID") layer_of(value);
    const std::size_t at = value.find('@');
    if (field == "RepoDigest" && at != std::string::npos && target.manifest_digest.empty()) {
      target.manifest_digest = value.substr(at + 1);
    }
  }
  const bool is_digest = root.type == "container" && root.version.starts_with("sha256:");
  if (target.manifest_digest.empty() && is_digest) target.manifest_digest = root.version;
}

void ListBuilder::add_layer(std::string_view text) {
  format::JsonDocument document;
  const Result<format::JsonValue> json = document.parse(text);
  if (!json || document_.layers.size() >= limits_.layers) return;
  LayerInfo& layer = document_.layers.emplace_back();
  layer.index = static_cast<std::uint32_t>(document_.layers.size() - 1);
  layer.diff_id = (*json)["diff_id"].text_or("");
  layer.digest = (*json)["digest"].text_or("");
  layer.created_by = (*json)["created_by"].text_or("");
  const std::int64_t size = (*json)["size_bytes"].integer().value_or(0);
  layer.size_bytes = size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

/// The layer of this diff ID; a new one where it was not named before. Above --max-layers it is the
/// first.
std::uint32_t ListBuilder::layer_of(std::string_view diff_id) {
  std::vector<LayerInfo>& layers = document_.layers;
  const auto known = std::ranges::find(layers, diff_id, &LayerInfo::diff_id);
  if (known != layers.end()) return known->index;
  if (layers.size() >= limits_.layers) return 0;
  LayerInfo layer;
  layer.index = static_cast<std::uint32_t>(layers.size());
  layer.diff_id = diff_id;
  layers.push_back(std::move(layer));
  return layers.back().index;
}

void ListBuilder::add(const Component& component) {
  if (component.type == "operating-system") {
    add_system(component);
    return;
  }
  if (component.purl.empty()) {
    if (component.type != "library" && component.type != "framework") return;
    ++nameless_count_;
    if (nameless_.size() < kMostExamples) nameless_.push_back(component.name);
    return;
  }
  const Result<Purl> purl = parse_purl(component.purl);
  if (!purl) {
    notes_.add({NoteLevel::info,
                "malformed",
                fmt::format("sbom: '{}': {}", component.purl, purl.error().what),
                {},
                {}});
    return;
  }
  const std::optional<PackageType> type = parse_type_name(purl->type);
  if (!type) {
    ++unknown_types_[purl->type];
    return;
  }
  add_package(component, *purl, *type);
}

void ListBuilder::add_package(const Component& component, const Purl& purl, PackageType type) {
  Result<Package> package = package_of(component, purl, type);
  if (!package) {
    notes_.add({NoteLevel::info, "malformed", "sbom: " + package.error().what, {}, {}});
    return;
  }
  if (document_.packages.size() >= limits_.packages) {
    ++left_out_;
    return;
  }
  if (package->rpm)
    package->rpm = rpm_origins_.try_emplace(*package->rpm, package->rpm).first->second;
  add_places(component, *package);
  if (!is_library(type) && type != PackageType::bitnami) {
    const auto distro = distro_of(purl);
    if (!distro.first.empty()) ++distros_[distro];
  }
  if (!component.ref.empty()) by_ref_.try_emplace(component.ref, document_.packages.size());
  document_.packages.push_back(*std::move(package));
}

void ListBuilder::add_places(const Component& component, Package& package) {
  const auto add = [&](std::uint32_t layer, std::string path) {
    if (package.locations.size() >= kMostPlaces) return;
    package.locations.push_back({layer, std::move(path)});
  };
  std::map<std::uint32_t, std::pair<std::string, std::string>> syft;  // layer and path, by number
  std::string trivy_layer;
  std::string trivy_path;
  for (const auto& [name, value] : component.properties) {
    if (name == names::kLocation) {
      const std::size_t colon = std::min(value.find(':'), value.size());
      const auto layer = number_of(std::string_view(value).substr(0, colon));
      const bool is_known = layer && *layer < document_.layers.size();
      if (colon < value.size()) add(is_known ? *layer : 0, value.substr(colon + 1));
    } else if (name == "aquasecurity:trivy:LayerDiffID") {
      trivy_layer = value;
    } else if (name == "aquasecurity:trivy:FilePath") {
      trivy_path = value;
    } else if (const auto location = parse_syft_location(name)) {
      if (location->field == "layerID") syft[location->number].first = value;
      if (location->field == "path") syft[location->number].second = value;
    }
  }
  for (auto& [number, place] : syft) {
    if (place.second.empty()) continue;
    add(place.first.empty() ? 0 : layer_of(place.first), absolute(place.second));
  }
  if (package.locations.empty() && !(trivy_layer.empty() && trivy_path.empty())) {
    add(trivy_layer.empty() ? 0 : layer_of(trivy_layer), absolute(trivy_path));
  }
  if (!package.locations.empty()) return;
  for (const std::string& path : component.paths) add(0, absolute(path));
}

void ListBuilder::add_system(const Component& component) {
  if (document_.os) {
    notes_.add({NoteLevel::info,
                "malformed",
                fmt::format("sbom: it names a second operating system, '{} {}', which is left out",
                            component.name, component.version),
                {},
                {}});
    return;
  }
  OsInfo os;
  const std::string_view own = component.property(names::kOsId);
  const std::string_view syft = component.property("syft:distro:id");
  os.id = !own.empty() ? std::string(own) : system_id(!syft.empty() ? syft : component.name);
  os.version = component.version;
  if (own.empty()) {  // ours has os-release's, if it has one
    os.pretty_name =
        fmt::format("{}{}{}", component.name, os.version.empty() ? "" : " ", os.version);
  }
  for (const auto& [name, value] : component.properties) {
    if (name == names::kCodename || name == "syft:distro:versionCodename") os.codename = value;
    if (name == names::kPrettyName || name == "syft:distro:prettyName") os.pretty_name = value;
    if (name == names::kVariant || name == "syft:distro:variantID") os.variant = value;
    if (name == names::kCpe) os.cpe = value;
    if (name == names::kSourcePath) os.source_path = value;
    if (name == names::kSupportEnds) os.support_ends = value;
    if (name == "syft:distro:versionID") os.version = value;
    const bool is_like = name == names::kIdLike || name.starts_with("syft:distro:idLike");
    if (is_like) os.id_like.push_back(value);
  }
  if (!os.id.empty()) document_.os = std::move(os);
}

void ListBuilder::set_owner(std::string_view owner, std::string_view library) {
  owners_.emplace_back(owner, library);
}

void ListBuilder::resolve_owners() {
  for (const auto& [owner, library] : owners_) {
    const auto of_owner = by_ref_.find(owner);
    const auto of_library = by_ref_.find(library);
    if (of_owner == by_ref_.end() || of_library == by_ref_.end()) continue;
    const Package& package = document_.packages[of_owner->second];
    Package& owned = document_.packages[of_library->second];
    if (!is_library(package.type) && is_library(owned.type)) owned.owner = package.id;
  }
}

/// The system that most packages' purls name, where no component is one.
void ListBuilder::guess_system() {
  if (document_.os || distros_.empty()) return;
  const auto most =
      std::ranges::max_element(distros_, {}, [](const auto& row) { return row.second; });
  const auto& [id, release] = most->first;
  OsInfo os;
  os.id = id;
  const bool is_codename = !release.empty() && !starts_with_digit(release);
  (is_codename ? os.codename : os.version) = release;
  os.pretty_name = release.empty() ? id : fmt::format("{} {}", id, release);
  document_.os = std::move(os);
}

void ListBuilder::note_counts() {
  const auto note = [&](NoteLevel level, Code code, std::string what) {
    notes_.add({level, std::string(code_name(code)), std::move(what), {}, {}});
  };
  if (nameless_count_ > 0) {
    note(NoteLevel::info, Code::unsupported,
         fmt::format("sbom: {} libraries have no purl, by which they could be held against "
                     "advisories: {}{}",
                     nameless_count_, fmt::join(nameless_, ", "),
                     nameless_count_ > nameless_.size() ? ", ..." : ""));
  }
  for (const auto& [type, count] : unknown_types_) {
    note(NoteLevel::info, Code::unsupported,
         fmt::format("sbom: packages of type {}, which is not known here: {}", type, count));
  }
  if (left_out_ > 0) {
    note(NoteLevel::incomplete, Code::limit_exceeded,
         fmt::format("sbom: more than {} packages (--max-packages): {} are left out",
                     limits_.packages, left_out_));
  }
}

Document ListBuilder::finish() && {
  document_.target.kind = TargetKind::sbom;
  note_counts();
  guess_system();
  resolve_owners();
  // What a place names as its layer is there.
  const bool has_places = std::ranges::any_of(
      document_.packages, [](const Package& package) { return !package.locations.empty(); });
  if (document_.layers.empty() && has_places) document_.layers.emplace_back();
  return std::move(document_);
}

}  // namespace bulkhead::catalog::sbom
