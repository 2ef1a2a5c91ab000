#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::test_support {

/// Takes the next bytes of what is being written; the view dies when the call returns.
using ByteSink = std::function<void(std::string_view)>;

/// The dialect of a header and of what goes beside it for values that do not fit.
enum class TarFormat {
  v7,     // no magic; what does not fit is cut off
  ustar,  // POSIX.1-1988: a name may be split at a "/" into prefix and name, else it is cut off
  pax,    // ustar, and an extended header ("x") for what does not fit
  gnu,    // "ustar  ": members "L" and "K" for long names, base-256 for large numbers
};

/// How a sparse file's map is stored (GNU tar manual, appendix "Sparse Formats").
enum class SparseForm { gnu_old, pax_0_0, pax_0_1, pax_1_0 };

/// A file with holes: `TarEntry::data` holds the segments' bytes one after another. GNU tar writes
/// a last segment of length 0 at the real size where the file ends in a hole, and needs it.
struct SparseMap {
  SparseForm form = SparseForm::gnu_old;
  std::uint64_t real_size_bytes = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> segments;  // offset and length
};

/// Bytes put into the finished header; the checksum is made after that, unless it was given.
struct HeaderPatch {
  std::size_t offset = 0;  // 0 to 511
  std::string bytes;
};

/// Offsets of the header's fields, for `HeaderPatch` (POSIX.1-2017 pax, "ustar Interchange
/// Format").
namespace tar_field {
inline constexpr std::size_t kName = 0, kMode = 100, kUid = 108, kGid = 116, kSize = 124,
                             kMtime = 136, kChecksum = 148, kType = 156, kLink = 157, kMagic = 257,
                             kUser = 265, kGroup = 297, kMajor = 329, kMinor = 337, kPrefix = 345;
}  // namespace tar_field

/// One member, with control over everything. What is not said here is not written.
struct TarEntry {
  std::string path;
  char type = '0';
  std::string data = {};
  std::string link = {};
  std::uint32_t mode = 0644;
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::int64_t mtime_unix_s = 0;
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::string user = {};
  std::string group = {};
  std::vector<std::pair<std::string, std::string>> xattrs = {};       // as SCHILY.xattr.NAME
  std::vector<std::pair<std::string, std::string>> pax_records = {};  // before those made here
  std::optional<SparseMap> sparse = {};
  std::optional<std::uint64_t> claimed_size = {};  // in the header, in place of the true one
  std::optional<TarFormat> format = {};            // in place of the writer's
  bool use_base256 = false;                        // for uid, gid, size and mtime, whatever fits
  bool is_padded = true;                           // to a whole block
  std::vector<HeaderPatch> patches = {};
  std::optional<std::string> checksum = {};  // the 8 bytes of the field, in place of the true ones
};

TarEntry file(std::string path, std::string data, std::uint32_t mode = 0644);
TarEntry directory(std::string path, std::uint32_t mode = 0755);
TarEntry symlink(std::string path, std::string target);
TarEntry hardlink(std::string path, std::string target);
/// `.wh.NAME` beside what it removes from the layers below. @see OCI image specification, layer.md.
TarEntry whiteout(std::string_view removed_path);
/// `.wh..wh..opq` in the directory whose lower children it hides.
TarEntry opaque_whiteout(std::string_view directory_path);

/// One record of a pax extended header: "LENGTH KEY=VALUE\n", the length counting itself.
std::string pax_record(std::string_view key, std::string_view value);

/// Writes a tar member by member, right or wrong as told. Deterministic: no clock, no owner names.
class TarWriter {
 public:
  explicit TarWriter(ByteSink sink, TarFormat format = TarFormat::ustar)
      : sink_(std::move(sink)), format_(format) {}

  void add(const TarEntry& entry);
  /// A file of `size_bytes` times `fill`, written in pieces: `entry.data` is not used.
  void add_filled(const TarEntry& entry, std::uint64_t size_bytes, char fill);
  /// A global extended header ("g") of raw records.
  void add_global_pax(std::span<const std::pair<std::string, std::string>> records);
  /// An extended header of any bytes: type 'x', 'g', 'L' or 'K', not necessarily well formed.
  void add_extension(char type, std::string_view body);
  /// Anything, as it is.
  void raw(std::string_view bytes);
  /// End blocks; GNU tar and POSIX want two. Nothing makes anyone call this.
  void finish(std::size_t end_blocks = 2);

  std::uint64_t written_bytes() const { return written_; }

 private:
  void write_header(const TarEntry& entry, TarFormat format, std::uint64_t size_bytes,
                    std::string_view stored_path);
  void write_extensions(const TarEntry& entry, TarFormat format, std::uint64_t size_bytes,
                        std::string_view stored_path);
  void pad();

  ByteSink sink_;
  TarFormat format_;
  std::uint64_t written_ = 0;
};

/// A whole tar in memory, with two end blocks.
std::string make_tar(std::span<const TarEntry> entries, TarFormat format = TarFormat::ustar);

}  // namespace bulkhead::test_support
