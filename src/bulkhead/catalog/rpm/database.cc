#include "bulkhead/catalog/rpm/database.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/random_file.h"
#include "bulkhead/catalog/rpm/bdb.h"
#include "bulkhead/catalog/rpm/ndb.h"
#include "bulkhead/catalog/rpm/records.h"
#include "bulkhead/catalog/rpm/sqlite_db.h"

namespace bulkhead::catalog::rpm {
namespace {

class DatabaseReader final : public FileReader {
 public:
  DatabaseReader(const FileInfo& file, const ReadContext& context)
      : context_(context),
        name_(file.path.substr(file.path.rfind('/') + 1)),
        bytes_(context.run.limits, file.size_bytes) {}

  Result<void> data(ByteView chunk) override { return bytes_.append(chunk); }

  Result<FactsPtr> end() override {
    const RandomFile file = std::move(bytes_).take();
    const Limits& limits = context_.run.limits;
    const std::string format = "rpm " + name_;
    RecordKeeper out(format, limits, context_.notes);
    constexpr std::uint64_t kHeadBytes = 64;
    std::string scratch;
    BH_TRY(const ByteView head, file.read(0, std::min(kHeadBytes, file.size()), scratch));
    if (is_sqlite(head)) return say_if_empty(read_sqlite(file, limits, context_.notes));
    Result<void> read;
    if (is_bdb(head)) {
      read = read_bdb(file, out);
    } else if (is_ndb(head)) {
      read = read_ndb(file, out);
    } else {
      read = fail(head.empty() ? Code::truncated : Code::malformed,
                  head.empty() ? "the file is empty"
                               : "neither a Berkeley DB nor an NDB nor an SQLite database");
    }
    if (!read) out.gap(read.error());
    if (!read && out.records().empty()) return nullptr;
    auto facts = std::make_unique<RecordFacts>();
    std::move(out).finish(*facts);
    return say_if_empty(std::move(facts));
  }

 private:
  /// Nothing installed is nothing wrong, but rare enough to be told.
  FactsPtr say_if_empty(FactsPtr facts) {
    const auto* const read = dynamic_cast<const RecordFacts*>(facts.get());
    if (read != nullptr && read->records.empty() && !context_.notes.has_gap()) {
      context_.notes.add(
          {NoteLevel::info, "empty-database", fmt::format("rpm {}: it lists no package", name_)});
    }
    return facts;
  }

  const ReadContext& context_;
  std::string name_;
  RandomFileWriter bytes_;
};

class LogReader final : public FileReader {
 public:
  LogReader(const FileInfo& file, const ReadContext& context)
      : context_(context), bytes_(context.run.limits, file.size_bytes) {}

  Result<void> data(ByteView chunk) override { return bytes_.append(chunk); }
  Result<FactsPtr> end() override {
    return read_log(std::move(bytes_).take(), context_.run.limits, context_.notes);
  }

 private:
  const ReadContext& context_;
  RandomFileWriter bytes_;
};

}  // namespace

std::unique_ptr<FileReader> open_database(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<DatabaseReader>(file, context);
}

std::unique_ptr<FileReader> open_log(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<LogReader>(file, context);
}

}  // namespace bulkhead::catalog::rpm
