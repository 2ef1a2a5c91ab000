#include "bulkhead/image/folder_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace bulkhead::image {
namespace {

using archive::EntryHeader;
using archive::EntrySink;
using archive::EntryType;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

/// File systems that the kernel makes up: they hold no files of an image and some never end.
bool is_made_up(int folder) {
  struct statfs status{};
  if (::fstatfs(folder, &status) != 0) return false;
  switch (static_cast<unsigned long>(status.f_type)) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case DEVPTS_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
    case BPF_FS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
      return true;
    default:
      return false;
  }
}

EntryType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return EntryType::directory;
    case S_IFLNK:
      return EntryType::symlink;
    case S_IFCHR:
      return EntryType::char_device;
    case S_IFBLK:
      return EntryType::block_device;
    case S_IFIFO:
    case S_IFSOCK:
      return EntryType::fifo;
    default:
      return EntryType::file;
  }
}

class FolderWalk {
 public:
  FolderWalk(EntrySink& sink, const RunContext& context)
      : sink_(sink), context_(context), buffer_(context.chunk_bytes) {}

  Result<void> run(const std::string& path) {
    Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root) return fail(Code::io, std::generic_category().message(errno));
    struct stat status{};
    if (::fstat(root.get(), &status) != 0) {
      return fail(Code::io, std::generic_category().message(errno));
    }
    BH_CHECK(hand_on_header("", status, ""));
    BH_CHECK(enter(std::move(root), "", status.st_dev));
    while (!levels_.empty()) {
      if (context_.is_cancelled()) return fail(Code::io, "cancelled");
      Level& level = levels_.back();
      if (level.next == level.names.size()) {
        levels_.pop_back();
        continue;
      }
      const std::string name = std::move(level.names[level.next++]);
      BH_CHECK(visit(level, name));
    }
    return {};
  }

 private:
  struct Level {
    Descriptor folder;
    std::string path;  // with a slash at the end, unless it is the root
    dev_t device;
    std::vector<std::string> names;
    std::size_t next = 0;
  };

  void gap(const std::string& path, int error) {
    sink_.note(Error{Code::io, std::generic_category().message(error), path, 0}, true);
  }

  Result<void> hand_on_header(const std::string& path, const struct stat& status,
                              std::string_view link) {
    EntryHeader header;
    header.path = path;
    header.link = link;
    header.type = type_of(status.st_mode);
    header.mode = status.st_mode & 07777;
    header.uid = status.st_uid;
    header.gid = status.st_gid;
    header.size_bytes =
        header.type == EntryType::file ? static_cast<std::uint64_t>(status.st_size) : 0;
    header.mtime_unix_s = status.st_mtim.tv_sec;
    header.device_major = major(status.st_rdev);
    header.device_minor = minor(status.st_rdev);
    BH_TRY(want_, sink_.begin(header));
    return {};
  }

  Result<void> enter(Descriptor folder, std::string path, dev_t device) {
    if (levels_.size() >= context_.limits.path_depth) {
      sink_.note(Error{Code::limit_exceeded, "folder: deeper than --max-path-depth", path, 0},
                 true);
      return {};
    }
    const int copy = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, int (*)(DIR*)> list(copy >= 0 ? ::fdopendir(copy) : nullptr,
                                                   ::closedir);
    if (!list) {
      gap(path, errno);
      return {};
    }
    Level level{std::move(folder), std::move(path), device, {}};
    errno = 0;
    while (const dirent* entry = ::readdir(list.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") level.names.emplace_back(name);
    }
    if (errno != 0) gap(level.path, errno);
    std::ranges::sort(level.names);
    levels_.push_back(std::move(level));
    return {};
  }

  Result<void> visit(const Level& level, const std::string& name) {
    const std::string path = level.path + name;
    struct stat status{};
    if (::fstatat(level.folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      gap(path, errno);
      return {};
    }
    switch (type_of(status.st_mode)) {
      case EntryType::directory: {
        BH_CHECK(hand_on_header(path, status, ""));
        Descriptor folder(::openat(level.folder.get(), name.c_str(),
                                   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!folder) {
          gap(path, errno);
          return {};
        }
        if (status.st_dev != level.device && is_made_up(folder.get())) {
          sink_.note(
              Error{Code::unsupported, "folder: a file system of the kernel, passed over", path, 0},
              false);
          return {};
        }
        return enter(std::move(folder), path + "/", status.st_dev);
      }
      case EntryType::symlink: {
        std::string link(context_.limits.path_bytes, '\0');
        const ssize_t length =
            ::readlinkat(level.folder.get(), name.c_str(), link.data(), link.size());
        if (length < 0) {
          gap(path, errno);
          return {};
        }
        link.resize(static_cast<std::size_t>(length));
        return hand_on_header(path, status, link);
      }
      case EntryType::file:
        BH_CHECK(hand_on_header(path, status, ""));
        return want_ == EntrySink::Want::stream ? read_file(level, name, path) : Result<void>{};
      default:
        return hand_on_header(path, status, "");
    }
  }

  Result<void> read_file(const Level& level, const std::string& name, const std::string& path) {
    const Descriptor file(::openat(level.folder.get(), name.c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) {
      gap(path, errno);
      return {};
    }
    for (;;) {
      const ssize_t got = ::read(file.get(), buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) gap(path, errno);
      if (got < 0) return {};
      if (got == 0) return sink_.end();
      BH_CHECK(sink_.data(ByteView(buffer_).first(static_cast<std::size_t>(got))));
      if (sink_.is_sated()) return sink_.end();
    }
  }

  EntrySink& sink_;
  const RunContext& context_;
  std::vector<std::byte> buffer_;
  std::vector<Level> levels_;
  EntrySink::Want want_ = EntrySink::Want::skip;
};

}  // namespace

Result<void> walk_folder(const std::string& path, archive::EntrySink& sink,
                         const RunContext& context) {
  return FolderWalk(sink, context).run(path);
}

}  // namespace bulkhead::image
