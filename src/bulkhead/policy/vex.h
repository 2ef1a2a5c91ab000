#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/purl.h"
#include "bulkhead/policy/image_identity.h"
#include "bulkhead/policy/subject.h"

namespace bulkhead::policy {

enum class VexStatus { not_affected, affected, fixed, under_investigation };

/// What one name in a document may stand for: a package, an image or an operating system.
struct VexProduct {
  std::vector<Purl> purls = {};
  std::vector<std::string> names = {};    // image references, names of systems, CPEs
  std::vector<std::string> digests = {};  // "sha256:..."
};

constexpr std::uint32_t kNoProduct = std::numeric_limits<std::uint32_t>::max();

/// A product that a statement names: an index into the document's products, and that of what it is
/// a part of. Without a whole it may be a package anywhere, or the image.
struct VexSubject {
  std::uint32_t product = kNoProduct;
  std::uint32_t whole = kNoProduct;
  std::uint32_t reason = 0;  // index into the document's reasons
};

struct VexStatement {
  std::string place;    // in its document: "statements[2]"
  std::string id = {};  // lower case: the vulnerability
  std::vector<std::string> aliases = {};
  VexStatus status = VexStatus::under_investigation;
  std::int64_t time_unix_s = 0;
  std::vector<VexSubject> subjects = {};
};

/// One document, whichever format it had.
struct VexDocument {
  std::string name;
  std::vector<VexProduct> products = {};
  std::vector<std::string> reasons = {""};  // the first: none is given
  std::vector<VexStatement> statements = {};
  std::vector<Note> notes = {};
};

/// Reads a VEX document; its content says which of the three formats it has.
///
/// @param name  As the user named it: `where` of errors.
/// @error malformed       With the line and column where it is no JSON, else the place in it
///                        ("openvex: statements[2]: no status").
/// @error unsupported     JSON, but none of the formats, or a version that is not known.
/// @error limit_exceeded  More than a million products are named, or nested too deep.
Result<VexDocument> parse_vex(std::string_view text, std::string_view name);

/// Marks what statements call not affected or fixed as suppressed, unless something did before.
///
/// Of all statements about one finding, one decides: the one that names the package most exactly
/// (with a version, without, only the image); of those, the image (by digest, by tag, by name, not
/// at all); of those, the one with more qualifiers; of those, the latest; and of those, one that
/// does not suppress. A document of which no statement speaks of a finding is noted ("unused-vex").
void apply_vex(const std::vector<VexDocument>& documents, const Subjects& subjects,
               const ImageIdentity& image, std::vector<Finding>& findings, Notes& notes);

}  // namespace bulkhead::policy
