#include "bulkhead/catalog/hackage/hackage.h"

#include <cstddef>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_file.h"
#include "bulkhead/format/yaml.h"

namespace bulkhead::catalog::hackage {
namespace {

using format::YamlNode;

/// "text-2.0.2@sha256:...,1234".
void add_pinned(std::string_view pinned, LibraryList& out) {
  pinned = pinned.substr(0, pinned.find('@'));
  const std::size_t dash = pinned.rfind('-');
  if (dash == std::string_view::npos) return out.refuse();
  out.add(pinned.substr(0, dash), pinned.substr(dash + 1));
}

void add_completed(const YamlNode& completed, LibraryList& out) {
  if (const YamlNode* const hackage = completed.find("hackage")) {
    return add_pinned(hackage->text, out);
  }
  const YamlNode* const name = completed.find("name");
  const YamlNode* const version = completed.find("version");
  if (name == nullptr || version == nullptr) return out.refuse();
  out.add(name->text, version->text);  // of git or an archive
}

Result<void> parse_stack(std::string_view text, LibraryList& out) {
  BH_TRY(const YamlNode root, format::parse_yaml(text));
  if (root.kind != YamlNode::Kind::mapping) return fail(Code::malformed, "no mapping");
  const YamlNode* const packages = root.find("packages");
  if (packages == nullptr) return {};
  for (const YamlNode& package : packages->items) {
    if (const YamlNode* const completed = package.find("completed")) {
      add_completed(*completed, out);
    } else {
      out.refuse();
    }
  }
  return {};
}

/// "constraints: any.text ==2.0.2," and the like, one a line; flags ("text +simdutf") pin nothing.
Result<void> parse_freeze(std::string_view text, LibraryList& out) {
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    constexpr std::string_view kConstraints = "constraints:";
    if (line.starts_with(kConstraints)) line = trim(line.substr(kConstraints.size()));
    const std::size_t equals = line.find("==");
    if (equals == std::string_view::npos || line.starts_with("--")) continue;
    std::string_view version = trim(line.substr(equals + 2));
    if (version.ends_with(',')) version = trim(version.substr(0, version.size() - 1));
    std::string_view name = trim(line.substr(0, equals));
    constexpr std::string_view kAny = "any.";
    if (name.starts_with(kAny)) name.remove_prefix(kAny.size());
    out.add(name, version);
  }
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"cabal.project.freeze", "cabal.project.freeze", PackageType::hackage, Origin::declared,
     &Limits::lock_file_bytes, "max-lock-file-bytes", parse_freeze},
    {"stack.yaml.lock", "stack.yaml.lock", PackageType::hackage, Origin::declared,
     &Limits::lock_file_bytes, "max-lock-file-bytes", parse_stack},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::hackage
