#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"
#include "bulkhead/model/package.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {

/// Why a statement holds for an installed package, or why it does not.
enum class Reason {
  affected,             // it names this version as affected
  not_affected,         // it says that this version is not affected
  undetermined,         // its publisher has not decided about this version
  at_or_above_fix,      // the version has the fix
  before_introduction,  // the fault came with a later version, or another branch
  not_listed,           // it lists versions, this is none of them
  other_name,           // it means another package: it names sources, and this is a binary's name,
                        // or the other way round
  other_module,         // it is about another module's stream, or about none
  other_architecture,   // it is about other architectures
  other_release,        // its versions are those of another release ("el9" for el8), or of
                        // another kind of build ("ksplice")
  other_fix,            // the same advisory is fixed here by another build that it names
  not_security,         // a bug fix or an enhancement without a CVE
  uncomparable,         // the order of versions refuses the installed version
};
/// "at-or-above-fix": stable, for reports.
std::string_view reason_name(Reason reason);
/// Does it make the statement speak of the package (affected, not affected, undetermined)?
bool is_about(Reason reason);

/// What a statement says of one installed version.
struct Verdict {
  Reason reason = Reason::not_listed;
  std::string fixed_version = {};   // where it is spoken of, and one without the fault is named
  std::string decided_by = {};      // the end of a range that the version was held against
  std::optional<Error> doubt = {};  // an end point that the scheme refuses, compared all the same
  bool is_likely = false;           // something was guessed (the stream of a module)
};

/// What statements are held against.
struct Subject {
  const Package& package;
  const version::Scheme& scheme;
  std::string_view el_release = {};            // as Release has it
  std::span<const std::string> extended = {};  // likewise
  std::string_view extended_name = {};         // of the Distro
  bool is_rebuild = false;                     // held against data of what it is a rebuild of
};

/// Does `affected` (with whatever status) speak of `version`?
///
/// A version is spoken of by a range that holds it or by its own name in `versions`; where
/// neither is given, only a status other than `affected` speaks, and of every version. The fix is
/// the highest one of the ranges that hold the version; for a version that is only named, the
/// lowest one above it. Ranges whose fix is of another major release than `el_release` do not
/// count: AlmaLinux records list the builds of all releases that an advisory covers. The same
/// holds for builds of another kind (Oracle's "ksplice" and "_fips").
/// @error malformed  The version is refused by the scheme. A range that is open on both sides
///                   speaks of every version, also of one that is refused.
/// @see OSV schema 1.7, "Evaluation".
Result<Verdict> judge(const version::Scheme& scheme, const AffectedPackage& affected,
                      std::string_view version, std::string_view el_release = {});

/// Does `statement` hold for an installed package? First what it is about (name, module,
/// architecture), then the version of the kind that it names.
/// @error malformed  As `judge`.
Result<Verdict> judge_statement(const Subject& subject, const advisory::Statement& statement);

/// One statement, and what came of it.
struct Judgement {
  const advisory::Statement* statement;
  Verdict verdict;
  std::optional<Error> refusal = {};  // with Reason::uncomparable
};

/// Holds all of `statements`, then all of `others`, against one package. What needs several of
/// them: an erratum of rpms may name several builds of one package (rebuilds for minor releases,
/// AlmaLinux's for each time that a module was composed); who has one of them has the fix, so the
/// others are `other_fix`. Advisories that are named by a CVE are no errata: there, each fix is an
/// attempt of its own.
std::vector<Judgement> judge_all(const Subject& subject,
                                 std::span<const advisory::Statement> statements,
                                 std::span<const advisory::Statement> others = {});

}  // namespace bulkhead::match
