#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::java {

/// Gradle's lock files: "group:artifact:version=configuration,..." a line.
/// @see https://docs.gradle.org/current/userguide/dependency_locking.html
std::unique_ptr<FileReader> open_gradle_lock(const FileInfo& file, const ReadContext& context);

/// sbt's build.sbt.lock: JSON with a list "dependencies" of "org", "name", "version".
/// @see https://github.com/stringbean/sbt-dependency-lock, "Lock file format".
std::unique_ptr<FileReader> open_sbt_lock(const FileInfo& file, const ReadContext& context);

/// A pom.xml in the tree: what a source tree wants, its parents looked up in the tree.
std::unique_ptr<FileReader> open_pom(const FileInfo& file, const ReadContext& context);

/// META-INF/maven/*/*/pom.properties of an archive that was unpacked into the tree.
std::unique_ptr<FileReader> open_pom_properties(const FileInfo& file, const ReadContext& context);

void join_lock_files(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::java
