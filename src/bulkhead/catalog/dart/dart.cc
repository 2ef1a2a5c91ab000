#include "bulkhead/catalog/dart/dart.h"

#include <string_view>

#include "bulkhead/catalog/library_file.h"
#include "bulkhead/format/yaml.h"

namespace bulkhead::catalog::dart {
namespace {

using format::YamlNode;

std::string_view text_of(const YamlNode& parent, std::string_view key) {
  const YamlNode* const node = parent.find(key);
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}

Result<void> parse_pubspec_lock(std::string_view text, LibraryList& out) {
  BH_TRY(const YamlNode root, format::parse_yaml(text));
  if (root.kind != YamlNode::Kind::mapping) return fail(Code::malformed, "no mapping");
  const YamlNode* const packages = root.find("packages");
  if (packages == nullptr) return {};
  for (const auto& [key, package] : packages->members) {
    const std::string_view source = text_of(package, "source");
    if (source == "path" || source == "sdk") continue;
    const YamlNode* const description = package.find("description");
    // A hosted package may be called otherwise in the project.
    const std::string_view name =
        description == nullptr ? std::string_view() : text_of(*description, "name");
    out.add(name.empty() ? std::string_view(key.text) : name, text_of(package, "version"));
  }
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"pubspec.lock", "pubspec.lock", PackageType::pub, Origin::declared, &Limits::lock_file_bytes,
     "max-lock-file-bytes", parse_pubspec_lock},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::dart
