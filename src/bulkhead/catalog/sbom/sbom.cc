#include "bulkhead/catalog/sbom/sbom.h"

#include <string>
#include <utility>
#include <vector>

#include "bulkhead/catalog/sbom/document.h"
#include "bulkhead/catalog/text_reader.h"

namespace bulkhead::catalog::sbom {
namespace {

struct ListFacts final : Facts {
  std::vector<Package> packages;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + packages.capacity() * sizeof(Package);
    for (const Package& package : packages) {
      bytes += package.id.capacity() + package.name.capacity() + package.version.capacity() +
               package.purl.capacity() + package.source_name.capacity() +
               package.source_version.capacity() + package.architecture.capacity() +
               package.evidence.capacity() + package.licenses.capacity() * sizeof(std::string);
      for (const std::string& licence : package.licenses) bytes += licence.capacity();
    }
    return bytes;
  }
};

class ListReader final : public TextReader {
 public:
  ListReader(const FileInfo& file, const ReadContext& context)
      : TextReader("sbom", {context.run.limits.document_bytes, "max-document-bytes"}, file,
                   context),
        notes_(context.notes) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    Result<Document> document = read_document(text, limits(), notes_);
    if (!document) {  // other things are called "bom.json", too
      notes_.add(NoteLevel::info, document.error());
      return nullptr;
    }
    auto facts = std::make_shared<ListFacts>();
    facts->packages = std::move(document->packages);
    for (Package& package : facts->packages) {
      // Where it lay when the list was made, and what owned it there, says nothing about here.
      package.locations = {};
      package.owner.clear();
      package.id = package.purl;
    }
    facts->packages.shrink_to_fit();
    return facts;
  }

  Notes& notes_;
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ListReader>(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const ListFacts*>(file.facts);
    if (facts == nullptr) continue;
    for (Package package : facts->packages) {
      package.origin = Origin::embedded;
      package.locations = {{file.layer, "/" + std::string(file.path)}};
      out.packages.push_back(std::move(package));
    }
  }
}

}  // namespace bulkhead::catalog::sbom
