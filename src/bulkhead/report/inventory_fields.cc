#include "bulkhead/report/inventory_fields.h"

#include <algorithm>
#include <streambuf>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/bytes.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/model/purl.h"
#include "bulkhead/model/sbom_names.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

namespace names = sbom_names;

class Fields {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) fields_.push_back({name, utf8(value)});
  }
  std::vector<InventoryField> take() && { return std::move(fields_); }

 private:
  std::vector<InventoryField> fields_;
};

std::string layer_text(const LayerInfo& layer) {
  nlohmann::ordered_json json{{"diff_id", utf8(layer.diff_id)}};
  put_text(json, "digest", layer.digest);
  json["size_bytes"] = layer.size_bytes;
  put_text(json, "created_by", layer.created_by);
  return json.dump();
}

/// "2:4.18-1" without its epoch.
std::string_view without_epoch(std::string_view version) {
  return version.substr(version.find(':') + 1);
}

std::string upstream_of(const Package& package) {
  if (package.type == PackageType::rpm) {
    return fmt::format("{}-{}.src.rpm", package.match_name(),
                       without_epoch(package.match_version()));
  }
  return package.source_version.empty()
             ? package.source_name
             : fmt::format("{}@{}", package.match_name(), package.source_version);
}

/// Hashes what is written to it.
class HashBuffer final : public std::streambuf {
 public:
  explicit HashBuffer(io::Hasher hasher) : hasher_(std::move(hasher)) {}
  std::string finish_hex() { return hasher_.finish_hex(); }

 private:
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    hasher_.update(as_bytes({&byte, 1}));
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    hasher_.update(as_bytes({bytes, static_cast<std::size_t>(count)}));
    return count;
  }

  io::Hasher hasher_;
};

}  // namespace

std::vector<InventoryField> package_fields(const Package& package) {
  Fields fields;
  if (package.id != package.purl) fields.add(names::kId, package.id);
  fields.add(names::kOrigin, origin_name(package.origin));
  fields.add(names::kSourceName, package.source_name);
  fields.add(names::kSourceVersion, package.source_version);
  fields.add(names::kArchitecture, package.architecture);
  fields.add(names::kModule, package.module());
  fields.add(names::kVendor, package.vendor());
  fields.add(names::kOwner, package.owner.str());
  if (package.confidence != Confidence::certain) {
    fields.add(names::kConfidence, confidence_name(package.confidence));
  }
  fields.add(names::kEvidence, package.evidence.str());
  for (const Location& location : package.locations) {
    fields.add(names::kLocation, fmt::format("{}:{}", location.layer, location.path));
  }
  return std::move(fields).take();
}

std::vector<InventoryField> target_fields(const ScanReport& report) {
  const TargetInfo& target = report.target;
  Fields fields;
  fields.add(names::kComplete, report.is_complete ? "true" : "false");
  fields.add(names::kKind, target_kind_name(target.kind));
  fields.add(names::kPlatform, target.platform);
  fields.add(names::kImageId, target.image_id);
  fields.add(names::kManifestDigest, target.manifest_digest);
  for (const std::string& tag : target.tags) fields.add(names::kTag, tag);
  for (const LayerInfo& layer : report.layers) fields.add(names::kLayer, layer_text(layer));
  return std::move(fields).take();
}

std::vector<InventoryField> system_fields(const OsInfo& os) {
  Fields fields;
  fields.add(names::kOsId, os.id);
  fields.add(names::kCodename, os.codename);
  fields.add(names::kPrettyName, os.pretty_name);
  for (const std::string& like : os.id_like) fields.add(names::kIdLike, like);
  fields.add(names::kVariant, os.variant);
  fields.add(names::kCpe, os.cpe);
  fields.add(names::kSourcePath, os.source_path);
  fields.add(names::kSupportEnds, os.support_ends);
  return std::move(fields).take();
}

std::string purl_with_source(const Package& package) {
  const bool has_source = !package.source_name.empty() || !package.source_version.empty();
  if (!has_source) return utf8(package.purl);
  const Result<Purl> purl = parse_purl(package.purl);
  if (!purl || !purl->subpath.empty()) return utf8(package.purl);
  std::string upstream = upstream_of(package);
  if (upstream.empty()) return utf8(package.purl);
  std::vector<std::pair<std::string_view, std::string_view>> qualifiers(purl->qualifiers.begin(),
                                                                        purl->qualifiers.end());
  std::erase_if(qualifiers, [](const auto& row) { return row.first == "upstream"; });
  qualifiers.emplace_back("upstream", upstream);
  return utf8(
      make_purl(purl->type, purl->name_space, purl->name, purl->version, std::move(qualifiers)));
}

std::string_view sha256_digits(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  constexpr std::size_t kDigits = 64;
  if (!digest.starts_with(kPrefix)) return {};
  digest.remove_prefix(kPrefix.size());
  const bool is_hex = digest.size() == kDigits &&
                      digest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_hex ? digest : std::string_view();
}

Result<std::string> content_uuid(const std::function<Result<void>(std::ostream&)>& write) {
  BH_TRY(io::Hasher hasher, io::Hasher::create("sha256"));
  HashBuffer buffer(std::move(hasher));
  std::ostream out(&buffer);
  BH_CHECK(write(out));
  std::string uuid = buffer.finish_hex().substr(0, 32);
  constexpr std::string_view kVariants = "89ab";
  uuid[12] = '8';  // the version
  const std::size_t digit = std::string_view("0123456789abcdef").find(uuid[16]);
  uuid[16] = kVariants[digit % kVariants.size()];
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) uuid.insert(dash, 1, '-');
  return uuid;
}

}  // namespace bulkhead::report
