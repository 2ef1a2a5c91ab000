#include "bulkhead/catalog/npm/npm.h"

#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/catalog/library_file.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/format/json.h"

// A package's folder has its manifest, whose `name` and `version` are those that the registry
// knows, whatever the folder is called (an alias: "a": "npm:b@1"). A manifest without both is none
// of a package: {"type": "module"} tells node how to read a folder.
//
// Source: https://docs.npmjs.com/cli/v10/configuring-npm/package-json, "name", "version",
// "license" (and "licenses", which old ones have).
namespace bulkhead::catalog::npm {
namespace {

struct ManifestFacts final : Facts {
  std::string name;
  std::string version;
  std::string license;

  std::uint64_t memory_bytes() const override {
    return sizeof(*this) + name.capacity() + version.capacity() + license.capacity();
  }
};

/// "MIT"; {"type": "MIT"}; and of a list all that it names, as npm once wrote a choice.
std::string license_of(format::JsonValue root) {
  const auto one = [](format::JsonValue value) {
    return std::string(value.text().value_or(value["type"].text_or("")));
  };
  if (root["license"].exists()) return one(root["license"]);
  std::string all;
  root["licenses"].for_each_element([&](format::JsonValue value) {
    const std::string next = one(value);
    if (next.empty()) return;
    if (!all.empty()) all += " OR ";
    all += next;
  });
  return all;
}

class ManifestReader final : public FileReader {
 public:
  ManifestReader(const FileInfo& file, const ReadContext& context)
      : context_(context), text_(context.run.limits.memory_file_bytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    const std::uint64_t most = text_.most();
    if (text_.append(chunk)) return {};
    return fail(Code::limit_exceeded,
                fmt::format("package.json: more than {} bytes (--max-memory-file-bytes)", most));
  }

  Result<FactsPtr> end() override {
    thread_local format::JsonDocument document;  // keeps its memory from one manifest to the next
    const Result<format::JsonValue> root = document.parse(text_.text());
    if (!root) {  // tests of packages have broken ones on purpose
      context_.notes.add(NoteLevel::info, root.error());
      return nullptr;
    }
    auto facts = std::make_shared<ManifestFacts>();
    facts->name = (*root)["name"].text_or("");
    facts->version = (*root)["version"].text_or("");
    if (!is_library_word(facts->name) || !is_library_word(facts->version)) return nullptr;
    facts->license = license_of(*root);
    return facts;
  }

 private:
  const ReadContext& context_;
  BoundedText text_;
};

constexpr LibraryFormat lock(std::string_view name,
                             Result<void> (*parse)(std::string_view, LibraryList&)) {
  return {name,
          name,
          PackageType::npm,
          Origin::declared,
          &Limits::lock_file_bytes,
          "max-lock-file-bytes",
          parse};
}

constexpr LibraryFormat kLocks[] = {
    lock("bun.lock", parse_bun_lock),
    lock("deno.lock", parse_deno_lock),
    lock("npm-shrinkwrap.json", parse_package_lock),
    lock("package-lock.json", parse_package_lock),
    lock("pnpm-lock.yaml", parse_pnpm_lock),
    lock("yarn.lock", parse_yarn_lock),
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (!file.path.ends_with("/package.json")) return open_library_file(kLocks, file, context);
  return std::make_unique<ManifestReader>(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const ManifestFacts*>(file.facts);
    if (facts == nullptr) continue;
    Package package;
    package.type = PackageType::npm;
    package.name = facts->name;
    package.version = facts->version;
    if (!facts->license.empty()) package.licenses.push_back(facts->license);
    add_library(std::move(package), file, "", out);
  }
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::npm
