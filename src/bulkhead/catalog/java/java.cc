#include "bulkhead/catalog/java/java.h"

#include "bulkhead/catalog/java/file_name.h"
#include "bulkhead/catalog/java/jar.h"
#include "bulkhead/catalog/java/jdk.h"
#include "bulkhead/catalog/java/lock_files.h"

namespace bulkhead::catalog::java {
namespace {

/// A pom.xml that stands beside the pom.properties of an unpacked archive: that one tells.
class NoReader final : public FileReader {
 public:
  Result<void> data(ByteView /*chunk*/) override { return {}; }
  Result<FactsPtr> end() override { return nullptr; }
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  const std::string_view name = base_name(file.path);
  if (name == "release") return open_release(file, context);
  if (name == "pom.properties") return open_pom_properties(file, context);
  if (name == "build.sbt.lock") return open_sbt_lock(file, context);
  if (name == "pom.xml") {
    if (file.path.contains("META-INF/maven/")) return std::make_unique<NoReader>();
    return open_pom(file, context);
  }
  if (name.ends_with(".lockfile")) return open_gradle_lock(file, context);
  return open_jar(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  for (const JoinFile& file : files) {
    join_jar(file, out);
    join_release(file, out);
  }
  join_lock_files(files, out, notes);
}

}  // namespace bulkhead::catalog::java
