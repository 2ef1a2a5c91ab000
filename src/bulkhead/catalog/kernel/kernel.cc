#include "bulkhead/catalog/kernel/kernel.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/catalog/kernel/image.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog::kernel {
namespace {

constexpr std::string_view kName = "linux";
constexpr std::string_view kModules = "lib/modules/";
constexpr std::string_view kListPrefix = "modules.";
constexpr std::string_view kUsr = "usr/";

/// A folder of modules: its name says all.
struct ModuleFacts final : Facts {
  std::uint64_t memory_bytes() const override { return sizeof(*this); }
};

class ModuleReader final : public FileReader {
 public:
  Result<void> data(ByteView) override { return {}; }
  Result<FactsPtr> end() override { return std::make_unique<ModuleFacts>(); }
};

struct Kernel {
  std::string architecture;
  Origin origin = Origin::inferred;
  std::vector<Location> locations;
  bool is_owned = false;
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The same file has both spellings where /lib is a link to /usr/lib, and lists name either.
std::string_view without_usr(std::string_view path) {
  return path.starts_with(kUsr) ? path.substr(kUsr.size()) : path;
}

bool is_version(std::string_view text) {
  return is_word(text) && text[0] >= '0' && text[0] <= '9' && text.contains('.');
}

/// "6.1.0-18-amd64" of "boot/vmlinuz-6.1.0-18-amd64" and of "lib/modules/6.1.0-18-amd64/vmlinuz";
/// empty where the path names none.
std::string_view version_in(std::string_view path) {
  path = without_usr(path);
  std::string_view version;
  if (path.starts_with(kModules)) {
    path.remove_prefix(kModules.size());
    version = path.substr(0, path.find('/'));
  } else if (const std::size_t dash = base_name(path).find('-'); dash != std::string_view::npos) {
    version = base_name(path).substr(dash + 1);
  }
  return is_version(version) ? version : std::string_view();
}

/// Marks the kernels of which a package that was found before has a file.
void mark_owned(const std::unordered_map<std::string_view, Kernel*>& by_path,
                const std::vector<Package>& packages) {
  for (const Package& package : packages) {
    package.files.for_each([&](std::string_view path) {
      path = without_usr(path);
      if (!path.starts_with("boot/") && !path.starts_with(kModules)) return;
      const auto kernel = by_path.find(path);
      if (kernel != by_path.end()) kernel->second->is_owned = true;
    });
  }
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (base_name(file.path).starts_with(kListPrefix)) return std::make_unique<ModuleReader>();
  return open_image(context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  std::map<std::string, Kernel> kernels;  // by version
  std::unordered_map<std::string_view, Kernel*> by_path;
  for (const JoinFile& file : files) {
    const auto* const image = dynamic_cast<const ImageFacts*>(file.facts);
    if (image == nullptr && dynamic_cast<const ModuleFacts*>(file.facts) == nullptr) continue;
    const bool is_told = image != nullptr && !image->version.empty();
    const std::string version = is_told ? image->version : std::string(version_in(file.path));
    const std::string where = "/" + std::string(file.path);
    if (version.empty()) {
      // A folder that is no version's ("extramodules") has nothing to say.
      if (image == nullptr) continue;
      notes.add({NoteLevel::incomplete, "unsupported",
                 "kernel image: neither it nor its name tells a version", where});
      continue;
    }
    Kernel& kernel = kernels[version];
    if (is_told) kernel.origin = Origin::embedded;
    if (image != nullptr && kernel.architecture.empty()) kernel.architecture = image->architecture;
    kernel.locations.push_back({file.layer, where});
    by_path.try_emplace(without_usr(file.path), &kernel);
  }
  if (kernels.empty()) return;
  mark_owned(by_path, out.packages);
  for (auto& [version, kernel] : kernels) {
    if (kernel.is_owned) continue;
    Package package;
    package.name = kName;
    package.version = version;
    package.type = PackageType::generic;
    package.architecture = kernel.architecture;
    package.purl = make_purl(type_name(PackageType::generic), {}, kName, version,
                             {{"arch", kernel.architecture}});
    package.id = package.purl;
    package.origin = kernel.origin;
    const auto repeated = std::ranges::unique(kernel.locations);
    kernel.locations.erase(repeated.begin(), repeated.end());
    package.locations = std::move(kernel.locations);
    for (const Location& location : package.locations) package.files.add(location.path.substr(1));
    out.packages.push_back(std::move(package));
  }
}

}  // namespace bulkhead::catalog::kernel
