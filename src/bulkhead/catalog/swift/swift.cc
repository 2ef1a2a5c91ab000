#include "bulkhead/catalog/swift/swift.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "bulkhead/catalog/library_file.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::swift {
namespace {

using format::JsonValue;

/// "https://github.com/apple/swift-nio.git" and "git@github.com:apple/swift-nio" without what says
/// how to get there.
std::string name_of(std::string_view location) {
  if (const std::size_t scheme = location.find("://"); scheme != std::string_view::npos) {
    location.remove_prefix(scheme + 3);
  }
  const std::size_t slash = location.find('/');
  if (const std::size_t user = location.find('@'); user < slash) location.remove_prefix(user + 1);
  while (location.ends_with('/')) location.remove_suffix(1);
  constexpr std::string_view kGit = ".git";
  if (location.ends_with(kGit)) location.remove_suffix(kGit.size());
  std::string name(location);
  const std::size_t colon = name.find(':');
  if (colon != std::string::npos && colon < name.find('/')) name[colon] = '/';
  return name;
}

void add_pin(JsonValue pin, LibraryList& out) {
  const std::string_view kind = pin["kind"].text_or("");
  if (kind == "localSourceControl" || kind == "fileSystem") return;
  const JsonValue state = pin["state"];
  // One that follows a branch has its commit alone.
  const std::string_view version = state["version"].text_or(state["revision"].text_or(""));
  if (kind == "registry") return out.add(pin["identity"].text_or(""), version);
  out.add(name_of(pin["location"].text_or(pin["repositoryURL"].text_or(""))), version);
}

Result<void> parse_resolved(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  const JsonValue pins = root["pins"].exists() ? root["pins"] : root["object"]["pins"];
  if (!pins.is_array()) return fail(Code::malformed, "no list of pins");
  pins.for_each_element([&](JsonValue pin) { add_pin(pin, out); });
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"Package.resolved", "Package.resolved", PackageType::swift, Origin::declared,
     &Limits::lock_file_bytes, "max-lock-file-bytes", parse_resolved},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::swift
