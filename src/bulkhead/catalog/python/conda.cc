#include "bulkhead/catalog/python/conda.h"

#include <utility>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/text_reader.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog::python {
namespace {

/// ".../conda-forge/linux-64" and "conda-forge" are "conda-forge"; ".../pkgs/main/noarch" is
/// "main".
std::string_view channel_name(std::string_view channel, std::string_view subdir) {
  while (channel.ends_with('/')) channel.remove_suffix(1);
  const auto last = [&] { return channel.substr(channel.rfind('/') + 1); };  // npos + 1 is 0
  if (!subdir.empty() && last() == subdir && channel.size() > subdir.size()) {
    channel.remove_suffix(subdir.size() + 1);
  }
  return last();
}

class CondaReader final : public TextReader {
 public:
  CondaReader(const FileInfo& file, const ReadContext& context)
      : TextReader("conda package", {context.run.limits.document_bytes, "max-document-bytes"}, file,
                   context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    Result<std::shared_ptr<CondaFacts>> facts = parse_conda(text);
    if (facts) return *std::move(facts);
    note(NoteLevel::info, facts.error().code, facts.error().what);
    return nullptr;
  }
};

}  // namespace

Result<std::shared_ptr<CondaFacts>> parse_conda(std::string_view text) {
  thread_local format::JsonDocument document;  // keeps its memory from one package to the next
  BH_TRY(const format::JsonValue root, document.parse(text));
  const auto word = [&](std::string_view key) {
    const std::string_view value = root[key].text_or({});
    return is_library_word(value) ? value : std::string_view();
  };
  auto facts = std::make_shared<CondaFacts>();
  facts->name = word("name");
  facts->version = word("version");
  if (facts->name.empty() || facts->version.empty()) {
    return fail(Code::malformed, "no valid name and version");
  }
  facts->license = trim(root["license"].text_or({}));
  facts->build = word("build");
  facts->subdir = word("subdir");
  facts->channel = channel_name(word("channel"), facts->subdir);
  return facts;
}

std::unique_ptr<FileReader> open_conda(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<CondaReader>(file, context);
}

void add_conda(const CondaFacts& facts, const JoinFile& file, Inventory& out) {
  Package package;
  package.type = PackageType::conda;
  package.name = facts.name;
  package.version = facts.version;
  if (!facts.license.empty()) package.licenses.push_back(facts.license);
  add_library(std::move(package), file, "", out);
  Package& added = out.packages.back();
  added.purl =
      make_purl(type_name(PackageType::conda), "", facts.name, facts.version,
                {{"build", facts.build}, {"channel", facts.channel}, {"subdir", facts.subdir}});
  added.id = added.purl;
}

}  // namespace bulkhead::catalog::python
