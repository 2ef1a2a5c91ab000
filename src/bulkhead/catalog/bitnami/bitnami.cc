#include "bulkhead/catalog/bitnami/bitnami.h"

#include <string>
#include <utility>

#include "bulkhead/catalog/bitnami/components.h"
#include "bulkhead/catalog/package_sink.h"

namespace bulkhead::catalog::bitnami {
namespace {

/// The component's files as paths of the tree: its document lies in its folder.
PathList rooted(const PathList& files, std::string_view document) {
  const std::string_view folder = document.substr(0, document.rfind('/') + 1);
  PathList out;
  files.for_each([&](std::string_view path) {
    out.packed.append(folder);
    out.add(path);
  });
  return out;
}

void add_components(const ComponentFacts& facts, const JoinFile& file, PackageSink& sink) {
  for (const Component& component : facts.components) {
    Package package;
    package.name = component.name;
    package.version = component.version;
    package.architecture = component.architecture;
    package.licenses = component.licences;
    const PathList files = rooted(component.files, file.path);
    sink.add(std::move(package), file, &files);
  }
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return file.path.ends_with(".json") ? open_list(file, context) : open_spdx(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::bitnami, owned_path_bytes_of<ComponentFacts>(files), out);
  // The documents say more than the list of all components: they come first.
  for (const bool is_list : {false, true}) {
    for (const JoinFile& file : files) {
      const auto* const facts = dynamic_cast<const ComponentFacts*>(file.facts);
      if (facts != nullptr && facts->is_list == is_list) add_components(*facts, file, sink);
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::bitnami
