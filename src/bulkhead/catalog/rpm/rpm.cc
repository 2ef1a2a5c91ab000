#include "bulkhead/catalog/rpm/rpm.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/catalog/package_sink.h"
#include "bulkhead/catalog/rpm/database.h"
#include "bulkhead/catalog/rpm/manifest.h"
#include "bulkhead/catalog/rpm/records.h"
#include "bulkhead/catalog/rpm/sqlite_db.h"
#include "bulkhead/catalog/rpm/sqlite_journal.h"
#include "bulkhead/catalog/source_rpm.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::string_view kLogSuffix = "-wal";
constexpr std::string_view kJournalSuffix = "-journal";
constexpr std::string_view kManifestName = "container-manifest-2";

/// The epochs of source packages, which no header says of its own: a package built from a source,
/// of the same version and release, has the source's epoch, unless its spec sets another.
class SourceEpochs {
 public:
  explicit SourceEpochs(const std::vector<Record>& records) {
    for (const Record& record : records) {
      const SourceRpm source = parse_source_rpm(record.source_rpm);
      if (source.name.empty() || source.version_release != version_release(record)) continue;
      const auto [known, is_new] = epochs_.try_emplace(record.source_rpm, record.epoch);
      // The package that is named like its source is the one that the spec's own epoch counts for.
      if (!is_new && record.name == source.name) known->second = record.epoch;
    }
  }
  /// Of `record`'s source; its own epoch where nothing says more.
  std::uint32_t of(const Record& record) const {
    const auto known = epochs_.find(record.source_rpm);
    return known == epochs_.end() ? record.epoch : known->second;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> epochs_;
};

/// One RpmOrigin for all packages that say the same: a system has a few vendors and modules.
class Origins {
 public:
  std::shared_ptr<const RpmOrigin> of(const Record& record) {
    if (record.module.empty() && record.vendor.empty()) return nullptr;
    std::shared_ptr<const RpmOrigin>& origin = known_[{record.module, record.vendor}];
    if (!origin) origin = std::make_shared<RpmOrigin>(RpmOrigin{record.module, record.vendor});
    return origin;
  }

 private:
  std::map<RpmOrigin, std::shared_ptr<const RpmOrigin>> known_;
};

void add_packages(const std::vector<Record>& records, const JoinFile& file, PackageSink& sink) {
  const SourceEpochs epochs(records);
  Origins origins;
  for (const Record& record : records) {
    Package package;
    package.name = record.name;
    package.version = full_version(record);
    package.architecture = record.architecture;
    package.rpm = origins.of(record);
    if (!record.licence.empty()) package.licenses = {record.licence};
    if (const SourceRpm source = parse_source_rpm(record.source_rpm); !source.name.empty()) {
      if (source.name != record.name) package.source_name = source.name;
      const std::uint32_t epoch = epochs.of(record);
      std::string version = epoch == 0 ? std::string() : std::to_string(epoch) + ":";
      version += source.version_release;
      if (version != package.version) package.source_version = std::move(version);
    }
    sink.add(std::move(package), file, &record.files);
  }
}

/// What was learnt of the file beside `database` whose name ends in `suffix`; null where there is
/// none such.
template <class FactsType>
const FactsType* find_beside(std::span<const JoinFile> files, std::string_view database,
                             std::string_view suffix) {
  const std::string path = std::string(database).append(suffix);
  const auto file = std::ranges::lower_bound(files, path, {}, &JoinFile::path);
  if (file == files.end() || file->path != path) return nullptr;
  return dynamic_cast<const FactsType*>(file->facts);
}

/// Lists a database with its log laid over it; its notes say where it lies.
void add_logged(const LoggableFacts& database, const LogFacts& log, const JoinFile& file,
                PackageSink& sink, Notes& notes) {
  Notes own(database.limits.notes);
  const RecordFacts together = apply_log(database, log, own);
  add_packages(together.records, file, sink);
  for (Note note : own.all()) {
    note.where = "/" + std::string(file.path);
    notes.add(std::move(note));
  }
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with(kLogSuffix)) return open_log(file, context);
  if (file.path.ends_with(kJournalSuffix)) return open_journal();
  if (file.path.ends_with(kManifestName)) return open_manifest(context);
  return open_database(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::rpm, owned_path_bytes_of<RecordFacts>(files), out);
  for (const JoinFile& file : files) {
    const auto* const records = dynamic_cast<const RecordFacts*>(file.facts);
    if (records == nullptr) continue;
    const auto* const loggable = dynamic_cast<const LoggableFacts*>(records);
    const LogFacts* const log =
        loggable == nullptr ? nullptr : find_beside<LogFacts>(files, file.path, kLogSuffix);
    if (find_beside<JournalFacts>(files, file.path, kJournalSuffix) != nullptr) {
      notes.add({NoteLevel::incomplete, "malformed",
                 "rpm rpmdb.sqlite: a rollback journal lies beside it: a change of it was cut off "
                 "and is not undone, so the list may be wrong",
                 "/" + std::string(file.path)});
    }
    if (log != nullptr) {
      add_logged(*loggable, *log, file, sink, notes);
    } else {
      add_packages(records->records, file, sink);
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::rpm
