#pragma once

#include <string_view>

#include "bulkhead/model/advisory.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// May a statement about rpm packages speak of this one, as far as modules go?
enum class ModuleFit {
  yes,
  likely,  // nothing says so but the versions
  no,
};

/// Several streams of a module stand side by side in one release ("nodejs:18", "nodejs:20"), and
/// beside them packages of no module, with versions that say nothing about each other. So a
/// statement about a stream holds for packages of the same stream alone, and one about no stream
/// for packages of none.
///
/// A package is of a module where its header has the label, or its release the mark of a module's
/// build (".module+el8.5.0+...", ".module_el8.5.0+..."); a statement where it names the stream, or
/// one of its fixes has that mark. Where both name their stream, these are compared. Where one of
/// them does not (records of AlmaLinux now and then, packages without a label):
/// - a stream that is called by its version ("10.3" of mariadb 10.3.39) holds all versions that
///   begin with it, so the other's version must begin with it, too;
/// - else ("rhel8") versions with the same first number are likely of one stream.
ModuleFit fit_module(const AffectedPackage& affected, const Package& package,
                     std::string_view version);

/// The same of Amazon Linux 2's extras, topics that bring other versions of packages of the same
/// names ("kernel" 5.15 beside 4.14): their advisories are called by the topic
/// ("ALAS2KERNEL-5.15-2022-001"), and a topic that ends in a version is a stream as above. Others
/// (of "ALAS2-2018-939", "ALAS2DOCKER-2021-001") fit.
/// @see https://docs.aws.amazon.com/linux/al2/ug/al2-extras.html
ModuleFit fit_extra(std::string_view advisory_id, const AffectedPackage& affected,
                    std::string_view version);

/// `version` without the mark of a module's build and what follows it: who builds a module again
/// numbers the builds in his own way, so only the part before can be held against another's.
std::string_view without_module_mark(std::string_view version);

}  // namespace bulkhead::match
