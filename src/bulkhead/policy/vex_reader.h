#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/format/json.h"
#include "bulkhead/policy/vex.h"

namespace bulkhead::policy {

/// What the readers of the formats share: they fill in a document and count what they name.
class VexBuilder {
 public:
  explicit VexBuilder(VexDocument& document) : document_(document) {}

  std::uint32_t add_product(VexProduct product);
  const VexProduct& product(std::uint32_t index) const { return document_.products[index]; }
  std::uint32_t add_reason(std::string reason);
  /// @error limit_exceeded  The document names too many.
  Result<void> add_subject(VexStatement& statement, VexSubject subject);
  void add_statement(VexStatement statement);
  /// Counts something that cannot be matched; the first is named in the note that `end` makes.
  void pass_over(std::string_view place, std::string_view what);
  void end();

 private:
  VexDocument& document_;
  std::uint64_t subjects_ = 0;
  std::uint64_t product_bytes_ = 0;
  std::uint64_t passed_over_ = 0;
  std::string first_;
};

/// Adds what one string may be: a purl, a digest, or a name. A purl that is none is passed over.
void add_identifier(VexProduct& product, std::string_view text, std::string_view place,
                    VexBuilder& builder);
/// "text: more", or the one that is not empty; white space at the ends goes.
std::string joined_reason(std::string_view text, std::string_view more);

/// The readers; `root` is an object.
/// @see openvex/spec, OPENVEX-SPEC.md 0.2.0 (and 0.0.x, where products are texts)
Result<void> read_openvex(format::JsonValue root, VexDocument& document);
/// @see OASIS CSAF 2.0, sections 3.2.2 (product tree), 3.2.3 (vulnerabilities), 4.5 (VEX profile)
Result<void> read_csaf(format::JsonValue root, VexDocument& document);
/// @see CycloneDX 1.4 to 1.7, vulnerabilities[].analysis and .affects
Result<void> read_cyclonedx_vex(format::JsonValue root, VexDocument& document);

}  // namespace bulkhead::policy
