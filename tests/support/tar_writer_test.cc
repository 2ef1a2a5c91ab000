// The writer is held against readers that are not ours: GNU tar and Python's tarfile.
#include "tests/support/tar_writer.h"

#include <gtest/gtest.h>

#include "tests/support/layout.h"
#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

/// One line a member as Python's tarfile sees it: name type size mode uid mtime link.
std::string python_listing(const std::string& path) {
  const CommandResult run = run_command(
      "python3 -c \"\n"
      "import tarfile, sys\n"
      "for m in tarfile.open(sys.argv[1], 'r:'):\n"
      "    print(m.name, m.type.decode(), m.size, oct(m.mode)[2:], m.uid, int(m.mtime), "
      "m.linkname)\n"
      "\" " +
      path);
  EXPECT_EQ(run.exit_code, 0);
  return run.output;
}

/// The file as GNU tar unpacks it (to standard output it would leave the holes out).
std::string gnu_content(const TemporaryFolder& folder, const std::string& path,
                        const std::string& member) {
  const CommandResult run =
      run_command("tar -xf " + path + " -C " + folder.path(".") + " && cat " + folder.path(member));
  EXPECT_EQ(run.exit_code, 0);
  return run.output;
}

std::string write_temporary(const TemporaryFolder& folder, const std::string& bytes) {
  const std::string path = folder.path("a.tar");
  EXPECT_TRUE(write_file(path, bytes));
  return path;
}

struct Row {
  TarFormat format;
  TarEntry entry;
  std::string want;  // as python_listing
  std::string_view why;
};

TarEntry numbered(std::int64_t uid, std::int64_t mtime, bool use_base256) {
  TarEntry entry = file("f", "abc");
  entry.uid = uid;
  entry.mtime_unix_s = mtime;
  entry.use_base256 = use_base256;
  return entry;
}

TEST(TarWriter, IsReadByPythonAsMeant) {
  const std::string name90(90, 'n'), dir90(90, 'd'), long300(300, 'x');
  const std::string split = dir90 + "/" + name90;
  const Row rows[] = {
      {TarFormat::v7, file("a", "xyz", 0600), "a 0 3 600 0 0 \n", "a plain v7 header"},
      {TarFormat::ustar, file(split, ""), split + " 0 0 644 0 0 \n", "prefix and name"},
      {TarFormat::pax, file(long300, "1"), long300 + " 0 1 644 0 0 \n", "path by pax"},
      {TarFormat::gnu, file(long300, "1"), long300 + " 0 1 644 0 0 \n", "path by GNU L"},
      {TarFormat::pax, symlink("s", long300), "s 2 0 777 0 0 " + long300 + "\n", "link by pax"},
      {TarFormat::gnu, symlink("s", long300), "s 2 0 777 0 0 " + long300 + "\n", "link by GNU K"},
      {TarFormat::ustar, hardlink("h", "a"), "h 1 0 644 0 0 a\n", "hard link"},
      {TarFormat::gnu, numbered(5'000'000, -7, false), "f 0 3 644 5000000 -7 \n",
       "base-256 where octal does not fit, negative too"},
      {TarFormat::pax, numbered(5'000'000, -7, false), "f 0 3 644 5000000 -7 \n",
       "pax records where octal does not fit"},
      {TarFormat::ustar, numbered(7, 8, true), "f 0 3 644 7 8 \n", "base-256 on request"},
      {TarFormat::ustar, directory("d/", 01777), "d 5 0 1777 0 0 \n", "sticky directory"},
      {TarFormat::ustar, whiteout("etc/passwd"), "etc/.wh.passwd 0 0 644 0 0 \n", "whiteout"},
      {TarFormat::ustar, opaque_whiteout("etc"), "etc/.wh..wh..opq 0 0 644 0 0 \n", "opaque"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const TemporaryFolder folder;
    const std::string path = write_temporary(folder, make_tar({&row.entry, 1}, row.format));
    EXPECT_EQ(python_listing(path), row.want);
    EXPECT_EQ(run_command("tar -tf " + path + " 2>&1 | wc -l").output, "1\n");
  }
}

TEST(TarWriter, SparseFilesUnpackWithTheirHoles) {
  const std::string hole(3000, '\0');
  std::string want;
  SparseMap map;
  map.real_size_bytes = 30 * 3512 + 100;
  TarEntry entry = file("deep/f", "");
  for (std::uint64_t i = 0; i < 30; ++i) {  // more than one extension block's 21
    map.segments.emplace_back(i * 3512, 512);
    const std::string segment(512, static_cast<char>('a' + i % 26));
    entry.data += segment;
    want += segment + hole;
  }
  want += std::string(100, '\0');
  map.segments.emplace_back(map.real_size_bytes, 0);
  for (const SparseForm form :
       {SparseForm::gnu_old, SparseForm::pax_0_0, SparseForm::pax_0_1, SparseForm::pax_1_0}) {
    SCOPED_TRACE(static_cast<int>(form));
    map.form = form;
    entry.sparse = map;
    const TemporaryFolder folder;
    const std::string path = write_temporary(folder, make_tar({&entry, 1}));
    EXPECT_TRUE(gnu_content(folder, path, "deep/f") == want);
  }
}

TEST(TarWriter, ExtendedAttributesAndGlobalRecordsReachTheReader) {
  TarEntry entry = file("f", "x");
  entry.xattrs = {{"user.note", "hello"}};
  std::string bytes;
  TarWriter writer([&bytes](std::string_view piece) { bytes += piece; });
  const std::pair<std::string, std::string> global[] = {{"comment", "all of it"}, {"uid", "42"}};
  writer.add_global_pax(global);
  writer.add(entry);
  writer.finish();
  const TemporaryFolder folder;
  const std::string path = write_temporary(folder, bytes);
  const CommandResult run = run_command(
      "python3 -c \"import tarfile,sys; t=tarfile.open(sys.argv[1]); m=t.getmembers()[0]; "
      "print(m.pax_headers['SCHILY.xattr.user.note'], m.pax_headers['comment'], m.uid)\" " +
      path);
  EXPECT_EQ(run.output, "hello all of it 42\n");
}

TEST(TarWriter, PaxRecordCountsItsOwnLength) {
  EXPECT_EQ(pax_record("a", "b"), "6 a=b\n");
  EXPECT_EQ(pax_record("a", "bcdef"), "11 a=bcdef\n") << "the length's second digit counts";
  EXPECT_EQ(pax_record("path", std::string(91, 'p')).substr(0, 4), "101 ");
}

TEST(TarWriter, PatchesChangeTheHeaderBeforeItsChecksum) {
  TarEntry entry = file("name", "");
  entry.patches = {{tar_field::kName, "NAME"}};
  const TemporaryFolder folder;
  EXPECT_EQ(python_listing(write_temporary(folder, make_tar({&entry, 1}))), "NAME 0 0 644 0 0 \n");
  entry.checksum = std::string("0000000\0", 8);
  const std::string path = write_temporary(folder, make_tar({&entry, 1}));
  EXPECT_NE(run_command("tar -tf " + path + " 2>/dev/null").exit_code, 0);
}

TEST(TarWriter, FilledFilesAreWrittenInPieces) {
  std::uint64_t pieces = 0;
  TarWriter writer([&pieces](std::string_view piece) { pieces += piece.size() > 512; });
  writer.add_filled(file("zeros", ""), (5 << 20) + 1, '\0');
  EXPECT_EQ(writer.written_bytes(), 512u + (5 << 20) + 512);
  EXPECT_EQ(pieces, 5u);
}

TEST(TarWriter, ClaimedSizeAndMissingPaddingAreWrittenAsTold) {
  TarEntry entry = file("f", "abc");
  entry.claimed_size = 0777;
  entry.is_padded = false;
  std::string bytes;
  TarWriter writer([&bytes](std::string_view piece) { bytes += piece; });
  writer.add(entry);
  EXPECT_EQ(bytes.size(), 515u);
  EXPECT_EQ(bytes.substr(tar_field::kSize, 11), "00000000777");
}

}  // namespace
}  // namespace bulkhead::test_support
