#include "bulkhead/catalog/os/os.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bulkhead/catalog/os/release_files.h"
#include "bulkhead/catalog/text_file.h"

namespace bulkhead::catalog::os {
namespace {

constexpr std::uint64_t kMostNotesAFile = 8;  // each parser has but one to give

using Parse = Result<OsInfo> (*)(std::string_view text, Notes& notes);

struct ReleaseFile {
  std::string_view path;
  Parse parse;
};

constexpr ReleaseFile kFiles[] = {
    {"etc/os-release", parse_os_release},
    {"usr/lib/os-release", parse_os_release},
    {"etc/alpine-release", parse_alpine_release},
    {"etc/oracle-release", parse_redhat_release},
    {"etc/rocky-release", parse_redhat_release},
    {"etc/almalinux-release", parse_redhat_release},
    {"etc/openEuler-release", parse_redhat_release},
    {"etc/photon-release", parse_plain_release},
    {"etc/azurelinux-release", parse_plain_release},
    {"etc/mariner-release", parse_plain_release},
    {"etc/centos-release", parse_redhat_release},
    {"etc/fedora-release", parse_redhat_release},
    {"etc/redhat-release", parse_redhat_release},
    {"etc/system-release", parse_redhat_release},
    {"etc/SuSE-release", parse_suse_release},
    {"etc/openwrt_release", parse_lsb_release},
    {"etc/arch-release", parse_arch_release},
    {"etc/lsb-release", parse_lsb_release},
    {"etc/debian_version", parse_debian_version},
};
static_assert(std::ranges::equal(kFiles, kPatterns, {}, &ReleaseFile::path));

/// Takes what `os` leaves open from what another file says of the same system.
void complete(OsInfo& os, const OsInfo& other) {
  if (os.id != other.id) return;
  if (os.version.empty()) os.version = other.version;
  if (os.codename.empty()) os.codename = other.codename;
  if (os.pretty_name.empty()) os.pretty_name = other.pretty_name;
  if (os.variant.empty()) os.variant = other.variant;
  if (os.cpe.empty()) os.cpe = other.cpe;
  if (os.support_ends.empty()) os.support_ends = other.support_ends;
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_text_file("release file", file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  std::optional<OsInfo> best;
  bool is_any_there = false;
  for (const ReleaseFile& row : kFiles) {
    const auto file = std::ranges::find(files, row.path, &JoinFile::path);
    if (file == files.end()) continue;
    const std::string* const text = text_of(file->facts);
    if (text == nullptr) continue;
    is_any_there = true;
    const std::string where = "/" + std::string(file->path);
    Notes own(kMostNotesAFile);
    Result<OsInfo> os = row.parse(*text, own);
    if (best) {  // a later file only fills gaps: what is wrong with it matters to nobody
      if (os) complete(*best, *os);
      continue;
    }
    for (Note note : own.all()) {
      note.where = where;
      notes.add(std::move(note));
    }
    if (os) {
      os->source_path = where;
      best = *std::move(os);
    } else {
      notes.add(NoteLevel::info, located(std::move(os).error(), where));
    }
  }
  if (is_any_there && !best) {
    notes.add(NoteLevel::incomplete,
              {Code::malformed, "operating system: no release file names one"});
  }
  out.os = std::move(best);
}

}  // namespace bulkhead::catalog::os
