#include "bulkhead/catalog/package_sink.h"

#include <utility>

#include <fmt/format.h>

#include "bulkhead/model/purl.h"

namespace bulkhead::catalog {

PackageSink::PackageSink(PackageType type, std::uint64_t owned_path_bytes, Inventory& out)
    : type_(type),
      owned_path_bytes_(owned_path_bytes),
      out_(out),
      seen_(0, PurlHash{&out}, SamePurl{&out}) {
  if (!out.os) return;
  // Bitnami's components are Bitnami's on whatever system (purl-spec,
  // types/bitnami-definition.json).
  if (type != PackageType::bitnami) namespace_ = out.os->id;
  const std::string& release = out.os->version.empty() ? out.os->codename : out.os->version;
  distro_ = release.empty() ? out.os->id : out.os->id + "-" + release;
}

void PackageSink::add(Package package, const JoinFile& database, const PathList* files) {
  package.type = type_;
  std::string_view version = package.version;
  std::string_view epoch;
  // An rpm's epoch is a qualifier of its own (purl-spec, types/rpm-definition.json).
  if (const std::size_t colon = version.find(':');
      type_ == PackageType::rpm && colon != std::string_view::npos) {
    epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  package.purl = make_purl(type_name(type_), namespace_, package.name, version,
                           {{"arch", package.architecture},
                            {"distro", distro_},
                            {"epoch", epoch},
                            {"rpmmod", package.module()}});
  package.id = package.purl;
  package.origin = Origin::installed;
  package.locations = {{database.layer, "/" + std::string(database.path)}};
  out_.packages.push_back(std::move(package));
  if (!seen_.insert(static_cast<std::uint32_t>(out_.packages.size() - 1)).second) {
    out_.packages.pop_back();
    return;
  }
  if (files != nullptr) {
    path_bytes_ += files->packed.size();
    if (path_bytes_ <= owned_path_bytes_) out_.packages.back().files = *files;
  }
}

void PackageSink::finish(Notes& notes) {
  if (path_bytes_ <= owned_path_bytes_) return;
  notes.add(NoteLevel::info, {Code::limit_exceeded,
                              fmt::format("{} packages: the file lists hold more than {} bytes "
                                          "(--max-owned-path-bytes); some are left out",
                                          type_name(type_), owned_path_bytes_)});
}

}  // namespace bulkhead::catalog
