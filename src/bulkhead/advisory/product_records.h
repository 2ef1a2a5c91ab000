#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/advisory/product_tree.h"
#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

enum class ProductStatus { affected, fixed, not_affected, undetermined };

/// One vulnerability of a vendor's document, and what the document says of products.
struct ProductVulnerability {
  /// Its CVEs, words, ratings; `severity` is that of all products that have none of their own.
  Advisory about = {};
  std::vector<std::pair<ProductStatus, ProductIndex>> statuses = {};
  std::unordered_map<ProductIndex, Severity> severities = {};
  std::unordered_map<ProductIndex, FixState> fix_states = {};
  std::optional<FixState> fix_state = {};  // of all products that have none of their own
};

/// Makes records of a document's vulnerabilities, in feeds FORMAT/ECOSYSTEM.
///
/// - Packages are named as the document names them: by source or as installed. Where a fix lists
///   both, those installed count, since they leave out what is not affected. Debugging packages
///   have no code that runs and are left out.
/// - A status of a release by itself is one of all packages that stand in the tree with its CPE.
/// - Vulnerabilities of which the same is said become one record, without their ratings by score.
/// - Statements about what is no release of a distribution are counted (RecordSink::left_out).
class ProductRecords {
 public:
  /// @param head  The document's id, words and dates.
  ProductRecords(std::string_view format, Advisory head, ProductTree& tree, RecordSink& sink)
      : format_(format), head_(std::move(head)), tree_(tree), sink_(sink) {}

  /// @error limit_exceeded  More than 10 million statements in one document.
  Result<void> take(ProductVulnerability vulnerability);
  /// Hands on what was taken.
  /// @error limit_exceeded  A vulnerability is in more than 1000 releases; (the sink's).
  Result<void> finish();

 private:
  /// A statement, without its architectures. The texts are the tree's.
  struct Row {
    std::uint32_t ecosystem;
    std::string_view name;
    NameKind names;
    std::string_view module;
    ProductStatus status;
    std::string_view version;
    FixState fix_state;
    Severity severity;
    auto operator<=>(const Row&) const = default;
  };
  using Rows = std::map<Row, std::vector<std::string>>;  // and its architectures

  Result<void> add(const ProductVulnerability& vulnerability, ProductStatus status,
                   ProductIndex listed, ProductIndex product, Rows& rows);
  void leave_out(std::string_view kind, ProductIndex product);
  static void drop_sources(Rows& rows);
  Advisory advisory_of(const std::vector<Advisory>& about) const;
  AffectedPackage affected_of(const Row& row, const std::vector<std::string>& architectures) const;
  Result<void> hand_on(const Rows& rows, const std::vector<Advisory>& about);

  std::string format_;
  Advisory head_;
  ProductTree& tree_;
  RecordSink& sink_;
  std::uint64_t statements_ = 0;
  std::map<Rows, std::vector<Advisory>> groups_;
  std::map<std::string_view, std::pair<ProductIndex, std::uint64_t>> left_out_;  // by kind
};

}  // namespace bulkhead::advisory
