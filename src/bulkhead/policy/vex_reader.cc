#include "bulkhead/policy/vex_reader.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/json_place.h"

namespace bulkhead::policy {
namespace {

// The largest documents of vendors name some ten thousand products.
constexpr std::uint64_t kMaxSubjects = 1'000'000;
// A product may be written out once for each of its versions.
constexpr std::uint64_t kMaxProductBytes = 256 << 20;
// A reason is shown to people.
constexpr std::size_t kMaxReasonBytes = 4096;

using Read = Result<void> (*)(format::JsonValue root, VexDocument& document);

Result<Read> reader_of(format::JsonValue root) {
  if (!root.is_object()) return fail(Code::unsupported, "vex: it is no JSON object");
  // @context is one text, or a list with OpenVEX's among others.
  bool is_openvex = root["@context"].text_or("").find("openvex") != std::string_view::npos;
  root["@context"].for_each_element([&](format::JsonValue item) {
    is_openvex = is_openvex || item.text_or("").find("openvex") != std::string_view::npos;
  });
  if (is_openvex) return read_openvex;
  if (const auto version = root["document"]["csaf_version"].text()) {
    if (version->starts_with("2.")) return read_csaf;
    return fail(Code::unsupported, fmt::format("csaf: version {} is not known", *version));
  }
  if (root["bomFormat"].text_or("") == "CycloneDX") return read_cyclonedx_vex;
  return fail(Code::unsupported,
              "vex: neither OpenVEX (@context) nor CSAF (document.csaf_version) "
              "nor CycloneDX (bomFormat)");
}

}  // namespace

std::uint32_t VexBuilder::add_product(VexProduct product) {
  for (const Purl& purl : product.purls) {
    product_bytes_ +=
        sizeof(Purl) + purl.name_space.size() + purl.name.size() + purl.version.size();
    for (const auto& [key, value] : purl.qualifiers) product_bytes_ += key.size() + value.size();
  }
  document_.products.push_back(std::move(product));
  return static_cast<std::uint32_t>(document_.products.size() - 1);
}

std::uint32_t VexBuilder::add_reason(std::string reason) {
  if (reason.empty()) return 0;
  if (document_.reasons.back() == reason) {
    return static_cast<std::uint32_t>(document_.reasons.size() - 1);
  }
  document_.reasons.push_back(std::move(reason));
  return static_cast<std::uint32_t>(document_.reasons.size() - 1);
}

Result<void> VexBuilder::add_subject(VexStatement& statement, VexSubject subject) {
  if (++subjects_ > kMaxSubjects || product_bytes_ > kMaxProductBytes) {
    return fail(Code::limit_exceeded,
                fmt::format("vex: it names more than {} products, or too long ones", kMaxSubjects));
  }
  statement.subjects.push_back(subject);
  return {};
}

void VexBuilder::add_statement(VexStatement statement) {
  if (statement.subjects.empty()) {
    pass_over(statement.place, "no product that can be matched");
    return;
  }
  document_.statements.push_back(std::move(statement));
}

void VexBuilder::pass_over(std::string_view place, std::string_view what) {
  if (passed_over_++ == 0) first_ = fmt::format("{}: {}", place, what);
}

void VexBuilder::end() {
  if (passed_over_ == 0) return;
  document_.notes.push_back(
      {NoteLevel::info, "vex-passed-over",
       passed_over_ == 1 ? first_ : fmt::format("{} (and {} more)", first_, passed_over_ - 1),
       document_.name});
}

void add_identifier(VexProduct& product, std::string_view text, std::string_view place,
                    VexBuilder& builder) {
  if (text.empty()) return;
  if (!text.starts_with("pkg:")) {
    product.names.emplace_back(text);
    return;
  }
  if (auto purl = parse_purl(text)) {
    product.purls.push_back(*std::move(purl));
  } else {
    builder.pass_over(place, purl.error().what);
  }
}

std::string joined_reason(std::string_view text, std::string_view more) {
  text = trim(text);
  more = trim(more);
  std::string reason(text);
  if (!text.empty() && !more.empty()) reason += ": ";
  reason += more;
  if (reason.size() > kMaxReasonBytes) reason.resize(kMaxReasonBytes);
  return reason;
}

Result<VexDocument> parse_vex(std::string_view text, std::string_view name) {
  VexDocument document{std::string(name)};
  format::JsonDocument json;
  const auto root = json.parse(text);
  if (!root) return std::unexpected(located(json_error("vex", text, root.error()), name));
  const auto read = reader_of(*root);
  if (!read) return std::unexpected(located(read.error(), name));
  if (auto done = (*read)(*root, document); !done) {
    return std::unexpected(located(std::move(done).error(), name));
  }
  return document;
}

}  // namespace bulkhead::policy
