#include "bulkhead/catalog/conan/conan.h"

#include <cstddef>
#include <string_view>

#include "bulkhead/catalog/library_file.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::conan {
namespace {

using format::JsonValue;

/// "zlib/1.2.11@user/channel#revision%1600000000".
void add_reference(std::string_view reference, LibraryList& out) {
  reference = reference.substr(0, reference.find_first_of("@#%"));
  const std::size_t slash = reference.find('/');
  if (slash == std::string_view::npos) return out.refuse();
  out.add(reference.substr(0, slash), reference.substr(slash + 1));
}

Result<void> parse_conan_lock(std::string_view text, LibraryList& out) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_object()) return fail(Code::malformed, "no object");
  for (const std::string_view list : {"requires", "build_requires", "python_requires"}) {
    root[list].for_each_element(
        [&](JsonValue reference) { add_reference(reference.text_or(""), out); });
  }
  root["graph_lock"]["nodes"].for_each_member([&](std::string_view, JsonValue node) {
    // The node of the project itself has none, or one of a file: "conanfile.txt".
    const std::string_view reference = node["ref"].text_or("");
    if (reference.contains('/')) add_reference(reference, out);
  });
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"conan.lock", "conan.lock", PackageType::conan, Origin::declared, &Limits::lock_file_bytes,
     "max-lock-file-bytes", parse_conan_lock},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::conan
