#include "bulkhead/catalog/bitnami/components.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/text_reader.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/purl.h"

namespace bulkhead::catalog::bitnami {
namespace {

constexpr std::string_view kType = "bitnami";

/// Takes components up to --max-packages and notes what is wrong.
class ComponentReader : public TextReader {
 protected:
  ComponentReader(std::string_view format, const FileInfo& file, const ReadContext& context)
      : TextReader(format, {context.run.limits.document_bytes, "max-document-bytes"}, file,
                   context),
        facts_(std::make_unique<ComponentFacts>()) {
    facts_->owned_path_bytes = limits().owned_path_bytes;
  }

  /// False where it was not kept.
  bool add(Component component) {
    if (is_full_) return false;
    if (!is_word(component.name) || !is_word(component.version)) {
      note(NoteLevel::incomplete, Code::malformed,
           fmt::format("{} has no valid version",
                       is_word(component.name) ? component.name : "a component without a name"));
      return false;
    }
    if (facts_->components.size() >= limits().packages) {
      is_full_ = true;
      note(NoteLevel::incomplete, Code::limit_exceeded,
           fmt::format("more than {} components (--max-packages); the rest is left out",
                       limits().packages));
      return false;
    }
    if (!is_word(component.architecture)) component.architecture.clear();
    facts_->components.push_back(std::move(component));
    return true;
  }

  ComponentFacts& facts() { return *facts_; }
  FactsPtr take_facts() { return std::move(facts_); }

 private:
  std::unique_ptr<ComponentFacts> facts_;
  bool is_full_ = false;
};

class ListReader final : public ComponentReader {
 public:
  ListReader(const FileInfo& file, const ReadContext& context)
      : ComponentReader("Bitnami components", file, context) {}

 private:
  Result<FactsPtr> read(std::string text) override {
    format::JsonDocument document;
    BH_TRY(const format::JsonValue root, document.parse(text));
    if (!root.is_object()) return fail(Code::malformed, "Bitnami components: no object");
    facts().is_list = true;
    root.for_each_member([&](std::string_view name, format::JsonValue member) {
      Component component;
      component.name = name;
      component.version = trim(member["version"].text_or({}));
      component.architecture = trim(member["arch"].text_or({}));
      add(std::move(component));
    });
    return take_facts();
  }
};

class SpdxReader final : public ComponentReader {
 public:
  SpdxReader(const FileInfo& file, const ReadContext& context)
      : ComponentReader("Bitnami SPDX", file, context) {}

 private:
  struct SpdxPackage {
    std::string name, version, licence, purl;
  };

  Result<FactsPtr> read(std::string text) override {
    Result<void> parsed;
    if (trim(text).starts_with("SPDXVersion:")) {
      read_tags(text);
    } else {
      parsed = read_json(text);
    }
    if (!parsed) return std::unexpected(std::move(parsed).error());
    if (others_ > 0) {
      note(NoteLevel::info, Code::unsupported,
           fmt::format("{} packages are no components of Bitnami's and are left out", others_));
    }
    return take_facts();
  }

  /// Keeps `package` where it is a component; whether it was.
  bool take(const SpdxPackage& package) {
    const Result<Purl> purl = parse_purl(package.purl);
    if (!purl || purl->type != kType) {
      ++others_;
      return false;
    }
    Component component;
    component.name = purl->name;
    component.version = purl->version.empty() ? package.version : purl->version;
    component.architecture = purl->qualifier("arch");
    if (!package.licence.empty() && package.licence != "NOASSERTION" && package.licence != "NONE") {
      component.licences = {package.licence};
    }
    return add(std::move(component));
  }

  Result<void> read_json(std::string_view text) {
    format::JsonDocument document;
    BH_TRY(const format::JsonValue root, document.parse(text));
    if (!root["packages"].is_array()) {
      return fail(Code::malformed, "Bitnami SPDX: it has no list \"packages\"");
    }
    std::unordered_map<std::string_view, std::size_t> by_id;
    root["packages"].for_each_element([&](format::JsonValue value) {
      SpdxPackage package;
      package.version = value["versionInfo"].text_or({});
      package.licence = value["licenseDeclared"].text_or({});
      value["externalRefs"].for_each_element([&](format::JsonValue reference) {
        if (reference["referenceType"].text_or({}) != "purl") return;
        const std::string_view purl = reference["referenceLocator"].text_or({});
        // A component may name others' packages that it is made of beside its own.
        if (package.purl.empty() || purl.starts_with("pkg:bitnami/")) package.purl = purl;
      });
      if (!take(package)) return;
      by_id.try_emplace(value["SPDXID"].text_or({}), facts().components.size() - 1);
    });
    read_files(root, by_id);
    return {};
  }

  /// "fileName" is relative to the component's folder.
  void read_files(format::JsonValue root,
                  const std::unordered_map<std::string_view, std::size_t>& by_id) {
    std::unordered_map<std::string_view, std::string_view> names;
    root["files"].for_each_element([&](format::JsonValue file) {
      names.try_emplace(file["SPDXID"].text_or({}), file["fileName"].text_or({}));
    });
    std::uint64_t bytes = 0;
    root["relationships"].for_each_element([&](format::JsonValue relation) {
      if (relation["relationshipType"].text_or({}) != "CONTAINS") return;
      const auto owner = by_id.find(relation["spdxElementId"].text_or({}));
      const auto file = names.find(relation["relatedSpdxElement"].text_or({}));
      if (owner == by_id.end() || file == names.end()) return;
      std::string_view path = file->second;
      while (path.starts_with("./")) path.remove_prefix(2);
      if (path.empty() || path.starts_with('/') || path.contains('\0')) return;
      bytes += path.size() + 1;
      if (bytes <= limits().owned_path_bytes) facts().components[owner->second].files.add(path);
    });
    if (bytes <= limits().owned_path_bytes) return;
    note(NoteLevel::info, Code::limit_exceeded,
         fmt::format("the files take more than {} bytes (--max-owned-path-bytes); some are left "
                     "out",
                     limits().owned_path_bytes));
  }

  /// "Tag: value" lines; a package begins with PackageName.
  void read_tags(std::string_view text) {
    std::optional<SpdxPackage> package;
    while (!text.empty()) {
      const std::string_view line = take_line(text);
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || line.starts_with('#')) continue;
      const std::string_view tag = trim(line.substr(0, colon));
      const std::string_view value = trim(line.substr(colon + 1));
      if (tag == "PackageName") {
        if (package) take(*package);
        package.emplace().name = value;
      } else if (package) {
        read_tag(tag, value, *package);
      }
    }
    if (package) take(*package);
  }

  static void read_tag(std::string_view tag, std::string_view value, SpdxPackage& package) {
    constexpr std::string_view kPurl = " purl ";
    if (tag == "PackageVersion") package.version = value;
    if (tag == "PackageLicenseDeclared") package.licence = value;
    if (tag != "ExternalRef") return;
    const std::size_t at = value.find(kPurl);
    if (at == std::string_view::npos) return;
    const std::string_view purl = trim(value.substr(at + kPurl.size()));
    if (package.purl.empty() || purl.starts_with("pkg:bitnami/")) package.purl = purl;
  }

  std::uint64_t others_ = 0;
};

}  // namespace

std::uint64_t ComponentFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + components.capacity() * sizeof(Component);
  for (const Component& component : components) {
    bytes += component.name.capacity() + component.version.capacity() +
             component.architecture.capacity() + component.files.packed.capacity() +
             component.licences.capacity() * sizeof(std::string);
    for (const std::string& licence : component.licences) bytes += licence.capacity();
  }
  return bytes;
}

std::unique_ptr<FileReader> open_list(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<ListReader>(file, context);
}

std::unique_ptr<FileReader> open_spdx(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<SpdxReader>(file, context);
}

}  // namespace bulkhead::catalog::bitnami
