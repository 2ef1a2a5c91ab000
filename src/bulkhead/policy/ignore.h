#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/purl.h"
#include "bulkhead/model/report.h"
#include "bulkhead/model/severity.h"
#include "bulkhead/policy/glob.h"
#include "bulkhead/policy/subject.h"

namespace bulkhead::policy {

/// Findings that somebody does not want to count. Each list that is not empty must have one that
/// fits.
struct IgnoreEntry {
  std::string by;                          // ".bulkheadignore:12"
  std::vector<std::string> ids = {};       // wildcards; case does not matter
  std::vector<PathPattern> paths = {};     // of the finding or its package
  std::vector<Purl> purls = {};            // of the package
  std::vector<std::string> packages = {};  // wildcards: the package's name or its source's
  std::vector<Severity> severities = {};   //
  std::string reason = {};
  /// The last second, UTC, in which it holds.
  std::int64_t holds_until_unix_s = std::numeric_limits<std::int64_t>::max();
  bool has_purl_wildcards = false;      // in this format `*` in a purl is a wildcard
  bool is_for_vulnerabilities = false;  // of no other kind of finding

  bool has_end() const { return holds_until_unix_s != std::numeric_limits<std::int64_t>::max(); }
  /// The last day of which any time is left: "2027-01-31"; empty where it has no end.
  std::string until() const;
};

/// What one file of ignore entries says.
struct IgnoreFile {
  std::vector<IgnoreEntry> entries = {};
  std::vector<Note> notes = {};  // what was passed over, or is missing
};

/// Reads a file of ignore entries, whichever of the three formats below it is: told by the name
/// where that is one of ".bulkheadignore", ".trivyignore" and ".trivyignore.yaml", else by content.
///
/// @param name  As the user named it: the place in errors, notes and `by`.
/// @error malformed, limit_exceeded  With the line in `what`, and `name` as `where`.
Result<IgnoreFile> parse_ignore_file(std::string_view text, std::string_view name);

/// A YAML list of entries with the keys id, path, purl, package, severity (each one value or a list
/// of them), reason and until ("2027-01-31": the entry holds to the end of that day, UTC). At
/// least one of the first five must be there, and no other key.
Result<IgnoreFile> parse_bulkheadignore(std::string_view text, std::string_view name);

/// One id a line, then "exp:2027-01-31" if any: from that day's first second on, UTC, the line does
/// not hold. "#" begins a line of comment; other words are passed over. As Trivy does, a line
/// whose date is none is passed over (and noted).
/// @see https://trivy.dev/latest/docs/configuration/filtering/, "By Finding IDs"
Result<IgnoreFile> parse_trivyignore(std::string_view text, std::string_view name);

/// The lists vulnerabilities, misconfigurations, secrets and licenses of id, paths, purls,
/// expired_at and statement. As Trivy does, keys that it does not know are passed over. Of the
/// lists only the first speaks of what is found here; the others are checked for their form.
/// @see the same page, "trivyignore.yaml"
Result<IgnoreFile> parse_trivyignore_yaml(std::string_view text, std::string_view name);

/// What `--ignore LIST` says: ids separated by commas.
std::vector<IgnoreEntry> parse_ignore_option(std::string_view list);

/// Does the entry, whenever it holds, name the finding?
bool matches(const IgnoreEntry& entry, const Subject& subject);

/// Marks what the entries name as suppressed, by the first that holds. An entry that no longer
/// holds ("expired-ignore") and one that names nothing ("unused-ignore") is noted.
void apply_ignores(const std::vector<IgnoreEntry>& entries, const Subjects& subjects,
                   std::int64_t now_unix_s, std::vector<Finding>& findings, Notes& notes);

}  // namespace bulkhead::policy
