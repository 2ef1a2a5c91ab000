#include "bulkhead/catalog/python/locks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/text_reader.h"
#include "bulkhead/format/json.h"
#include "bulkhead/format/toml.h"

namespace bulkhead::catalog::python {
namespace {

using format::JsonValue;
using format::TomlValue;

constexpr std::string_view kPipfile = "Pipfile.lock";

/// Is it a folder beside the lock file?
///
///     uv       source = { virtual|editable|directory|path = "." }
///     poetry   [package.source] type = "directory"
///     pdm      path = "./a"
///     pylock   [packages.directory]
bool is_local(TomlValue package) {
  constexpr std::string_view kOwnKeys[] = {"path", "directory"};
  constexpr std::string_view kSourceKeys[] = {"virtual", "editable", "directory"};
  const TomlValue source = package["source"];
  const auto has = [](TomlValue table) {
    return [table](std::string_view key) { return table[key].exists(); };
  };
  return std::ranges::any_of(kOwnKeys, has(package)) ||
         std::ranges::any_of(kSourceKeys, has(source)) || source["type"].text_or({}) == "directory";
}

class LockReader final : public TextReader {
 public:
  LockReader(std::string_view format, const FileInfo& file, const ReadContext& context)
      : TextReader(format, {context.run.limits.document_bytes, "max-document-bytes"}, file,
                   context),
        format_(format),
        context_(context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    Libraries libraries(limits().packages);
    const Result<void> parsed = format_ == kPipfile ? parse_pipfile_lock(text, libraries)
                                                    : parse_toml_lock(text, libraries);
    if (!parsed) note(NoteLevel::info, parsed.error().code, parsed.error().what);
    return facts_of(std::move(libraries), Origin::declared, format_, context_);
  }

  std::string_view format_;
  const ReadContext& context_;
};

}  // namespace

Result<void> parse_pipfile_lock(std::string_view text, Libraries& into) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  root.for_each_member([&](std::string_view section, JsonValue libraries) {
    if (section == "_meta") return;
    libraries.for_each_member([&](std::string_view name, JsonValue library) {
      std::string_view version = library["version"].text_or({});
      if (library["path"].exists()) return into.add_local();
      if (!version.starts_with("==")) return into.add_unpinned();
      version.remove_prefix(version.starts_with("===") ? 3 : 2);
      into.add(name, trim(version));
    });
  });
  return {};
}

Result<void> parse_toml_lock(std::string_view text, Libraries& into) {
  format::TomlDocument document;
  BH_TRY(const TomlValue root, document.parse(text));
  const auto take = [&](TomlValue package) {
    if (is_local(package)) return into.add_local();
    const TomlValue version = package["version"];
    if (!version.exists()) return into.add_unpinned();
    into.add(package["name"].text_or({}), version.text_or({}));
  };
  root["package"].for_each_element(take);
  root["packages"].for_each_element(take);
  return {};
}

std::unique_ptr<FileReader> open_lock(const FileInfo& file, const ReadContext& context) {
  const std::string_view name = file.path.substr(file.path.rfind('/') + 1);
  constexpr std::string_view kNames[] = {kPipfile, "poetry.lock", "uv.lock", "pdm.lock"};
  const auto* const found = std::ranges::find(kNames, name);
  return std::make_unique<LockReader>(found == std::end(kNames) ? "pylock.toml" : *found, file,
                                      context);
}

}  // namespace bulkhead::catalog::python
