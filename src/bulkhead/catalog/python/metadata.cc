#include "bulkhead/catalog/python/metadata.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::catalog::python {
namespace {

// Some put the whole text of a licence into the field; expressions are far shorter.
constexpr std::size_t kMostLicenseBytes = 256;
constexpr std::string_view kClassifier = "License :: ";
constexpr std::string_view kFormat = "Python metadata";

std::string_view first_line(std::string_view text) {
  std::string_view rest = text;
  return trim(take_line(rest)).substr(0, kMostLicenseBytes);
}

/// "License :: OSI Approved :: MIT License" is "MIT License"; empty where it is of something else.
std::string_view license_of_classifier(std::string_view classifier) {
  if (!classifier.starts_with(kClassifier)) return {};
  return trim(classifier.substr(classifier.rfind(':') + 1)).substr(0, kMostLicenseBytes);
}

/// The component that names the distribution: the folder of a METADATA or PKG-INFO file, the file
/// itself that is an .egg-info.
std::string_view naming_component(std::string_view path) {
  const std::size_t end = path.rfind('/');
  const std::string_view name = path.substr(end == std::string_view::npos ? 0 : end + 1);
  if (name.ends_with(".egg-info") || end == std::string_view::npos) return name;
  path = path.substr(0, end);
  const auto last = [](std::string_view folder) {
    return folder.substr(folder.rfind('/') + 1);  // npos + 1 is 0
  };
  if (last(path) != "EGG-INFO") return last(path);
  const std::size_t parent = path.rfind('/');
  return parent == std::string_view::npos ? path : last(path.substr(0, parent));
}

bool is_vendored(std::string_view path) {
  return path.starts_with("_vendor/") || path.contains("/_vendor/");
}

class MetadataReader final : public FileReader {
 public:
  MetadataReader(const FileInfo& file, const ReadContext& context)
      : context_(context),
        splitter_(context.run.limits.stanza_bytes),
        component_(naming_component(file.path)),
        origin_(is_vendored(file.path) ? Origin::embedded : Origin::installed) {}

  Result<void> data(ByteView chunk) override {
    if (!is_done_) cut([&](auto visit, auto too_long) { splitter_.feed(chunk, visit, too_long); });
    return {};
  }

  Result<FactsPtr> end() override {
    if (!is_done_) cut([&](auto visit, auto too_long) { splitter_.finish(visit, too_long); });
    return distribution_facts(std::move(library_), component_, origin_, context_);
  }

 private:
  template <class Feed>
  void cut(Feed feed) {
    feed(
        [this](std::string_view head, std::uint64_t) {
          if (!std::exchange(is_done_, true)) library_ = parse_metadata(head);
        },
        [this](std::uint64_t offset) {
          if (std::exchange(is_done_, true)) return;
          context_.notes.add(
              NoteLevel::info,
              {Code::limit_exceeded,
               fmt::format("{}: the header is longer than {} bytes (--max-stanza-bytes)", kFormat,
                           context_.run.limits.stanza_bytes),
               {},
               offset});
        });
  }

  const ReadContext& context_;
  format::StanzaSplitter splitter_;
  std::string component_;
  Origin origin_;
  Library library_;
  bool is_done_ = false;
};

}  // namespace

Library parse_metadata(std::string_view head) {
  Library library;
  std::string expression;
  std::string classifiers;
  const auto take = [](std::string& into, std::string_view value) {
    if (into.empty() && value != "UNKNOWN") into = value;
  };
  format::StanzaFields fields(head);
  while (const auto field = fields.next()) {
    const std::string name = to_lower(field->name);
    if (name == "name") {
      take(library.name, field->value);
    } else if (name == "version") {
      take(library.version, field->value);
    } else if (name == "license") {
      take(library.license, first_line(field->value));
    } else if (name == "license-expression") {
      take(expression, first_line(field->value));
    } else if (name == "classifier" && classifiers.size() < kMostLicenseBytes) {
      const std::string_view license = license_of_classifier(field->value);
      if (license.empty()) continue;
      if (!classifiers.empty()) classifiers += " AND ";
      classifiers += license;
    }
  }
  if (!expression.empty()) {
    library.license = std::move(expression);
  } else if (library.license.empty()) {
    library.license = std::move(classifiers);
  }
  return library;
}

Library library_named(std::string_view component) {
  constexpr std::string_view kExtensions[] = {".dist-info", ".egg-info", ".egg", ".whl"};
  for (const std::string_view extension : kExtensions) {
    if (component.ends_with(extension)) component.remove_suffix(extension.size());
  }
  for (std::size_t dash = component.find('-'); dash != std::string_view::npos;
       dash = component.find('-', dash + 1)) {
    const std::string_view rest = component.substr(dash + 1);
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') continue;
    Library library{std::string(component.substr(0, dash)),
                    std::string(rest.substr(0, rest.find('-')))};
    if (!is_library_word(library.name) || !is_library_word(library.version)) return {};
    return library;
  }
  return {};
}

FactsPtr distribution_facts(Library library, std::string_view component, Origin origin,
                            const ReadContext& context) {
  auto facts = std::make_shared<LibraryFacts>();
  facts->origin = origin;
  if (!is_library_word(library.name) || !is_library_word(library.version)) {
    std::string license = std::move(library.license);
    library = library_named(component);
    library.license = std::move(license);
    const bool is_named = !library.name.empty();
    context.notes.add(NoteLevel::info,
                      {Code::malformed,
                       fmt::format("{}: no valid name and version{}", kFormat,
                                   is_named ? "; taken from the file's place" : ""),
                       {},
                       {}});
    if (!is_named) return nullptr;
    facts->confidence = Confidence::likely;
    facts->evidence = fmt::format("the name {}", component);
  }
  facts->libraries.push_back(std::move(library));
  return facts;
}

std::unique_ptr<FileReader> open_metadata(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<MetadataReader>(file, context);
}

}  // namespace bulkhead::catalog::python
