#include "bulkhead/catalog/java/jdk.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/catalog/bounded_text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/shell_vars.h"

namespace bulkhead::catalog::java {
namespace {

// A release file has its list of modules as the longest line, some 2 KiB.
constexpr std::uint64_t kMostReleaseBytes = 64 << 10;

struct Builder {
  std::string_view implementor;  // what IMPLEMENTOR begins with
  std::string_view name;
};

// Source: the release files of these builders' images. Who is not here, distributions above all,
// builds OpenJDK as it is.
constexpr Builder kBuilders[] = {
    {"AdoptOpenJDK", "adoptopenjdk"},
    {"Alibaba", "dragonwell"},
    {"Amazon", "corretto"},
    {"Azul", "zulu"},
    {"BellSoft", "liberica"},
    {"Eclipse", "temurin"},
    {"GraalVM", "graalvm"},
    {"Huawei", "bisheng"},
    {"IBM", "semeru"},
    {"International Business Machines", "semeru"},
    {"JetBrains", "jbr"},
    {"Microsoft", "microsoft-openjdk"},
    {"SAP", "sapmachine"},
    {"Tencent", "kona"},
};

struct ReleaseFacts final : Facts {
  std::string name;
  std::string version;
  std::string evidence;

  std::uint64_t memory_bytes() const override {
    return sizeof(*this) + name.capacity() + version.capacity() + evidence.capacity();
  }
};

std::string_view name_of(const format::ShellVars& vars) {
  if (!vars.find("GRAALVM_VERSION").empty()) return "graalvm";
  const std::string_view implementor = vars.find("IMPLEMENTOR");
  const auto* const row = std::ranges::find_if(
      kBuilders, [&](const Builder& b) { return implementor.starts_with(b.implementor); });
  if (row != std::end(kBuilders)) return row->name;
  if (vars.find("BUILD_TYPE") == "commercial") return "oracle-jdk";
  return "openjdk";
}

class ReleaseReader final : public FileReader {
 public:
  explicit ReleaseReader(const FileInfo& file) : text_(kMostReleaseBytes, file.size_bytes) {}

  Result<void> data(ByteView chunk) override {
    is_too_long_ = !text_.append(chunk) || is_too_long_;
    return {};
  }

  Result<FactsPtr> end() override {
    if (is_too_long_) return nullptr;
    const format::ShellVars vars = format::parse_shell_vars(text_.text());
    const std::string_view version = vars.find("JAVA_VERSION");
    if (!is_library_word(version)) return nullptr;
    auto facts = std::make_shared<ReleaseFacts>();
    facts->name = name_of(vars);
    facts->version = version;
    facts->evidence = vars.find("IMPLEMENTOR_VERSION");
    return facts;
  }

 private:
  BoundedText text_;
  bool is_too_long_ = false;
};

}  // namespace

std::unique_ptr<FileReader> open_release(const FileInfo& file, const ReadContext& /*context*/) {
  return std::make_unique<ReleaseReader>(file);
}

void join_release(const JoinFile& file, Inventory& out) {
  const auto* const facts = dynamic_cast<const ReleaseFacts*>(file.facts);
  if (facts == nullptr) return;
  Package package;
  package.type = PackageType::generic;
  package.name = facts->name;
  package.version = facts->version;
  package.evidence = facts->evidence;
  add_library(std::move(package), file, "", out);
}

}  // namespace bulkhead::catalog::java
