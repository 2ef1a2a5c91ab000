#include "bulkhead/catalog/java/lock_files.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/catalog/java/pom.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::java {
namespace {

struct LockFacts final : Facts {
  std::vector<Coordinates> packages;
  Origin origin = Origin::declared;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + packages.capacity() * sizeof(Coordinates);
    for (const Coordinates& c : packages) {
      bytes += c.group.capacity() + c.artifact.capacity() + c.version.capacity();
    }
    return bytes;
  }
};

struct PomFacts final : Facts {
  Pom pom;

  std::uint64_t memory_bytes() const override { return sizeof(*this) + pom.memory_bytes(); }
};

/// Collects a file's text; what is wrong with one is an oddity, since a source tree in an image
/// says only what was wanted.
class ManifestReader : public FileReader {
 public:
  Result<void> data(ByteView chunk) final {
    is_too_long_ = is_too_long_ || !text_.append(chunk);
    return {};
  }

  Result<FactsPtr> end() final {
    if (is_too_long_) {
      note(Code::limit_exceeded, "it is longer than --max-memory-file-bytes");
      return nullptr;
    }
    Result<FactsPtr> facts = read(text_.text());
    if (facts) return facts;
    context_.notes.add(NoteLevel::info, std::move(facts).error());
    return nullptr;
  }

 protected:
  ManifestReader(std::string_view format, const FileInfo& file, const ReadContext& context)
      : format_(format),
        context_(context),
        text_(context.run.limits.memory_file_bytes, file.size_bytes) {}

  virtual Result<FactsPtr> read(std::string_view text) = 0;

  void note(Code code, std::string_view what) {
    context_.notes.add(NoteLevel::info, {code, fmt::format("{}: {}", format_, what)});
  }
  void note_bad(std::size_t count) {
    if (count > 0) note(Code::malformed, fmt::format("{} records are none of a package", count));
  }

 private:
  std::string_view format_;
  const ReadContext& context_;
  BoundedText text_;
  bool is_too_long_ = false;
};

FactsPtr facts_of(std::vector<Coordinates> packages, Origin origin) {
  if (packages.empty()) return nullptr;
  auto facts = std::make_shared<LockFacts>();
  packages.shrink_to_fit();
  facts->packages = std::move(packages);
  facts->origin = origin;
  return facts;
}

class GradleReader final : public ManifestReader {
 public:
  GradleReader(const FileInfo& file, const ReadContext& context)
      : ManifestReader("gradle.lockfile", file, context) {}

 private:
  Result<FactsPtr> read(std::string_view text) override {
    std::vector<Coordinates> packages;
    std::size_t bad = 0;
    while (!text.empty()) {
      std::string_view line = trim(take_line(text));
      if (line.empty() || line.front() == '#' || line.starts_with("empty=")) continue;
      const auto parts = split(line.substr(0, line.find('=')), ':');
      Coordinates c;
      if (parts.size() == 3) {
        c = {std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
      }
      if (c.is_whole()) {
        packages.push_back(std::move(c));
      } else {
        ++bad;
      }
    }
    note_bad(bad);
    return facts_of(std::move(packages), Origin::declared);
  }
};

class SbtReader final : public ManifestReader {
 public:
  SbtReader(const FileInfo& file, const ReadContext& context)
      : ManifestReader("build.sbt.lock", file, context) {}

 private:
  Result<FactsPtr> read(std::string_view text) override {
    format::JsonDocument document;
    BH_TRY(const format::JsonValue root, document.parse(text));
    std::vector<Coordinates> packages;
    std::size_t bad = 0;
    root["dependencies"].for_each_element([&](format::JsonValue d) {
      Coordinates c{std::string(d["org"].text_or("")), std::string(d["name"].text_or("")),
                    std::string(d["version"].text_or(""))};
      if (c.is_whole()) {
        packages.push_back(std::move(c));
      } else {
        ++bad;
      }
    });
    note_bad(bad);
    return facts_of(std::move(packages), Origin::declared);
  }
};

class PomReader final : public ManifestReader {
 public:
  PomReader(const FileInfo& file, const ReadContext& context)
      : ManifestReader("pom.xml", file, context) {}

 private:
  Result<FactsPtr> read(std::string_view text) override {
    auto facts = std::make_shared<PomFacts>();
    BH_TRY(facts->pom, parse_pom(text));
    return facts;
  }
};

class PropertiesReader final : public ManifestReader {
 public:
  PropertiesReader(const FileInfo& file, const ReadContext& context)
      : ManifestReader("pom.properties", file, context) {}

 private:
  Result<FactsPtr> read(std::string_view text) override {
    Coordinates c = parse_pom_properties(text);
    if (!c.is_whole()) {
      note_bad(1);
      return nullptr;
    }
    return facts_of({std::move(c)}, Origin::installed);
  }
};

void add(const Coordinates& what, Origin origin, const JoinFile& file, Inventory& out) {
  Package package;
  package.type = PackageType::maven;
  package.name = what.name();
  package.version = what.version;
  package.origin = origin;
  add_library(std::move(package), file, "", out);
}

/// "1.0" of "[1.0]", which is a version; other ranges stay as they are.
std::string pinned(std::string version) {
  if (version.starts_with('[') && version.ends_with(']') && !version.contains(',')) {
    return version.substr(1, version.size() - 2);
  }
  return version;
}

bool is_range(std::string_view version) {
  return version.starts_with('[') || version.starts_with('(');
}

void join_pom(const JoinFile& file, const Pom& pom, const FindPom& find, Inventory& out,
              Notes& notes) {
  std::size_t unknown = 0;
  for (PomDependency& d : PomChain(pom, find).dependencies()) {
    if (d.scope == "test") continue;
    d.what.version = pinned(std::move(d.what.version));
    if (!d.what.is_whole() || is_range(d.what.version)) {
      ++unknown;
      continue;
    }
    add(d.what, Origin::declared, file, out);
  }
  if (unknown == 0) return;
  notes.add(NoteLevel::info,
            {Code::not_found,
             fmt::format("pom.xml: {} dependencies have no version that the image tells", unknown),
             "/" + std::string(file.path)});
}

std::string key_of(const Coordinates& c) { return c.name() + ":" + c.version; }

}  // namespace

std::unique_ptr<FileReader> open_gradle_lock(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<GradleReader>(file, context);
}

std::unique_ptr<FileReader> open_sbt_lock(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<SbtReader>(file, context);
}

std::unique_ptr<FileReader> open_pom(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<PomReader>(file, context);
}

std::unique_ptr<FileReader> open_pom_properties(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<PropertiesReader>(file, context);
}

void join_lock_files(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  const FindPom none = [](const Coordinates&) -> const Pom* { return nullptr; };
  std::unordered_map<std::string, const Pom*> poms;
  for (const JoinFile& file : files) {
    if (const auto* const facts = dynamic_cast<const PomFacts*>(file.facts)) {
      poms.emplace(key_of(PomChain(facts->pom, none).own()), &facts->pom);
    }
  }
  const FindPom find = [&](const Coordinates& parent) -> const Pom* {
    const auto found = poms.find(key_of(parent));
    return found == poms.end() ? nullptr : found->second;
  };
  for (const JoinFile& file : files) {
    if (const auto* const facts = dynamic_cast<const PomFacts*>(file.facts)) {
      join_pom(file, facts->pom, find, out, notes);
    } else if (const auto* const lock = dynamic_cast<const LockFacts*>(file.facts)) {
      for (const Coordinates& c : lock->packages) add(c, lock->origin, file, out);
    }
  }
}

}  // namespace bulkhead::catalog::java
