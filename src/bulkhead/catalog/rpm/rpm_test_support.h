#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Writers of small rpm databases, for tests alone.
namespace bulkhead::catalog::rpm {

/// A package that a test makes up.
struct TestPackage {
  std::string name = "hello";
  std::string version = "1.0";
  std::string release = "1.el9";
  std::uint32_t epoch = 0;
  std::string source_rpm = {};  // empty: NAME-VERSION-RELEASE.src.rpm
  std::string module = {};
  std::vector<std::string> files = {};  // absolute
  std::size_t padding = 0;              // bytes of a description that nobody reads
};

/// An entry of a header's index and its values.
struct TestEntry {
  std::uint32_t tag;
  std::uint32_t type;
  std::uint32_t count;
  std::string data;
};

std::string be32(std::uint32_t value);
std::string le32(std::uint32_t value);

/// A header of these entries.
std::string make_header(const std::vector<TestEntry>& entries);
std::vector<TestEntry> entries_of(const TestPackage& package);
std::string make_header(const TestPackage& package);

struct BdbOptions {
  bool is_big_endian = false;
  std::uint32_t page_bytes = 512;
};
/// A Berkeley DB hash: small headers on the hash pages, others in chains of overflow pages.
std::string make_bdb(const std::vector<TestPackage>& packages, BdbOptions options = {});
std::string make_ndb(const std::vector<TestPackage>& packages);

/// A database and its write-ahead log.
struct SqlitePair {
  std::string database;
  std::string log;
};
/// SQLite: `before` is in the database; what `then` does (SQL; `@NAME` stands for the header of a
/// package of this name and version 2) is in the log alone.
SqlitePair make_logged_sqlite(const std::vector<TestPackage>& before,
                              const std::vector<std::string>& then, int page_bytes = 4096);
std::string make_sqlite(const std::vector<TestPackage>& packages, int page_bytes = 4096);
/// A database that SQL makes.
std::string make_sqlite_by(const std::vector<std::string>& statements);

}  // namespace bulkhead::catalog::rpm
