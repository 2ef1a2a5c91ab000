#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/repository.h"
#include "bulkhead/pending/index_files.h"
#include "bulkhead/pending/index_rows.h"
#include "bulkhead/pending/offers.h"

namespace bulkhead::pending {

/// What the readers of one run share.
struct Reading {
  std::span<const Package> packages;
  IndexFiles& files;
  const RunContext& context;
  Notes& notes;
  OfferList list = {};
};

/// Reads the repositories of one package manager into `reading.list`; what fails is a gap that
/// names the repository.
void read_apt_repositories(std::span<const Repository> repositories, Reading& reading);
void read_apk_repositories(std::span<const Repository> repositories, Reading& reading);
void read_rpm_repositories(std::span<const Repository> repositories, Reading& reading);

/// The most frequent architecture of the packages of `type` that is none of `neutral`.
std::string main_architecture(std::span<const Package> packages, PackageType type,
                              std::string_view neutral);

/// One index through its reader; its rows, if all of it was good.
/// @param format  "apt Packages": begins the note on records that make no sense.
Result<std::vector<Offer>> read_rows(Reading& reading, const FileName& name,
                                     const Expected& expected, const WantedNames& wanted,
                                     std::string_view format,
                                     std::unique_ptr<IndexReader> (*open)(RowSink& sink,
                                                                          const Limits& limits));

/// Puts a source's rows into the list, within the run's bound; a note where that is met.
void add_source(Reading& reading, Source source, std::vector<Offer> rows);

/// The gap that `error` is, with the repository's name where it has no place of its own.
void note_unread(Reading& reading, const Error& error, const std::string& place);

}  // namespace bulkhead::pending
