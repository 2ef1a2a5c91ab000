#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "bulkhead/archive/tar_test_support.h"
#include "bulkhead/io/crc32.h"

// Holds the reader against others: what GNU tar writes in each of its formats, and what Python's
// tarfile reads in real and hostile archives. A machine that lacks one of them skips the test.
namespace bulkhead::archive {
namespace {

namespace fs = std::filesystem;

// The command's standard output; none where it failed.
std::optional<std::string> output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe))
    out.append(buffer, got);
  const int status = pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return out;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class ScratchFolder {
 public:
  ScratchFolder()
      : path_(fs::temp_directory_path() / fmt::format("bulkhead-tar-readers-{}", ::getpid())) {
    fs::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A member a line: type, mode, uid, gid, size, time, path and link in hex, CRC-32 of the bytes.
class ListingSink final : public EntrySink {
 public:
  Result<Want> begin(const EntryHeader& header) override {
    const auto hex = [](std::string_view text) {
      std::string out;
      for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
      return out;
    };
    // Python drops the slash behind a folder's name.
    std::string_view path = header.path;
    while (path.ends_with('/')) path.remove_suffix(1);
    line_ = fmt::format("{} {:o} {} {} {} {} {} {} ", type_letter(header.type), header.mode,
                        header.uid, header.gid, header.size_bytes, header.mtime_unix_s, hex(path),
                        hex(header.link));
    data_.clear();
    return Want::stream;
  }
  Result<void> data(ByteView chunk) override {
    data_ += as_text(chunk);
    return {};
  }
  Result<void> end() override {
    listing += fmt::format("{}{}\n", line_, io::update_crc32(0, as_bytes(data_)));
    return {};
  }
  void note(Error error, bool is_gap) override {
    if (is_gap) gaps += error.what + "\n";
  }

  std::string listing;
  std::string gaps;

 private:
  std::string line_;
  std::string data_;
};

constexpr std::string_view kPython = R"(
import sys, tarfile, zlib
KINDS = {b'0': '-', b'\0': '-', b'7': '-', b'S': '-', b'1': 'h', b'2': 'l', b'3': 'c', b'4': 'b',
         b'5': 'd', b'6': 'p'}
raw = lambda text: text.encode('utf-8', 'surrogateescape').hex()
with tarfile.open(sys.argv[1], 'r:', encoding='utf-8', errors='surrogateescape') as tar:
    for m in tar:
        data = tar.extractfile(m).read() if m.isreg() else b''
        link = m.linkname if m.issym() or m.islnk() else ''
        size = m.size if m.isreg() else 0
        print(KINDS.get(m.type, '-'), '%o' % (m.mode & 0o7777), m.uid, m.gid, size,
              int(m.mtime // 1), raw(m.name.rstrip('/')), raw(link),
              zlib.crc32(data))
)";

std::optional<std::string> python_listing(const ScratchFolder& scratch, const fs::path& tar) {
  const fs::path script = scratch.path() / "list.py";
  std::ofstream(script) << kPython;
  return output_of(fmt::format("python3 '{}' '{}'", script.string(), tar.string()));
}

ListingSink list(const std::string& tar, std::size_t chunk, Result<void>& result) {
  ListingSink sink;
  const Limits limits;
  TarReader reader(sink, limits);
  for (std::size_t at = 0; at < tar.size() && result; at += chunk) {
    result = reader.feed(as_bytes(std::string_view(tar).substr(at, chunk)));
  }
  if (result) result = reader.finish();
  return sink;
}

TEST(TarReaders, AgreesWithGnuTarsWriterAndPythonsReader) {
  const ScratchFolder scratch;
  const fs::path tree = scratch.path() / "tree";
  fs::create_directories(tree / "sub");
  std::ofstream(tree / "small") << "hello";
  std::ofstream(tree / "empty");
  std::ofstream(tree / "sub" / "middle") << std::string(10'000, 'm');
  fs::create_symlink("small", tree / "link");
  fs::create_hard_link(tree / "small", tree / "zhard");
  fs::permissions(tree / "small", fs::perms::set_uid | fs::perms::owner_all);
  {
    std::ofstream sparse(tree / "sparse", std::ios::binary);
    for (int i = 0; i < 40; ++i) {  // more pieces than one old GNU header and block hold
      sparse.seekp(i * 65536 + 4096);
      sparse << std::string(100, static_cast<char>('a' + i % 26));
    }
  }
  fs::resize_file(tree / "sparse", 3 << 20);
  if (!output_of("tar --version")) GTEST_SKIP() << "no tar";
  if (!output_of("python3 --version")) GTEST_SKIP() << "no python3";
  const fs::path far = tree / std::string(90, 'd') / std::string(90, 'd');
  const std::string extended[] = {"oldgnu --sparse",
                                  "gnu --sparse",
                                  "posix --sparse --sparse-version=0.0",
                                  "posix --sparse --sparse-version=0.1",
                                  "posix --sparse --sparse-version=1.0",
                                  "posix"};
  std::vector<std::string> formats = {"v7", "ustar"};
  formats.insert(formats.end(), std::begin(extended), std::end(extended));
  for (const std::string& format : formats) {
    SCOPED_TRACE(format);
    if (format == "ustar") {  // v7 holds neither
      fs::create_directories(far);
      ASSERT_TRUE(output_of(fmt::format("mkfifo '{}'", (tree / "fifo").string())));
    }
    if (format == extended[0]) {  // what only formats with extensions hold
      std::ofstream(far / std::string(120, 'f')) << "deep";
      fs::create_symlink(std::string(150, 't'), tree / "far");
      ASSERT_TRUE(
          output_of(fmt::format("touch -d '1969-12-01 00:00:00.5 UTC' '{}/empty'", tree.string())));
    }
    const fs::path tar = scratch.path() / "made.tar";
    ASSERT_TRUE(output_of(fmt::format("tar --format={} --sort=name -cf '{}' -C '{}' .", format,
                                      tar.string(), tree.string())));
    const auto want = python_listing(scratch, tar);
    ASSERT_TRUE(want) << "tarfile did not read it";
    const std::string bytes = read_file(tar);
    for (const std::size_t chunk : {std::size_t{1000}, bytes.size()}) {
      Result<void> result;
      const ListingSink sink = list(bytes, chunk, result);
      EXPECT_TRUE(result) << result.error().what;
      EXPECT_EQ(sink.gaps, "");
      EXPECT_NE(sink.listing, "");
      EXPECT_EQ(sink.listing, *want);
    }
  }
}

TEST(TarReaders, AgreesWithPythonOnRealArchives) {
  const fs::path archives = BULKHEAD_SOURCE_DIR "/../shared/images/archives";
  if (!fs::exists(archives)) GTEST_SKIP() << "no " << archives;
  const ScratchFolder scratch;
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(archives)) {
    if (entry.path().extension() != ".tar") continue;
    SCOPED_TRACE(entry.path().filename());
    const auto want = python_listing(scratch, entry.path());
    if (!want) continue;
    const std::string bytes = read_file(entry.path());
    for (const std::size_t chunk : {std::size_t{777}, std::size_t{256 << 10}}) {
      Result<void> result;
      const ListingSink sink = list(bytes, chunk, result);
      EXPECT_TRUE(result) << result.error().what;
      EXPECT_EQ(sink.gaps, "");
      EXPECT_EQ(sink.listing, *want);
    }
    ++compared;
  }
  if (compared == 0) GTEST_SKIP() << "no python3";
}

}  // namespace
}  // namespace bulkhead::archive
