#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::java {

/// Archives of classes, Maven's records of one that was unpacked, what build tools want, and the
/// runtime itself. A zip is looked into, since applications are handed out so.
inline constexpr std::string_view kTails[] = {
    "*.ear",           "*.hpi",
    "*.jar",           "*.jmod",
    "*.jpi",           "*.kar",
    "*.lpkg",          "*.par",
    "*.sar",           "*.war",
    "*.zip",           "META-INF/maven/*/*/pom.properties",
    "build.sbt.lock",  "buildscript-gradle.lockfile",
    "gradle.lockfile", "gradle/dependency-locks/*.lockfile",
    "pom.xml",         "release",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::java
