#include "bulkhead/catalog/java/identity.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/java/file_name.h"
#include "bulkhead/catalog/java/groups.h"
#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::java {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::string_view last_part(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }

/// The first word of a version as manifests have it ("9.4.1 (rev 3)"); empty where it is none.
std::string_view version_word(std::string_view text) {
  text = text.substr(0, text.find(' '));
  const bool has_digit = std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return has_digit && is_library_word(text) ? text : std::string_view();
}

struct Fact {
  std::string_view text;
  std::string_view from;  // what says so
};

/// What an archive without Maven's record of it has as its version, best first.
Fact version_of(const NamedVersion& named, const Manifest& m) {
  const Fact facts[] = {
      {named.version, "its name"},
      {version_word(m.plugin_version), "Plugin-Version"},
      {version_word(m.implementation_version), "Implementation-Version"},
      {version_word(m.bundle_version), "Bundle-Version"},
      {version_word(m.specification_version), "Specification-Version"},
  };
  for (const Fact& fact : facts) {
    if (is_library_word(fact.text)) return fact;
  }
  return {};
}

/// Its artifact: the name that goes before a version is one; a name alone may have been given by
/// whoever copied the file ("app.jar").
std::string_view artifact_of(const NamedVersion& named, const Manifest& m) {
  if (!named.version.empty() || named.artifact == m.implementation_title) return named.artifact;
  if (!find_artifact(named.artifact, {}).group.empty()) return named.artifact;
  const std::string_view titles[] = {m.short_name, m.implementation_title, m.symbolic_name};
  for (const std::string_view title : titles) {
    if (is_library_word(title)) return last_part(title);
  }
  return named.artifact;
}

/// "org.apache.felix" of "org.apache.felix.scr" and the artifact "scr" or "org.apache.felix.scr".
std::string_view group_of_symbolic_name(std::string_view symbolic) {
  const std::size_t dot = symbolic.rfind('.');
  return dot == symbolic.npos ? std::string_view() : symbolic.substr(0, dot);
}

bool is_dotted_word(std::string_view text) { return is_library_word(text) && text.contains('.'); }

std::string dotted(std::string_view folder) {
  std::string out(folder);
  std::ranges::replace(out, '/', '.');
  return out;
}

struct Group {
  std::string name;
  bool is_sure = false;  // two things agree
};

/// Its group, of which nothing but Maven's record tells for certain.
Group guess_group(const Traces& traces, std::string_view artifact) {
  const Manifest& m = traces.manifest;
  const std::string classes = dotted(traces.class_folder);
  const std::string_view said[] = {m.group_id, m.implementation_vendor_id,
                                   group_of_symbolic_name(m.symbolic_name),
                                   group_of_symbolic_name(m.module_name)};
  for (const std::string_view group : said) {
    if (!is_dotted_word(group)) continue;
    return {std::string(group), !classes.empty() && classes.starts_with(group)};
  }
  std::string_view folder = classes;
  const std::size_t dot = folder.rfind('.');
  if (dot == folder.npos) return {};
  if (folder.substr(0, dot).contains('.') && artifact.contains(folder.substr(dot + 1))) {
    folder = folder.substr(0, dot);
  }
  return {std::string(folder), false};
}

bool is_library_file(const Traces& traces) {
  const std::string_view extension = extension_of(traces.name);
  return extension != "zip" && extension != "jmod" && !traces.manifest.is_runtime();
}

/// Sources and documentation of a library come in archives without classes; so do a few libraries.
bool is_papers(const Traces& traces) {
  const std::string_view stem = stem_of(traces.name);
  return stem.ends_with("-sources") || stem.ends_with("-javadoc");
}

/// The package that an archive without Maven's record of it is; no artifact where nothing tells.
JarPackage infer(const Traces& traces) {
  JarPackage package;
  if (!is_library_file(traces)) return package;
  const NamedVersion named = split_file_name(stem_of(traces.name));
  const Fact version = version_of(named, traces.manifest);
  const std::string_view artifact = artifact_of(named, traces.manifest);
  if (version.text.empty() || !is_library_word(artifact)) return package;
  package.origin = Origin::inferred;
  package.evidence = fmt::format("{}, version by {}", traces.name, version.from);
  package.license = traces.manifest.bundle_license;
  const KnownArtifact known = find_artifact(artifact, version.text);
  if (!traces.has_classes && !traces.has_archives && (known.group.empty() || is_papers(traces))) {
    return {};
  }
  if (!known.group.empty()) {
    package.what = {std::string(known.group), std::string(known.artifact),
                    std::string(version.text)};
    package.confidence = Confidence::likely;
    return package;
  }
  Group group = guess_group(traces, artifact);
  // A file that carries its group in front: "com.google.guava.guava-31.1-jre.jar".
  std::string_view plain = artifact;
  if (!group.name.empty() && plain.starts_with(group.name + ".")) {
    plain.remove_prefix(group.name.size() + 1);
  }
  package.what = {std::move(group.name), std::string(plain), std::string(version.text)};
  package.confidence = group.is_sure ? Confidence::likely : Confidence::possible;
  return package;
}

/// The one record that has the version of the manifest, of a file that was renamed.
std::size_t find_by_version(const Traces& traces, std::string_view version) {
  std::size_t found = kNone;
  for (std::size_t i = 0; i < traces.records.size(); ++i) {
    if (version.empty() || traces.records[i].what.version != version) continue;
    if (found != kNone) return kNone;
    found = i;
  }
  return found;
}

/// Which record is the archive's own: the one whose artifact is its name, the longest first; else
/// what the manifest calls it; else, of a file without a version in its name, the one that has the
/// manifest's; else the only one, unless its name and version say otherwise.
std::size_t find_own(const Traces& traces) {
  const std::string_view stem = stem_of(traces.name);
  std::size_t own = kNone;
  for (std::size_t i = 0; i < traces.records.size(); ++i) {
    const Coordinates& c = traces.records[i].what;
    if (!names_artifact(stem, c.group, c.artifact)) continue;
    if (own == kNone || c.artifact.size() > traces.records[own].what.artifact.size()) own = i;
  }
  if (own != kNone) return own;
  const Manifest& m = traces.manifest;
  for (std::size_t i = 0; i < traces.records.size(); ++i) {
    const Coordinates& c = traces.records[i].what;
    if (c.artifact.empty()) continue;
    if (c.artifact == m.implementation_title || c.artifact == m.short_name ||
        m.symbolic_name == c.artifact || m.symbolic_name == c.group + "." + c.artifact) {
      return i;
    }
  }
  const NamedVersion named = split_file_name(stem);
  if (named.version.empty()) own = find_by_version(traces, version_of(named, m).text);
  if (own != kNone || traces.records.size() != 1) return own;
  const std::string& version = traces.records[0].what.version;
  return named.version.empty() || version.empty() || named.version.starts_with(version) ||
                 version.starts_with(named.version)
             ? 0
             : kNone;
}

/// Fills what a template left open in the archive's own record.
void complete(Coordinates& own, const Traces& traces) {
  if (is_library_word(own.version)) return;
  own.version = version_of(split_file_name(stem_of(traces.name)), traces.manifest).text;
}

}  // namespace

std::vector<JarPackage> identify(const Traces& traces, std::vector<std::string>& incomplete) {
  std::vector<JarPackage> packages;
  std::unordered_set<std::string> seen;
  const std::size_t own = find_own(traces);
  if (own == kNone) {
    JarPackage inferred = infer(traces);
    if (!inferred.what.artifact.empty()) packages.push_back(std::move(inferred));
    if (!packages.empty()) seen.insert(packages[0].what.name() + ":" + packages[0].what.version);
  }
  for (std::size_t i = 0; i < traces.records.size(); ++i) {
    Coordinates what = traces.records[i].what;
    if (i == own) complete(what, traces);
    if (!what.is_whole()) {
      incomplete.push_back(traces.records[i].folder);
      continue;
    }
    if (!seen.insert(what.name() + ":" + what.version).second) continue;
    JarPackage& package = packages.emplace_back();
    package.what = std::move(what);
    package.origin = i == own ? Origin::installed : Origin::embedded;
    if (i == own) package.license = traces.manifest.bundle_license;
    if (i == own && packages.size() > 1) std::swap(package, packages.front());
  }
  return packages;
}

}  // namespace bulkhead::catalog::java
