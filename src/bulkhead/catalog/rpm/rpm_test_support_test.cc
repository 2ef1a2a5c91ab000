#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include <sqlite3.h>
#include <unistd.h>

#include "bulkhead/catalog/rpm/rpm_test_support.h"

namespace bulkhead::catalog::rpm {
namespace {

void put(std::string& bytes, std::size_t at, std::string_view value) {
  bytes.replace(at, value.size(), value);
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/// Pages of a Berkeley DB.
class BdbWriter {
 public:
  explicit BdbWriter(BdbOptions options) : options_(options) { add_page(8); }

  std::string write(const std::vector<TestPackage>& packages) {
    begin_hash_page();
    add_pair(n32(0), item(1, n32(static_cast<std::uint32_t>(packages.size()))));
    std::uint32_t number = 0;
    for (const TestPackage& package : packages) {
      const std::string header = make_header(package);
      if (header.size() < options_.page_bytes / 4) {
        add_pair(n32(++number), item(1, header));
      } else {
        const std::uint32_t first = add_chain(header);
        add_pair(n32(++number), item(3, std::string(3, '\0') + n32(first) +
                                            n32(static_cast<std::uint32_t>(header.size()))));
      }
    }
    put(bytes_, 12, n32(0x061561));
    put(bytes_, 16, n32(9));
    put(bytes_, 20, n32(options_.page_bytes));
    put(bytes_, 32, n32(pages_ - 1));
    put(bytes_, 88, n32(number + 1));
    return bytes_;
  }

 private:
  std::string n32(std::uint32_t v) const { return options_.is_big_endian ? be32(v) : le32(v); }
  std::string n16(std::uint32_t v) const {
    return options_.is_big_endian ? be32(v).substr(2) : le32(v).substr(0, 2);
  }
  static std::string item(char kind, const std::string& data) { return kind + data; }
  std::size_t at(std::uint32_t page) const { return std::size_t{page} * options_.page_bytes; }

  std::uint32_t add_page(char kind) {
    bytes_.append(options_.page_bytes, '\0');
    bytes_[at(pages_) + 25] = kind;
    put(bytes_, at(pages_) + 8, n32(pages_));
    return pages_++;
  }

  void begin_hash_page() {
    hash_page_ = add_page(13);
    entries_ = 0;
    end_ = options_.page_bytes;
  }

  void add_item(const std::string& data) {
    end_ -= data.size();
    put(bytes_, at(hash_page_) + end_, data);
    put(bytes_, at(hash_page_) + 26 + std::size_t{2} * entries_,
        n16(static_cast<std::uint32_t>(end_)));
    put(bytes_, at(hash_page_) + 20, n16(++entries_));
  }

  void add_pair(const std::string& key, const std::string& value) {
    if (26 + std::size_t{2} * (entries_ + 2) + 5 + value.size() > end_) begin_hash_page();
    add_item(item(1, key));
    add_item(value);
  }

  std::uint32_t add_chain(std::string_view header) {
    const std::uint32_t first = pages_;
    while (!header.empty()) {
      const std::uint32_t page = add_page(7);
      const std::string_view part = header.substr(0, options_.page_bytes - 26);
      header.remove_prefix(part.size());
      put(bytes_, at(page) + 16, n32(header.empty() ? 0 : page + 1));
      put(bytes_, at(page) + 20, n16(1));
      put(bytes_, at(page) + 22, n16(static_cast<std::uint32_t>(part.size())));
      put(bytes_, at(page) + 26, part);
    }
    return first;
  }

  BdbOptions options_;
  std::string bytes_;
  std::uint32_t pages_ = 0;
  std::uint32_t hash_page_ = 0;
  std::uint32_t entries_ = 0;
  std::size_t end_ = 0;
};

void run(sqlite3* connection, const std::string& sql, std::string_view blob = {}) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(connection));
  }
  if (sqlite3_bind_parameter_count(statement) > 0) {
    sqlite3_bind_blob(statement, 1, blob.data(), static_cast<int>(blob.size()), SQLITE_TRANSIENT);
  }
  while (sqlite3_step(statement) == SQLITE_ROW) {
  }
  if (sqlite3_finalize(statement) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(connection));
  }
}

std::string whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void fill(sqlite3* connection, const std::vector<TestPackage>& packages) {
  // As rpm 4.18 makes it, lib/backend/sqlite.c; one of its indexes, for pages in between.
  run(connection,
      "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
  run(connection,
      "CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)");
  for (const TestPackage& package : packages) {
    run(connection, "INSERT INTO Packages(blob) VALUES (?)", make_header(package));
    run(connection, "INSERT INTO Name VALUES ('" + package.name + "', 1, 0)");
  }
}

/// A database in a folder of its own that goes with this.
class ScratchDatabase {
 public:
  ScratchDatabase() {
    std::string name = (std::filesystem::temp_directory_path() / "bulkhead-rpm-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = name;
    if (sqlite3_open(path().c_str(), &connection_) != SQLITE_OK) throw std::runtime_error("open");
    sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  ~ScratchDatabase() {
    sqlite3_close(connection_);
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path path() const { return folder_ / "rpmdb.sqlite"; }
  sqlite3* get() const { return connection_; }

 private:
  std::filesystem::path folder_;
  sqlite3* connection_ = nullptr;
};

}  // namespace

std::string be32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

std::string le32(std::uint32_t value) {
  const std::string bytes = be32(value);
  return {bytes.rbegin(), bytes.rend()};
}

std::string make_header(const std::vector<TestEntry>& entries) {
  std::string index, data;
  for (const TestEntry& entry : entries) {
    if (entry.type == 4) data.append((4 - data.size() % 4) % 4, '\0');
    index += be32(entry.tag) + be32(entry.type) + be32(static_cast<std::uint32_t>(data.size())) +
             be32(entry.count);
    data += entry.data;
  }
  return be32(static_cast<std::uint32_t>(entries.size())) +
         be32(static_cast<std::uint32_t>(data.size())) + index + data;
}

std::vector<TestEntry> entries_of(const TestPackage& package) {
  const auto text = [](const std::string& value) { return value + '\0'; };
  std::vector<TestEntry> entries = {
      {1000, 6, 1, text(package.name)},
      {1001, 6, 1, text(package.version)},
      {1002, 6, 1, text(package.release)},
      {1005, 9, 1, std::string(package.padding, 'd') + '\0'},
      {1011, 6, 1, text("Some Vendor")},
      {1014, 6, 1, text("MIT")},
      {1022, 6, 1, text("x86_64")},
      {1044, 6, 1,
       text(package.source_rpm.empty()
                ? package.name + "-" + package.version + "-" + package.release + ".src.rpm"
                : package.source_rpm)},
  };
  if (package.epoch != 0) entries.push_back({1003, 4, 1, be32(package.epoch)});
  if (!package.module.empty()) entries.push_back({5096, 6, 1, text(package.module)});
  if (!package.files.empty()) {
    std::map<std::string, std::uint32_t> folders;
    std::string names, indexes, folder_names;
    for (const std::string& file : package.files) {
      const std::string folder = file.substr(0, file.rfind('/') + 1);
      const auto [known, is_new] =
          folders.try_emplace(folder, static_cast<std::uint32_t>(folders.size()));
      if (is_new) folder_names += folder + '\0';
      indexes += be32(known->second);
      names += file.substr(folder.size()) + '\0';
    }
    const auto count = static_cast<std::uint32_t>(package.files.size());
    entries.push_back({1116, 4, count, indexes});
    entries.push_back({1117, 8, count, names});
    entries.push_back({1118, 8, static_cast<std::uint32_t>(folders.size()), folder_names});
  }
  return entries;
}

std::string make_header(const TestPackage& package) { return make_header(entries_of(package)); }

std::string make_bdb(const std::vector<TestPackage>& packages, BdbOptions options) {
  return BdbWriter(options).write(packages);
}

std::string make_ndb(const std::vector<TestPackage>& packages) {
  std::string slots, blobs;
  std::uint32_t number = 0;
  constexpr std::size_t kPage = 4096;
  for (const TestPackage& package : packages) {
    const std::string header = make_header(package);
    const std::size_t blocks = (16 + header.size() + 12 + 15) / 16;
    std::string blob = "BlbS" + le32(++number) + le32(1) +
                       le32(static_cast<std::uint32_t>(header.size())) + header;
    blob.resize(blocks * 16 - 12);
    blob += le32(adler32(blob)) + le32(static_cast<std::uint32_t>(header.size())) + "BlbE";
    slots += "Slot" + le32(number) + le32(static_cast<std::uint32_t>((kPage + blobs.size()) / 16)) +
             le32(static_cast<std::uint32_t>(blocks));
    blobs += blob;
  }
  std::string file = "RpmP" + le32(0) + le32(1) + le32(1) + le32(number + 1);
  file.resize(32);
  file += slots;
  while (file.size() < kPage) file += "Slot" + le32(0) + le32(0) + le32(0);
  return file + blobs;
}

SqlitePair make_logged_sqlite(const std::vector<TestPackage>& before,
                              const std::vector<std::string>& then, int page_bytes) {
  const ScratchDatabase scratch;
  run(scratch.get(), "PRAGMA page_size=" + std::to_string(page_bytes));
  run(scratch.get(), "PRAGMA journal_mode=WAL");
  fill(scratch.get(), before);
  run(scratch.get(), "PRAGMA wal_checkpoint(TRUNCATE)");
  for (const std::string& step : then) {
    const std::size_t at = step.find('@');
    if (at == std::string::npos) {
      run(scratch.get(), step);
      continue;
    }
    const std::size_t end = step.find_first_of(", )", at);
    TestPackage package;
    package.name = step.substr(at + 1, end - at - 1);
    package.version = "2";
    package.padding = 6000;
    run(scratch.get(), step.substr(0, at) + "?" + step.substr(end), make_header(package));
  }
  return {whole(scratch.path()), whole(scratch.path().string() + "-wal")};
}

std::string make_sqlite(const std::vector<TestPackage>& packages, int page_bytes) {
  const ScratchDatabase scratch;
  run(scratch.get(), "PRAGMA page_size=" + std::to_string(page_bytes));
  fill(scratch.get(), packages);
  return whole(scratch.path());
}

std::string make_sqlite_by(const std::vector<std::string>& statements) {
  const ScratchDatabase scratch;
  for (const std::string& statement : statements) run(scratch.get(), statement);
  return whole(scratch.path());
}

}  // namespace bulkhead::catalog::rpm
