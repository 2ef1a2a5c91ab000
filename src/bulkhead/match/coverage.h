#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/match/distro.h"
#include "bulkhead/match/matcher.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {

/// Packages that are matched alike, and with what.
struct Batch {
  std::vector<const Package*> packages;
  std::deque<Package> held_otherwise;  // what some of `packages` are: see with_kernel_source
  const version::Scheme* scheme = nullptr;
  std::vector<std::string> ecosystems;  // those that there are data for
  std::vector<std::string> extended;    // likewise
  std::string_view extended_name;
  std::string el_release;
  bool has_binary_names = false;
  bool is_borrowed = false;  // by rules or data of another distribution: likely, no more
};

/// The ecosystems of those libraries among `packages` that answer for themselves: whose advisories
/// a scan of them wants. Sorted.
std::vector<std::string_view> library_ecosystems_of(const std::vector<Package>& packages);

/// Sorts out which of `packages` the data of `source` cover and by whose rules; the rest is noted.
///
/// Packages of the distribution's type are matched with its data, but for those of another vendor:
/// the distribution's data say nothing about what EPEL or a maker's own repository built, though
/// it may bear the same name. The vendor of more than half of all packages is the image's own
/// distribution, however it spells itself. Bitnami's components and libraries are matched with the
/// data of their own ecosystem on whatever system; a library that a package of the distribution
/// installed is that package's, and one that is declared alone counts where none of its name is
/// installed. That there are no data about an ecosystem of libraries is no gap, but told.
std::vector<Batch> batches_of(const std::vector<Package>& packages, const std::optional<OsInfo>& os,
                              const AdvisorySource& source, Notes& notes);

}  // namespace bulkhead::match
