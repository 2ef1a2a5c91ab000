#include "bulkhead/match/match.h"

#include "bulkhead/match/explain.h"
#include "bulkhead/match/matcher.h"

namespace bulkhead::match {
namespace {

class StoreSource final : public AdvisorySource {
 public:
  explicit StoreSource(advisory::Store& store) : store_(store) {}

  const std::vector<FeedInfo>& feeds() const override { return store_.feeds(); }
  bool has_ecosystem(std::string_view ecosystem) const override {
    return store_.has_ecosystem(ecosystem);
  }
  Result<std::vector<advisory::Statement>> find(std::string_view ecosystem,
                                                std::string_view package) override {
    return store_.find(ecosystem, package);
  }
  Result<std::optional<advisory::AdvisoryText>> text(std::string_view feed,
                                                     std::string_view advisory_id) override {
    return store_.text(feed, advisory_id);
  }
  Result<std::vector<advisory::Statement>> find_cve(std::string_view cve) override {
    return store_.find_cve(cve);
  }

 private:
  advisory::Store& store_;
};

}  // namespace

Result<MatchResult> match_packages(const std::vector<Package>& packages,
                                   const std::optional<OsInfo>& os, advisory::Store& store,
                                   Notes& notes) {
  StoreSource source(store);
  return match_against(packages, os, source, notes);
}

Result<std::vector<PackageEvidence>> explain_packages(const std::vector<Package>& packages,
                                                      const std::optional<OsInfo>& os,
                                                      advisory::Store& store, std::string_view id) {
  StoreSource source(store);
  return explain(packages, os, source, id);
}

}  // namespace bulkhead::match
