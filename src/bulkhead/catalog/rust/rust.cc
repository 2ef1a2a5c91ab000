#include "bulkhead/catalog/rust/rust.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/toml.h"

// Cargo.lock: a TOML array of tables `package` with name, version and, for crates that do not
// belong to the project itself, `source`. Format 1 to 4 differ in checksums and in how dependencies
// are written.
//
// Source: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html;
// src/cargo/core/resolver/encode.rs of Cargo.
namespace bulkhead::catalog::rust {
namespace {

// Cargo's own has some 500 crates in 130 KiB, the largest that are known some 3,000 in 1 MiB.
constexpr std::uint64_t kMostBytes = 16 << 20;

struct Crate {
  std::string name;
  std::string version;
};

struct LockFacts final : Facts {
  std::vector<Crate> crates;

  std::uint64_t memory_bytes() const override {
    std::uint64_t bytes = sizeof(*this) + crates.capacity() * sizeof(Crate);
    for (const Crate& crate : crates) bytes += crate.name.capacity() + crate.version.capacity();
    return bytes;
  }
};

class LockReader final : public FileReader {
 public:
  LockReader(const FileInfo& file, const ReadContext& context)
      : context_(context), text_(kMostBytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    is_whole_ = is_whole_ && text_.append(chunk);
    return {};
  }

  Result<FactsPtr> end() override {
    if (!is_whole_) return passed_over({Code::limit_exceeded, "Cargo.lock: more than 16 MiB"});
    format::TomlDocument document;
    const Result<format::TomlValue> root = document.parse(text_.text());
    if (!root) {
      Error error = root.error();
      error.what = "Cargo.lock: " + error.what;
      return passed_over(std::move(error));
    }
    auto facts = std::make_shared<LockFacts>();
    std::size_t bad = 0;
    (*root)["package"].for_each_element([&](format::TomlValue crate) {
      const std::string_view name = crate["name"].text_or("");
      const std::string_view version = crate["version"].text_or("");
      if (is_library_word(name) && is_library_word(version)) {
        facts->crates.push_back({std::string(name), std::string(version)});
      } else {
        ++bad;
      }
    });
    if (bad > 0) {
      context_.notes.add(
          NoteLevel::info,
          Error{Code::malformed,
                fmt::format("Cargo.lock: {} crates without a name or a version", bad)});
    }
    return facts;
  }

 private:
  Result<FactsPtr> passed_over(const Error& error) {
    context_.notes.add(NoteLevel::info, error);
    return nullptr;
  }

  const ReadContext& context_;
  bool is_whole_ = true;
  BoundedText text_;
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<LockReader>(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  for (const JoinFile& file : files) {
    const auto* const facts = dynamic_cast<const LockFacts*>(file.facts);
    if (facts == nullptr) continue;
    for (const Crate& crate : facts->crates) {
      Package package;
      package.type = PackageType::cargo;
      package.name = crate.name;
      package.version = crate.version;
      package.origin = Origin::declared;
      add_library(std::move(package), file, "", out);
    }
  }
}

}  // namespace bulkhead::catalog::rust
