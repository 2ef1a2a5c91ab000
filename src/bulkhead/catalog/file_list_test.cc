#include "bulkhead/catalog/file_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog {
namespace {

struct Row {
  std::string_view text;
  std::vector<std::string> files;
  std::uint64_t bad_lines;
  std::string_view why;
};

TEST(FileList, LeavesOutDirectories) {
  const std::vector<Row> kRows = {
      {"", {}, 0, "nothing"},
      {"/.\n", {}, 0, "a package without files"},
      {"/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/b\n", {"usr/bin/a", "usr/bin/b"}, 0, "ordinary"},
      {"/.\n/a", {"a"}, 0, "no newline at the end"},
      {"/.\n/a\n\n/b\n", {"a", "b"}, 0, "a blank line"},
      {"/x\n/x-y\n/x/z\n", {"x-y", "x/z"}, 0, "sorted by bytes: a folder away from its content"},
      {"/l\n/l/a\n/l/a/f\n/l/e\n/l/a/s\n", {"l/a/f", "l/e", "l/a/s"}, 0, "a link at the end"},
      {"/l\n/l/e\n/m\n/m/f\n/l/e/s\n", {"m/f", "l/e/s"}, 0, "a folder that holds only a link"},
      {"/a\n/ab\n", {"a", "ab"}, 0, "a prefix that is no folder"},
      {"/a/b\n", {"a/b"}, 0, "a folder that is not listed"},
      {"a\n/b\n//c\n/d\n", {"b", "d"}, 2, "lines that are no absolute path"},
      {std::string_view("/a\0b\n/c\n", 8), {"c"}, 1, "a NUL, which would end the path"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    std::uint64_t bad_lines = 0;
    EXPECT_EQ(paths_of(parse_file_list(row.text, bad_lines)), row.files);
    EXPECT_EQ(bad_lines, row.bad_lines);
  }
}

TEST(FileList, ReadsMd5sums) {
  const std::string sum = "0123456789abcdef0123456789abcdef";
  const std::vector<std::pair<std::string, Row>> kRows = {
      {sum + "  usr/bin/a\n" + sum + "  b c\n", {{}, {"usr/bin/a", "b c"}, 0, "ordinary"}},
      {sum + "  a", {{}, {"a"}, 0, "no newline at the end"}},
      {"\n", {{}, {}, 0, "a blank line"}},
      {sum + " a\n" + sum + "  b\n", {{}, {"b"}, 1, "one space"}},
      {sum + "0  a\n", {{}, {}, 1, "too many digits"}},
      {sum.substr(1) + "  a\n", {{}, {}, 1, "too few digits"}},
      {sum + "  \n" + sum + "\n", {{}, {}, 2, "no path"}},
      {sum + "  /a\n", {{}, {}, 1, "an absolute path"}},
  };
  for (const auto& [text, row] : kRows) {
    SCOPED_TRACE(row.why);
    std::uint64_t bad_lines = 0;
    EXPECT_EQ(paths_of(parse_md5sums(text, bad_lines)), row.files);
    EXPECT_EQ(bad_lines, row.bad_lines);
  }
}

// On a Debian system dpkg's own lists can be held against what is on the disk.
TEST(FileList, AgreesWithTheDisk) {
  namespace fs = std::filesystem;
  const fs::path info = "/var/lib/dpkg/info";
  if (!fs::is_directory(info)) GTEST_SKIP() << "no dpkg here";
  std::uint64_t files = 0, full_directories = 0, bad_lines = 0;
  for (const auto& entry : fs::directory_iterator(info)) {
    if (entry.path().extension() != ".list") continue;
    for (const std::string& path : paths_of(parse_file_list(read_whole(entry.path()), bad_lines))) {
      std::error_code error;
      const fs::path on_disk = "/" + path;
      ++files;
      // Folders that a package brings empty cannot be told from files.
      if (fs::symlink_status(on_disk, error).type() == fs::file_type::directory &&
          !fs::is_empty(on_disk, error)) {
        ++full_directories;
      }
    }
  }
  EXPECT_EQ(bad_lines, 0u);
  EXPECT_LE(full_directories * 100, files);  // some were filled since
}

}  // namespace
}  // namespace bulkhead::catalog
