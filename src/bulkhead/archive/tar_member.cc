#include "bulkhead/archive/tar_member.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/archive/tar_sparse.h"

namespace bulkhead::archive {
namespace {

struct Inputs {
  TarBlock block;
  const TarFields& fields;
  const TarExtensions& extensions;
  const TarGlobals& globals;
  std::uint64_t offset;
  EntrySink& sink;

  void note(Code code, std::string what, bool is_gap) const {
    sink.note(Error{code, std::move(what), {}, offset}, is_gap);
  }
};

// The value of a pax field: the member's own record, else the global one, else the header's.
template <class T, class S>
T pick(PaxField field, const Inputs& in, T PaxRecords::* own, S TarGlobals::* global, T plain) {
  const PaxRecords& pax = in.extensions.pax;
  if (in.extensions.has_pax && (pax.set & field) != 0) return pax.*own;
  const bool is_taken_back = in.extensions.has_pax && (pax.named & field) != 0;
  if (!is_taken_back && (in.globals.set & field) != 0) return in.globals.*global;
  return plain;
}

std::string_view stored_name(const TarFields& fields, TarNameBuffer& joined) {
  if (fields.prefix.empty()) return fields.name;
  char* end = std::copy(fields.prefix.begin(), fields.prefix.end(), joined.begin());
  *end++ = '/';
  end = std::copy(fields.name.begin(), fields.name.end(), end);
  return {joined.data(), static_cast<std::size_t>(end - joined.data())};
}

std::string_view pick_path(const Inputs& in, TarNameBuffer& joined) {
  const TarExtensions& extensions = in.extensions;
  if (extensions.has_pax && !extensions.pax.sparse.name.empty()) return extensions.pax.sparse.name;
  if (extensions.has_name && !extensions.name.empty()) return extensions.name;
  return pick(kPaxPath, in, &PaxRecords::path, &TarGlobals::path, stored_name(in.fields, joined));
}

std::string_view pick_link(const Inputs& in) {
  if (in.extensions.has_link && !in.extensions.link.empty()) return in.extensions.link;
  return pick(kPaxLink, in, &PaxRecords::link, &TarGlobals::link, in.fields.link);
}

// GNU tar stores "nobody" of old systems, -2, as a negative number; the kernel's ids are unsigned.
std::uint64_t as_id(const TarNumber& number) {
  return number.value < 0 ? static_cast<std::uint32_t>(number.value)
                          : static_cast<std::uint64_t>(number.value);
}

EntryType pick_type(const Inputs& in, std::string_view path) {
  switch (in.fields.type) {
    case '\0':  // v7 has no directories but by their name
      return path.ends_with('/') ? EntryType::directory : EntryType::file;
    case '0':
    case '7':  // stored in one piece on the disk it came from
    case 'S':
    case 'V':  // never handed on
    case 'M':
      return EntryType::file;
    case '1':
      return EntryType::hardlink;
    case '2':
      return EntryType::symlink;
    case '3':
      return EntryType::char_device;
    case '4':
      return EntryType::block_device;
    case '5':
    case 'D':  // GNU: its data is the list of its files
      return EntryType::directory;
    case '6':
      return EntryType::fifo;
    default:  // POSIX: a type that a reader does not know is a file
      in.note(Code::unsupported, "tar: a member's type is unknown; it was taken for a file", false);
      return EntryType::file;
  }
}

// One note for all fields of a header that cannot be read; they count as 0.
void note_bad_fields(const Inputs& in) {
  const TarFields& fields = in.fields;
  const auto needed = [&](const TarNumber& number, PaxField field) {
    return !number.is_good && (!in.extensions.has_pax || (in.extensions.pax.set & field) == 0);
  };
  const char* bad = nullptr;
  if (needed(fields.mtime, kPaxMtime)) bad = "time";
  const bool is_gap =
      needed(fields.uid, kPaxUid) || needed(fields.gid, kPaxGid) || !fields.mode.is_good;
  if (is_gap) bad = "mode, user or group";
  if (bad == nullptr) return;
  in.note(Code::malformed, fmt::format("tar: a member's {} cannot be read", bad), is_gap);
}

Result<std::uint64_t> pick_stored_size(const Inputs& in) {
  constexpr std::uint64_t kNone = UINT64_MAX;
  const std::uint64_t size =
      pick(kPaxSize, in, &PaxRecords::size_bytes, &TarGlobals::size_bytes, kNone);
  if (size != kNone) return size;
  const TarNumber& own = in.fields.size;
  if (!own.is_good) {
    return fail(Code::malformed, "tar: a member's size cannot be read", in.offset);
  }
  if (own.value < 0) return fail(Code::malformed, "tar: a member's size is negative", in.offset);
  return static_cast<std::uint64_t>(own.value);
}

void set_device(const Inputs& in, EntryHeader& header) {
  if (in.fields.is_v7) return;
  const TarDevice device = read_device(in.block);
  const auto fits = [](const TarNumber& number) {
    return number.is_good && number.value >= 0 && number.value <= UINT32_MAX;
  };
  if (!fits(device.major) || !fits(device.minor)) {
    in.note(Code::malformed, "tar: a device's numbers cannot be read", true);
    return;
  }
  header.device_major = static_cast<std::uint32_t>(device.major.value);
  header.device_minor = static_cast<std::uint32_t>(device.minor.value);
}

// Versions as Go's reader knows them; 0.0 and 0.1 were first written without one.
SparseForm pax_form(const Inputs& in) {
  const PaxSparse& sparse = in.extensions.pax.sparse;
  const bool is_zero = sparse.major == "0" && (sparse.minor == "0" || sparse.minor == "1");
  if (sparse.major == "1" && sparse.minor == "0") return SparseForm::text;
  if (!is_zero && !(sparse.major.empty() && sparse.minor.empty())) {
    in.note(Code::unsupported, "tar: a sparse file's form is unknown; it was taken as stored",
            true);
    return SparseForm::none;
  }
  const bool has_map = !sparse.map.empty() || !sparse.pairs.empty();
  return is_zero || has_map ? SparseForm::records : SparseForm::none;
}

void set_sparse(const Inputs& in, TarMember& member) {
  if (in.fields.type == 'S') {
    member.sparse = SparseForm::old_gnu;
    const auto real = old_sparse_real_size(in.block);
    if (!real) member.drop = "its real size cannot be read";
    member.real_bytes = real.value_or(0);
  } else if (in.extensions.has_pax) {
    member.sparse = pax_form(in);
    if (member.sparse == SparseForm::none) return;
    const PaxSparse& sparse = in.extensions.pax.sparse;
    const std::string_view text = sparse.size.empty() ? sparse.real_size : sparse.size;
    const auto real = text.empty() ? std::optional(member.stored_bytes) : parse_decimal(text);
    if (!real) member.drop = "its real size cannot be read";
    member.real_bytes = real.value_or(0);
  }
  if (member.sparse != SparseForm::none) member.header.size_bytes = member.real_bytes;
}

}  // namespace

void TarExtensions::clear() {
  offset.reset();
  has_name = has_link = has_pax = is_lost = false;
}

void TarGlobals::apply(const PaxRecords& records) {
  set = (set & ~records.named) | records.set;
  if ((records.set & kPaxPath) != 0) path = records.path;
  if ((records.set & kPaxLink) != 0) link = records.link;
  if ((records.set & kPaxSize) != 0) size_bytes = records.size_bytes;
  if ((records.set & kPaxUid) != 0) uid = records.uid;
  if ((records.set & kPaxGid) != 0) gid = records.gid;
  if ((records.set & kPaxMtime) != 0) mtime_unix_s = records.mtime_unix_s;
}

Result<TarMember> resolve_member(TarBlock block, const TarExtensions& extensions,
                                 const TarGlobals& globals, TarNameBuffer& joined,
                                 std::uint64_t offset, const Limits& limits, EntrySink& sink) {
  const TarFields fields = read_fields(block);
  const Inputs in{block, fields, extensions, globals, offset, sink};
  TarMember member;
  BH_TRY(member.stored_bytes, pick_stored_size(in));
  EntryHeader& header = member.header;
  header.offset = extensions.offset.value_or(offset);
  header.path = pick_path(in, joined);
  header.link = pick_link(in);
  header.type = pick_type(in, header.path);
  header.mode = static_cast<std::uint32_t>(fields.mode.value & 07777);
  header.uid = pick(kPaxUid, in, &PaxRecords::uid, &TarGlobals::uid, as_id(fields.uid));
  header.gid = pick(kPaxGid, in, &PaxRecords::gid, &TarGlobals::gid, as_id(fields.gid));
  header.mtime_unix_s =
      pick(kPaxMtime, in, &PaxRecords::mtime_unix_s, &TarGlobals::mtime_unix_s, fields.mtime.value);
  if (extensions.has_pax) header.xattrs = extensions.pax.xattrs;
  note_bad_fields(in);
  if (header.type == EntryType::file) {
    header.size_bytes = member.stored_bytes;
    set_sparse(in, member);
  } else {
    member.may_lack_data = member.stored_bytes != 0 && fields.type != 'D';
  }
  if (header.type == EntryType::char_device || header.type == EntryType::block_device) {
    set_device(in, header);
  }
  if (header.path.size() > limits.path_bytes || header.link.size() > limits.path_bytes) {
    member.drop = "its path or link is longer than --max-path-bytes";
    member.drop_code = Code::limit_exceeded;
  }
  if (extensions.is_lost) member.drop = "an extension header before it was not read";
  return member;
}

}  // namespace bulkhead::archive
