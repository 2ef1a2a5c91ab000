#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// What one advisory says of one package in one release: a row of the store.
struct Statement {
  std::string feed;  // FeedInfo::name
  std::string advisory_id;
  std::vector<std::string> cves;
  std::vector<std::string> aliases;
  AffectedPackage affected;
  Severity advisory_severity = Severity::unknown;
  bool is_malicious = false;
  std::optional<Epss> epss = {};
  std::vector<Cvss> cvss;
};

/// An advisory's words, read only for what is reported.
struct AdvisoryText {
  std::string title;
  std::string detail;
  std::vector<std::string> references;
  std::int64_t published_unix_s = 0;
  std::int64_t modified_unix_s = 0;
};

/// The advisories as they stood when the store was opened: later imports do not change it.
/// Not for several threads at once.
class Store {
 public:
  /// @param folder  May not exist: then the store is empty.
  /// @error malformed, io  `current` cannot be read.
  static Result<Store> open(const std::string& folder);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// All feeds, sorted by name.
  const std::vector<FeedInfo>& feeds() const;
  /// Is there any feed of `ecosystem` ("Debian:12")?
  bool has_ecosystem(std::string_view ecosystem) const;
  /// All that is said of `package` in `ecosystem`, sorted by (feed, advisory_id, position in it).
  /// Withdrawn advisories are not in the store.
  Result<std::vector<Statement>> find(std::string_view ecosystem, std::string_view package);
  /// The words of an advisory; nothing where the feed does not hold it.
  Result<std::optional<AdvisoryText>> text(std::string_view feed, std::string_view advisory_id);
  /// What feeds that belong to no ecosystem say of `cve` (scores, EPSS, known exploitation), sorted
  /// by feed.
  Result<std::vector<Statement>> find_cve(std::string_view cve);
  /// Until when the releases of a distribution are mended, by release.
  /// @param os_id  advisory::support_id.
  Result<std::vector<SupportDates>> support_of(std::string_view os_id);
  /// Is `cve` in the catalogue of known exploited vulnerabilities?
  Result<bool> is_known_exploited(std::string_view cve);

  /// For `db search`: all rows of ecosystems whose advisory, CVE or alias is `id` (any letter
  /// case), or whose package is `id`; at most `most`.
  struct SearchRow {
    std::string ecosystem;
    Statement statement;
    std::string title;
  };
  Result<std::vector<SearchRow>> search(std::string_view id, std::size_t most);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::advisory
