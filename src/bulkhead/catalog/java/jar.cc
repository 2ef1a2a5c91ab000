#include "bulkhead/catalog/java/jar.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/archive/zip.h"
#include "bulkhead/base/text.h"
#include "bulkhead/catalog/java/file_name.h"
#include "bulkhead/catalog/java/log4j.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/random_file.h"

namespace bulkhead::catalog::java {
namespace {

using archive::ZipMember;
using SourcePtr = std::shared_ptr<const io::Source>;

// Looking for the end of a nested archive costs up to this, though nothing is inflated.
constexpr std::uint64_t kOpenCostBytes = 64 << 10;
// What is remembered of members that are wanted, in one file and what lies in it.
constexpr std::uint64_t kMostKeptBytes = 16 << 20;
constexpr std::string_view kMavenFolder = "META-INF/maven/";
constexpr std::string_view kProperties = "pom.properties";
constexpr std::string_view kPom = "pom.xml";

/// The folder of Maven's record of one artifact, where `member` is one of its two files: at the
/// archive's root, below WEB-INF/classes, BOOT-INF/classes or a jmod's classes.
std::optional<std::string_view> record_folder(std::string_view member) {
  const std::string_view file = base_name(member);
  if (file != kProperties && file != kPom) return std::nullopt;
  const std::size_t at = member.find(kMavenFolder);
  if (at == member.npos || (at > 0 && member[at - 1] != '/')) return std::nullopt;
  if (std::ranges::count(member.substr(at + kMavenFolder.size()), '/') != 2) return std::nullopt;
  return member.substr(0, member.size() - file.size() - 1);
}

bool is_manifest(std::string_view member) {
  constexpr std::string_view kName = "meta-inf/manifest.mf";
  return member.size() == kName.size() && to_lower(member) == kName;
}

/// What of an archive is read.
struct Wanted {
  struct RecordFiles {
    std::optional<ZipMember> properties;
    std::optional<ZipMember> pom;
  };
  std::optional<ZipMember> manifest;
  std::map<std::string, RecordFiles, std::less<>> records;  // by folder
  std::vector<ZipMember> archives;
  std::uint64_t kept_bytes = 0;
  Log4jClasses log4j;
  bool has_classes = false;
  std::string class_folder;

  void add(ZipMember&& member);

 private:
  void add_class(std::string_view name);
};

void Wanted::add_class(std::string_view name) {
  for (const std::string_view root : {"WEB-INF/classes/", "BOOT-INF/classes/", "classes/"}) {
    if (name.starts_with(root)) name.remove_prefix(root.size());
  }
  if (name.starts_with("META-INF/") || name == "module-info.class") return;
  const std::size_t slash = name.rfind('/');
  const std::string_view folder = name.substr(0, slash == name.npos ? 0 : slash);
  if (!has_classes) class_folder = folder;
  has_classes = true;
  if (folder == class_folder ||
      (folder.starts_with(class_folder) && folder.substr(class_folder.size()).starts_with('/'))) {
    return;
  }
  // What both have in common, up to the end of a folder's name.
  const auto [ours, theirs] = std::ranges::mismatch(class_folder, folder);
  const auto common = static_cast<std::size_t>(ours - class_folder.begin());
  if (theirs == folder.end() && class_folder.substr(common).starts_with('/')) {
    class_folder.resize(common);
    return;
  }
  const std::size_t end = class_folder.substr(0, common).rfind('/');
  class_folder.resize(end == std::string::npos ? 0 : end);
}

void Wanted::add(ZipMember&& member) {
  const std::string_view name = member.name;
  if (name.ends_with(".class")) {
    add_class(name);
    log4j.add(name, member.crc32);
    return;
  }
  const std::uint64_t bytes = sizeof(ZipMember) + name.size();
  if (const auto folder = record_folder(name)) {
    kept_bytes += 2 * bytes;
    RecordFiles& files = records[std::string(*folder)];
    auto& file = name.ends_with(kPom) ? files.pom : files.properties;
    file = std::move(member);
  } else if (is_manifest(name)) {
    if (!manifest) manifest = std::move(member);
  } else if (is_archive_name(name)) {
    kept_bytes += bytes;
    archives.push_back(std::move(member));
  }
}

/// Reads one file's archives, each with those inside it before the next.
class JarWalk {
 public:
  explicit JarWalk(const ReadContext& context)
      : context_(context),
        limits_(context.run.limits),
        bytes_left_(limits_.archive_bytes),
        entries_left_(limits_.archive_entries),
        memory_left_(limits_.random_memory_bytes) {}

  void walk(const SourcePtr& source, std::string_view name, const std::string& inside,
            std::uint64_t depth);
  std::vector<JarPackage> take() { return std::move(packages_); }

 private:
  Result<void> collect(const io::Source& source, Wanted& wanted);
  std::optional<std::string> read_text(const io::Source& source, const ZipMember& member,
                                       const std::string& inside);
  std::vector<Record> read_records(const io::Source& source, const Wanted& wanted,
                                   const std::string& inside);
  void settle(Traces&& traces, const Wanted& wanted, const std::string& inside);
  void add_log4j(const Wanted& wanted, const std::string& inside,
                 const std::vector<JarPackage>& found);
  void enter(const SourcePtr& source, const ZipMember& member, const std::string& inside,
             std::uint64_t depth);
  Result<SourcePtr> open_nested(const SourcePtr& source, const ZipMember& member,
                                std::uint64_t& memory);
  bool charge(std::uint64_t bytes);
  void note(NoteLevel level, Error error, const std::string& inside);
  void stop(std::string what);

  const ReadContext& context_;
  const Limits& limits_;
  std::uint64_t bytes_left_;
  std::uint64_t entries_left_;
  std::uint64_t memory_left_;
  std::uint64_t kept_bytes_ = 0;  // of the archives that are being read
  bool is_over_ = false;          // a limit was met: nothing further is read
  bool is_too_deep_ = false;      // noted once
  std::vector<JarPackage> packages_;
};

void JarWalk::note(NoteLevel level, Error error, const std::string& inside) {
  context_.notes.add(level, located(std::move(error), inside));
}

void JarWalk::stop(std::string what) {
  if (!is_over_) note(NoteLevel::incomplete, {Code::limit_exceeded, std::move(what)}, {});
  is_over_ = true;
}

/// Takes the cost of inflating `bytes` off what the file may cost.
bool JarWalk::charge(std::uint64_t bytes) {
  if (is_over_) return false;
  if (bytes <= bytes_left_) {
    bytes_left_ -= bytes;
    return true;
  }
  stop(
      fmt::format("jar: it and what lies in it inflate to more than {} bytes "
                  "(--max-archive-bytes); the rest is left out",
                  limits_.archive_bytes));
  return false;
}

Result<void> JarWalk::collect(const io::Source& source, Wanted& wanted) {
  return archive::walk_zip_directory(source, limits_, [&](ZipMember&& member) -> Result<void> {
    if (entries_left_ == 0) {
      stop(
          fmt::format("jar: it and what lies in it have more than {} members "
                      "(--max-archive-entries); the rest is left out",
                      limits_.archive_entries));
      return fail(Code::limit_exceeded, "jar: too many members");
    }
    --entries_left_;
    wanted.add(std::move(member));
    if (kept_bytes_ + wanted.kept_bytes > kMostKeptBytes) {
      stop("jar: it and what lies in it have too many archives; the rest is left out");
      return fail(Code::limit_exceeded, "jar: too many archives");
    }
    return {};
  });
}

std::optional<std::string> JarWalk::read_text(const io::Source& source, const ZipMember& member,
                                              const std::string& inside) {
  if (!charge(std::min(member.size_bytes, limits_.memory_file_bytes))) return std::nullopt;
  Result<std::string> text = archive::read_zip_member(source, member, limits_.memory_file_bytes);
  if (text) return *std::move(text);
  Error error = std::move(text).error();
  error.where = inside.empty() ? member.name : inside + "!/" + member.name;
  context_.notes.add(NoteLevel::info, std::move(error));
  return std::nullopt;
}

/// Maven's records: pom.properties, and where it is missing or not whole pom.xml with the parents
/// that lie beside it.
std::vector<Record> JarWalk::read_records(const io::Source& source, const Wanted& wanted,
                                          const std::string& inside) {
  std::unordered_map<std::string, std::optional<Pom>> poms;  // by folder
  const auto pom_in = [&](const std::string& folder, const ZipMember& member) -> const Pom* {
    const auto [found, is_new] = poms.try_emplace(folder);
    if (is_new) {
      if (const auto text = read_text(source, member, inside)) {
        Result<Pom> pom = parse_pom(*text);
        if (pom) {
          found->second = *std::move(pom);
        } else {
          note(NoteLevel::info, std::move(pom).error(),
               inside.empty() ? member.name : inside + "!/" + member.name);
        }
      }
    }
    return found->second ? &*found->second : nullptr;
  };
  const FindPom find_parent = [&](const Coordinates& parent) -> const Pom* {
    const std::string folder = fmt::format("{}{}/{}", kMavenFolder, parent.group, parent.artifact);
    const auto files = wanted.records.find(folder);
    if (files == wanted.records.end() || !files->second.pom) return nullptr;
    return pom_in(folder, *files->second.pom);
  };
  std::vector<Record> records;
  for (const auto& [folder, files] : wanted.records) {
    if (is_over_) break;
    Record& record = records.emplace_back(Record{{}, folder});
    if (files.properties) {
      if (const auto text = read_text(source, *files.properties, inside)) {
        record.what = parse_pom_properties(*text);
      }
    }
    if (record.what.is_whole() || !files.pom) continue;
    const Pom* const pom = pom_in(folder, *files.pom);
    if (pom == nullptr) continue;
    const Coordinates own = PomChain(*pom, find_parent).own();
    if (!own.artifact.empty()) record.what = own;
  }
  return records;
}

/// log4j-core by its classes, where nothing else told of it.
void JarWalk::add_log4j(const Wanted& wanted, const std::string& inside,
                        const std::vector<JarPackage>& found) {
  constexpr std::string_view kArtifact = "log4j-core";
  const std::optional<Log4jVersion> log4j = wanted.log4j.find();
  if (!log4j) return;
  if (std::ranges::any_of(found,
                          [&](const JarPackage& p) { return p.what.artifact == kArtifact; })) {
    return;
  }
  if (log4j->version.empty()) {
    note(NoteLevel::info,
         {Code::not_found,
          fmt::format("log4j-core: {}lookup/JndiLookup.class is there, but nothing tells its "
                      "version",
                      log4j->folder)},
         inside);
    return;
  }
  JarPackage& package = packages_.emplace_back();
  package.what = {"org.apache.logging.log4j", std::string(kArtifact), log4j->version};
  package.inside = inside;
  package.origin = Origin::inferred;
  package.confidence = log4j->is_exact ? Confidence::likely : Confidence::possible;
  package.evidence =
      log4j->is_exact
          ? fmt::format("classes in {} with the checksums of {}", log4j->folder, log4j->version)
          : fmt::format("classes in {} that {} and later have", log4j->folder, log4j->version);
}

void JarWalk::settle(Traces&& traces, const Wanted& wanted, const std::string& inside) {
  std::vector<std::string> incomplete;
  std::vector<JarPackage> found = identify(traces, incomplete);
  for (const std::string& folder : incomplete) {
    note(NoteLevel::info, {Code::malformed, "jar: Maven's record gives no whole name and version"},
         inside.empty() ? folder : inside + "!/" + folder);
  }
  add_log4j(wanted, inside, found);
  for (JarPackage& package : found) {
    package.inside = inside;
    packages_.push_back(std::move(package));
  }
}

Result<SourcePtr> JarWalk::open_nested(const SourcePtr& source, const ZipMember& member,
                                       std::uint64_t& memory) {
  BH_TRY(const auto stored, archive::find_stored_member(*source, member));
  if (stored) return io::open_slice(source, *stored, member.stored_bytes);
  Limits limits = limits_;
  limits.random_memory_bytes = memory_left_;
  RandomFileWriter writer(limits, member.size_bytes);
  BH_CHECK(archive::stream_zip_member(*source, member, limits.spool_bytes,
                                      [&](ByteView piece) { return writer.append(piece); }));
  memory = writer.memory_bytes();
  return std::move(writer).into_source();
}

void JarWalk::enter(const SourcePtr& source, const ZipMember& member, const std::string& inside,
                    std::uint64_t depth) {
  std::string place = inside.empty() ? member.name : inside + "!/" + member.name;
  if (depth >= limits_.archive_depth) {
    if (!is_too_deep_) {
      note(NoteLevel::incomplete,
           {Code::limit_exceeded,
            fmt::format("jar: archives nested deeper than {} (--max-archive-depth) are left out",
                        limits_.archive_depth)},
           place);
    }
    is_too_deep_ = true;
    return;
  }
  const bool is_stored = member.method == 0;
  if (!charge(kOpenCostBytes + (is_stored ? 0 : member.size_bytes))) return;
  std::uint64_t memory = 0;
  Result<SourcePtr> nested = open_nested(source, member, memory);
  if (!nested) {
    const bool is_gap =
        nested.error().code == Code::io || nested.error().code == Code::limit_exceeded;
    note(is_gap ? NoteLevel::incomplete : NoteLevel::info, std::move(nested).error(), place);
    return;
  }
  memory_left_ -= memory;
  walk(*nested, base_name(member.name), place, depth + 1);
  memory_left_ += memory;
}

void JarWalk::walk(const SourcePtr& source, std::string_view name, const std::string& inside,
                   std::uint64_t depth) {
  if (is_over_ || context_.run.is_cancelled()) return;
  Wanted wanted;
  if (Result<void> got = collect(*source, wanted); !got && !is_over_) {
    // No JVM finds more in a file without an end record than we do.
    const bool is_gap = got.error().code == Code::limit_exceeded || got.error().code == Code::io;
    note(is_gap ? NoteLevel::incomplete : NoteLevel::info, std::move(got).error(), inside);
  }
  Traces traces;
  traces.name = name;
  traces.has_classes = wanted.has_classes;
  traces.has_archives = !wanted.archives.empty();
  traces.class_folder = std::move(wanted.class_folder);
  if (wanted.manifest) {
    if (const auto text = read_text(*source, *wanted.manifest, inside)) {
      traces.manifest = parse_manifest(*text);
    }
  }
  traces.records = read_records(*source, wanted, inside);
  settle(std::move(traces), wanted, inside);
  kept_bytes_ += wanted.kept_bytes;
  for (const ZipMember& member : wanted.archives) {
    if (is_over_) return;
    enter(source, member, inside, depth);
  }
  kept_bytes_ -= wanted.kept_bytes;
}

struct JarFacts final : Facts {
  std::vector<JarPackage> packages;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + packages.capacity() * sizeof(JarPackage);
    for (const JarPackage& p : packages) {
      bytes += p.what.group.capacity() + p.what.artifact.capacity() + p.what.version.capacity() +
               p.inside.capacity() + p.evidence.capacity() + p.license.capacity();
    }
    return bytes;
  }
};

class JarReader final : public FileReader {
 public:
  JarReader(const FileInfo& file, const ReadContext& context)
      : name_(base_name(file.path)),
        context_(context),
        bytes_(context.run.limits, file.size_bytes) {}

  Result<void> data(ByteView chunk) override { return bytes_.append(chunk); }

  Result<FactsPtr> end() override {
    auto facts = std::make_shared<JarFacts>();
    facts->packages = read_jar(std::move(bytes_).into_source(), name_, context_);
    if (facts->packages.empty()) return nullptr;
    facts->packages.shrink_to_fit();
    return facts;
  }

 private:
  std::string name_;
  const ReadContext& context_;
  RandomFileWriter bytes_;
};

}  // namespace

std::vector<JarPackage> read_jar(const std::shared_ptr<const io::Source>& source,
                                 std::string_view name, const ReadContext& context) {
  JarWalk walk(context);
  walk.walk(source, name, {}, 0);
  return walk.take();
}

std::unique_ptr<FileReader> open_jar(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<JarReader>(file, context);
}

void join_jar(const JoinFile& file, Inventory& out) {
  const auto* const facts = dynamic_cast<const JarFacts*>(file.facts);
  if (facts == nullptr) return;
  for (const JarPackage& found : facts->packages) {
    Package package;
    package.type = PackageType::maven;
    package.name = found.what.name();
    package.version = found.what.version;
    package.origin = found.origin;
    package.confidence = found.confidence;
    package.evidence = found.evidence;
    if (!found.license.empty()) package.licenses.push_back(found.license);
    add_library(std::move(package), file, found.inside, out);
  }
}

}  // namespace bulkhead::catalog::java
