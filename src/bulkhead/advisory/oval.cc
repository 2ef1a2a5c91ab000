#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/oval_criteria.h"
#include "bulkhead/advisory/oval_definition.h"
#include "bulkhead/advisory/oval_limits.h"
#include "bulkhead/advisory/oval_tables.h"
#include "bulkhead/advisory/oval_tests.h"
#include "bulkhead/advisory/oval_vendor.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"

// OVAL definitions of Linux distributions: Red Hat's v2 (and v1), Oracle's, SUSE's, Ubuntu's,
// Debian's, AlmaLinux's, Photon's, Azure Linux's. A definition is a tree of criteria with AND and
// OR, each of which refers to a test, that to an object (a package's name) and states (a version's
// range); see docs/formats/oval.md for how that becomes statements.
//
// Source: OVAL 5.11, https://oval.mitre.org/language/version5.11/ (oval-definitions-schema,
// linux-definitions-schema), and what vendors write into `metadata`.
namespace bulkhead::advisory {
namespace {

using format::XmlAttribute;

/// "20180517", "2022-05-27", "2023-12-18 15:00:00 UTC": the day; 0 for none.
std::int64_t parse_day(std::string_view text) {
  text = trim(text);
  const bool is_plain = text.size() == 8 && !text.contains('-');
  if (is_plain) {
    return parse_utc(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6)));
  }
  return parse_utc(text.substr(0, 10));
}

/// "5.7/CVSS:3.0/AV:N/..." without the score, which our own code computes.
std::string_view vector_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const bool has_score =
      slash != std::string_view::npos &&
      text.substr(0, slash).find_first_not_of("0123456789.") == std::string_view::npos;
  return has_score ? text.substr(slash + 1) : text;
}

/// Reads the definitions; ends with the element that holds them.
class DefinitionsSink final : public format::XmlSink {
 public:
  DefinitionsSink(const OvalVendor& vendor, OvalTables& tables, RecordSink& sink)
      : vendor_(vendor),
        tests_(tables, criteria_),
        advisories_(vendor, tables, criteria_, tests_, sink),
        sink_(sink) {}

  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    if (name == "definition") {
      begin_definition(attributes);
    } else if (definition_) {
      begin_part(name, attributes);
    }
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    if (name == "definitions") {
      is_done_ = true;
      return fail(Code::unsupported, "oval: the definitions end");
    }
    if (!definition_) return {};
    if (name == "definition") return end_definition();
    end_part(name, text);
    return {};
  }

  bool is_done() const { return is_done_; }

 private:
  void begin_definition(const std::vector<XmlAttribute>& attributes) {
    definition_.emplace();
    definition_->id = attribute_of(attributes, "id");
    definition_->kind = attribute_of(attributes, "class");
    criteria_.clear();
    refusal_.reset();
    has_criteria_ = false;
  }

  void begin_part(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (name == "criteria") {
      has_criteria_ = true;
      criteria_.begin(attribute_of(attributes, "operator"), is_negated(attributes));
    } else if (name == "criterion" || name == "extend_definition") {
      if (has_criteria_ && !refusal_) add_criterion(attributes);
    } else if (name == "reference") {
      push_bounded(definition_->references, {std::string(attribute_of(attributes, "source")),
                                             std::string(attribute_of(attributes, "ref_id")),
                                             std::string(attribute_of(attributes, "ref_url"))});
    } else if (name == "issued") {
      definition_->published_unix_s = parse_day(attribute_of(attributes, "date"));
    } else if (name == "updated") {
      definition_->modified_unix_s = parse_day(attribute_of(attributes, "date"));
    } else if (name == "resolution") {
      push_bounded(definition_->resolutions, {std::string(attribute_of(attributes, "state")), {}});
    } else if (name == "cve") {
      begin_cve(attributes);
    }
  }

  static bool is_negated(const std::vector<XmlAttribute>& attributes) {
    const std::string_view negate = attribute_of(attributes, "negate");
    return negate == "true" || negate == "1";
  }

  void add_criterion(const std::vector<XmlAttribute>& attributes) {
    const OvalCriterion criterion{attribute_of(attributes, "test_ref"),
                                  attribute_of(attributes, "comment"), is_negated(attributes)};
    const OvalReading reading{definition_->is_denial(), vendor_.name == "Ubuntu"};
    take(criteria_.add(tests_.term_of(criterion, reading)));
  }

  void begin_cve(const std::vector<XmlAttribute>& attributes) {
    cve_ = {};
    cve_.source = vendor_.name;
    for (const std::string_view name : {"impact", "priority"}) {
      const auto severity = parse_severity(attribute_of(attributes, name));
      if (severity) cve_.severity = *severity;
    }
    for (const std::string_view name : {"cvss2", "cvss3", "cvss4", "cvss_vector"}) {
      const std::string_view vector = vector_of(attribute_of(attributes, name));
      if (vector.empty()) continue;
      Result<Cvss> cvss = parse_cvss(vector);
      if (cvss) {
        cve_.cvss.push_back(std::move(*cvss));
      } else {
        sink_.note({cvss.error().code,
                    fmt::format("oval: {}: {}: {}", definition_->id, name, cvss.error().what)});
      }
    }
    public_unix_s_ = parse_day(attribute_of(attributes, "public"));
  }

  void end_cve(std::string_view text) {
    // "CVE-2014-8105 at SUSE"
    const std::size_t space = text.find(' ');
    if (space != std::string_view::npos && text.substr(space).ends_with(" at NVD")) {
      cve_.source = "NVD";
    }
    for (Cvss& cvss : cve_.cvss) cvss.source = cve_.source;
    std::vector<std::string> ids = split_ids(text.substr(0, space)).cves;
    if (ids.empty()) return;
    cve_.id = std::move(ids.front());
    push_bounded(definition_->cves, std::move(cve_));
    std::int64_t& published = definition_->published_unix_s;
    if (published == 0) published = public_unix_s_;
  }

  void end_part(std::string_view name, std::string_view text) {
    OvalDefinition& definition = *definition_;
    if (name == "criteria") {
      if (!refusal_) take(criteria_.end());
    } else if (name == "title") {
      definition.title = text;
    } else if (name == "description") {
      definition.description = text;
    } else if (name == "severity") {
      definition.severity = parse_severity(trim(text)).value_or(Severity::unknown);
    } else if (name == "cve") {
      end_cve(trim(text));
    } else if (name == "platform") {
      push_bounded(definition.platforms, std::string(trim(text)));
    } else if (name == "cpe") {
      push_bounded(definition.cpes, std::string(trim(text)));
    } else if (name == "component" && !definition.resolutions.empty()) {
      push_bounded(definition.resolutions.back().components, std::string(trim(text)));
    } else if (name == "patchable") {
      definition.patchable = trim(text);
    } else if (name == "ref" || name == "bug") {
      push_bounded(definition.urls, std::string(trim(text)));
    } else if (name == "public_date" || name == "advisory_date" || name == "date") {
      if (definition.published_unix_s == 0) definition.published_unix_s = parse_day(text);
    }
  }

  Result<void> end_definition() {
    const OvalDefinition definition = *std::move(definition_);
    definition_.reset();
    // What a system is, which other definitions refer to by its name.
    if (definition.kind == "inventory") return {};
    if (refusal_) {
      sink_.note({refusal_->code, fmt::format("oval: {}: {}", definition.id, refusal_->what)});
      return {};
    }
    return advisories_.add(definition);
  }

  template <class T>
  void push_bounded(std::vector<T>& values, T value) {
    if (values.size() == kMaxOvalLists) {
      take(fail(Code::limit_exceeded, fmt::format("it has a list of more than {}", kMaxOvalLists)));
    } else {
      values.push_back(std::move(value));
    }
  }

  /// A definition that is too much for us is left out, not the document.
  void take(Result<void> done) {
    if (!done && !refusal_) refusal_ = std::move(done).error();
  }

  const OvalVendor& vendor_;
  OvalCriteria criteria_;
  OvalTests tests_;
  OvalAdvisories advisories_;
  RecordSink& sink_;
  std::optional<OvalDefinition> definition_ = {};
  std::optional<Error> refusal_ = {};
  OvalCve cve_ = {};
  std::int64_t public_unix_s_ = 0;
  bool has_criteria_ = false;
  bool is_done_ = false;
};

}  // namespace

bool is_oval(const Document& document) {
  return document.kind == DocumentKind::xml && document.root == "oval_definitions";
}

Result<void> read_oval(const Document& document, RecordSink& sink) {
  OvalTables tables;
  BH_CHECK(read_oval_tables(document.text, tables));
  const OvalVendor* vendor = find_oval_vendor(tables.census.name_space);
  if (vendor == nullptr) {
    if (tables.census.definitions == 0) return {};
    return fail(Code::unsupported,
                fmt::format("oval: it is not known whose packages \"{}\" speaks of",
                            tables.census.name_space));
  }
  DefinitionsSink definitions(*vendor, tables, sink);
  format::XmlReader reader(definitions, kOvalXmlLimits);
  const Result<void> done = reader.feed(document.text);
  if (!done && !definitions.is_done()) return done;
  return {};
}

}  // namespace bulkhead::advisory
