#include "bulkhead/image/open.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/image/layout.h"
#include "bulkhead/image/members.h"

namespace bulkhead::image {
namespace {

enum class FileKind { missing, file, folder, other };

FileKind kind_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return FileKind::missing;
  if (S_ISDIR(status.st_mode)) return FileKind::folder;
  return S_ISREG(status.st_mode) ? FileKind::file : FileKind::other;
}

/// A path of the host and the image in it that was asked for.
struct PathAndPick {
  std::string path;
  std::string pick;  // "name:tag", "tag", "@sha256:...", "@1"
};

/// "a.tar:alpine:3.18" is the file a.tar and a name, unless a file of the whole name exists.
PathAndPick split_pick(const std::string& text) {
  if (kind_of(text) != FileKind::missing) return {text, {}};
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != ':' && text[i] != '@') continue;
    const std::string path = text.substr(0, i);
    if (kind_of(path) == FileKind::missing) continue;
    std::string pick = text.substr(text[i] == ':' ? i + 1 : i);
    return {path, std::move(pick)};
  }
  return {text, {}};
}

/// A target of one layer: the archive or folder itself.
OpenTarget single_layer(TargetKind kind, std::shared_ptr<const io::Source> blob,
                        std::string folder) {
  OpenTarget open;
  open.target.kind = kind;
  open.has_whiteouts = false;
  LayerInfo& info = open.layers.emplace_back();
  info.size_bytes = blob ? blob->size() : 0;
  open.sources.push_back({std::move(blob), std::move(folder), {}, {}});
  return open;
}

Result<OpenTarget> open_saved(const Members& members, const std::string& pick, bool is_oci,
                              const TargetRequest& request, const RunContext& context,
                              Notes& notes) {
  return is_oci ? open_oci_layout(members, pick, request, context, notes)
                : open_docker_archive(members, pick, request, context, notes);
}

void note_damage(const ArchiveLook& look, Notes& notes) {
  if (look.damage) notes.add(NoteLevel::incomplete, located(*look.damage, "archive"));
}

Result<OpenTarget> open_archive(const std::string& text, bool is_oci, const TargetRequest& request,
                                const RunContext& context, Notes& notes) {
  const PathAndPick target = split_pick(text);
  if (kind_of(target.path) == FileKind::folder) {  // one that was unpacked
    BH_TRY(const std::unique_ptr<Members> members, open_folder(target.path));
    return open_saved(*members, target.pick, is_oci, request, context, notes);
  }
  BH_TRY(auto file, io::open_file(target.path));
  BH_TRY(const ArchiveLook look,
         look_through_archive(std::move(file), true, request.spool_folder, context));
  note_damage(look, notes);
  return open_saved(*look.members, target.pick, is_oci, request, context, notes);
}

Result<OpenTarget> open_docker_archive_path(const std::string& path, const TargetRequest& request,
                                            const RunContext& context, Notes& notes) {
  return open_archive(path, false, request, context, notes);
}

Result<OpenTarget> open_oci_path(const std::string& path, const TargetRequest& request,
                                 const RunContext& context, Notes& notes) {
  return open_archive(path, true, request, context, notes);
}

Result<OpenTarget> open_rootfs_tar(const std::string& path, const TargetRequest&, const RunContext&,
                                   Notes&) {
  BH_TRY(auto file, io::open_file(path));
  if (file->size() == 0) return fail(Code::truncated, "the file is empty");
  return single_layer(TargetKind::rootfs, std::move(file), {});
}

Result<OpenTarget> open_rootfs_folder(const std::string& path, const TargetRequest&,
                                      const RunContext&, Notes&) {
  switch (kind_of(path)) {
    case FileKind::missing:
      return fail(Code::not_found, "no such folder");
    case FileKind::folder:
      return single_layer(TargetKind::directory, nullptr, path);
    default:
      return fail(Code::unsupported, "not a folder");
  }
}

/// Looks into a path that came without a prefix.
Result<OpenTarget> open_by_content(const std::string& text, const TargetRequest& request,
                                   const RunContext& context, Notes& notes) {
  const PathAndPick target = split_pick(text);
  switch (kind_of(target.path)) {
    case FileKind::missing:
      return fail(Code::not_found, "no such file or folder");
    case FileKind::other:
      return fail(Code::unsupported, "neither a regular file nor a folder");
    case FileKind::folder: {
      BH_TRY(const std::unique_ptr<Members> members, open_folder(target.path));
      const bool is_oci = members->has("oci-layout") && members->has("index.json");
      if (is_oci || members->has("manifest.json")) {
        return open_saved(*members, target.pick, is_oci, request, context, notes);
      }
      return open_rootfs_folder(target.path, request, context, notes);
    }
    case FileKind::file:
      break;
  }
  BH_TRY(auto file, io::open_file(target.path));
  if (file->size() == 0) return fail(Code::truncated, "the file is empty");
  BH_TRY(const ArchiveLook look, look_through_archive(file, false, request.spool_folder, context));
  if (look.members) {
    note_damage(look, notes);
    const bool is_docker = look.members->has("manifest.json");
    return open_saved(*look.members, target.pick, !is_docker, request, context, notes);
  }
  if (!look.is_tar) {
    return fail(Code::unsupported, "not a tar archive, compressed or not, and no known image");
  }
  return single_layer(TargetKind::rootfs, std::move(file), {});
}

constexpr std::array<TargetScheme, 6> kSchemes = {{
    {"docker-archive:", "an archive that `docker save` wrote (FILE or FILE:NAME)",
     open_docker_archive_path},
    {"oci-archive:", "a tar of an OCI image layout (FILE, FILE:TAG or FILE@DIGEST)", open_oci_path},
    {"oci-dir:", "an OCI image layout (DIR, DIR:TAG or DIR@DIGEST)", open_oci_path},
    {"oci-layout:", "the same as oci-dir:", open_oci_path},
    {"tar:", "a root filesystem in a tar, compressed or not", open_rootfs_tar},
    {"dir:", "a root filesystem in a folder", open_rootfs_folder},
}};

}  // namespace

std::span<const TargetScheme> target_schemes() { return kSchemes; }

bool names_path(const std::string& reference) {
  return kind_of(split_pick(reference).path) != FileKind::missing;
}

Result<OpenTarget> open_target(const TargetRequest& request, const RunContext& context,
                               Notes& notes) {
  const std::string& reference = request.reference;
  const auto scheme = std::ranges::find_if(
      kSchemes, [&](const TargetScheme& row) { return reference.starts_with(row.prefix); });
  auto open = scheme == kSchemes.end()
                  ? open_by_content(reference, request, context, notes)
                  : scheme->open(reference.substr(scheme->prefix.size()), request, context, notes);
  if (!open) {
    Error error = std::move(open).error();
    error.where = error.where.empty() ? reference : fmt::format("{}!{}", reference, error.where);
    return std::unexpected(std::move(error));
  }
  open->target.reference = reference;
  return open;
}

}  // namespace bulkhead::image
