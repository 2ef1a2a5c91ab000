#include "bulkhead/catalog/bottlerocket/bottlerocket.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/package_sink.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/text_reader.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::bottlerocket {
namespace {

struct Record {
  std::string name;
  std::string version;  // [epoch:]version-release
  std::string architecture;
  std::string publisher;
};

struct InventoryFacts final : Facts {
  std::vector<Record> records;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + records.capacity() * sizeof(Record);
    for (const Record& record : records) {
      bytes += record.name.capacity() + record.version.capacity() + record.architecture.capacity() +
               record.publisher.capacity();
    }
    return bytes;
  }
};

std::string_view word_of(format::JsonValue package, std::string_view key) {
  return trim(package[key].text_or({}));
}

class InventoryReader final : public TextReader {
 public:
  InventoryReader(const FileInfo& file, const ReadContext& context)
      : TextReader("Bottlerocket inventory",
                   {context.run.limits.document_bytes, "max-document-bytes"}, file, context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    format::JsonDocument document;
    BH_TRY(const format::JsonValue root, document.parse(text));
    const format::JsonValue content = root["Content"];
    if (!content.is_array()) {
      return fail(Code::malformed, "Bottlerocket inventory: it has no list \"Content\"");
    }
    auto facts = std::make_unique<InventoryFacts>();
    std::size_t number = 0;
    bool is_full = false;
    content.for_each_element([&](format::JsonValue package) {
      ++number;
      if (is_full) return;
      if (facts->records.size() >= limits().packages) {
        is_full = true;
        return note(NoteLevel::incomplete, Code::limit_exceeded,
                    fmt::format("more than {} packages (--max-packages); the rest is left out",
                                limits().packages));
      }
      add(package, number, *facts);
    });
    return facts;
  }

  void add(format::JsonValue package, std::size_t number, InventoryFacts& facts) {
    const std::string_view name = word_of(package, "Name");
    const std::string_view version = word_of(package, "Version");
    const std::string_view release = word_of(package, "Release");
    std::string_view epoch = word_of(package, "Epoch");
    if (!is_word(name) || !is_word(version) || !is_word(release)) {
      return note(NoteLevel::incomplete, Code::malformed,
                  fmt::format("package {} has no valid name, version and release", number));
    }
    if (epoch == "(none)" || epoch == "0") epoch = {};
    if (epoch.find_first_not_of("0123456789") != std::string_view::npos) {
      note(NoteLevel::incomplete, Code::malformed, fmt::format("{} has no valid epoch", name));
      epoch = {};
    }
    Record record;
    record.name = name;
    record.version = fmt::format("{}{}{}-{}", epoch, epoch.empty() ? "" : ":", version, release);
    if (const auto arch = word_of(package, "Architecture"); is_word(arch)) {
      record.architecture = arch;
    }
    record.publisher = word_of(package, "Publisher");
    facts.records.push_back(std::move(record));
  }
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<InventoryReader>(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::rpm, 0, out);
  for (const JoinFile& file : files) {
    const auto* const inventory = dynamic_cast<const InventoryFacts*>(file.facts);
    if (inventory == nullptr) continue;
    std::shared_ptr<const RpmOrigin> origin;  // all have the same but for a few
    for (const Record& record : inventory->records) {
      Package package;
      package.name = record.name;
      package.version = record.version;
      package.architecture = record.architecture;
      if (!record.publisher.empty()) {
        if (!origin || origin->vendor != record.publisher) {
          origin = std::make_shared<RpmOrigin>(RpmOrigin{{}, record.publisher});
        }
        package.rpm = origin;
      }
      sink.add(std::move(package), file, nullptr);
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::bottlerocket
