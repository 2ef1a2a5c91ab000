#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "bulkhead/catalog/java/identity.h"
#include "bulkhead/io/source.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::java {

/// The packages of an archive and of the archives in it: as many as --max-archive-depth deep,
/// --max-archive-bytes inflated and --max-archive-entries members; what lies beyond is a gap, noted
/// once. Only what tells of packages is inflated: manifests, Maven's records, archives. Nested
/// archives that are stored are read where they lie; others in memory, all of one path together up
/// to --max-random-memory-bytes, larger ones in a spool.
///
/// A file that is no zip is an oddity; so is a member that is damaged or encrypted.
/// @param name  Of the file: "guava-31.1-jre.jar".
std::vector<JarPackage> read_jar(const std::shared_ptr<const io::Source>& source,
                                 std::string_view name, const ReadContext& context);

/// Collects an archive's bytes and gives its packages.
std::unique_ptr<FileReader> open_jar(const FileInfo& file, const ReadContext& context);

void join_jar(const JoinFile& file, Inventory& out);

}  // namespace bulkhead::catalog::java
