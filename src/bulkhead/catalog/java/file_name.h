#pragma once

#include <string_view>

namespace bulkhead::catalog::java {

/// "guava-31.1-jre" taken apart; without a version the whole is the artifact.
struct NamedVersion {
  std::string_view artifact;
  std::string_view version;
};

/// Takes the name of an archive apart as repositories put it together:
/// "artifact-version[-classifier]", OSGi's "symbolic.name_1.2.3". Which "-" is the one is told by
/// digits and the words that versions have ("2.0-beta-9"), and may be told wrong.
/// @param stem  Without folders and extension.
NamedVersion split_file_name(std::string_view stem);

/// Is `stem` the name of a file of that artifact: "guava-31.1-jre", "guava",
/// "com.google.guava.guava-31.1-jre" ?
bool names_artifact(std::string_view stem, std::string_view group, std::string_view artifact);

/// "a.jar" of "lib/a.jar"; "a" of "a.jar"; "jar" of "a.JAR" is "JAR".
std::string_view base_name(std::string_view path);
std::string_view stem_of(std::string_view name);
std::string_view extension_of(std::string_view name);

/// Is it the name of a zip that holds classes or other archives?
bool is_archive_name(std::string_view name);

}  // namespace bulkhead::catalog::java
