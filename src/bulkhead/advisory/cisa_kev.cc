#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// The catalogue of known exploited vulnerabilities: one object with `catalogVersion` and a list
// `vulnerabilities`. It says of no version that it is affected.
// Source: https://www.cisa.gov/known-exploited-vulnerabilities-catalog, its JSON schema.
namespace bulkhead::advisory {

bool is_cisa_kev(const Document& document) {
  const JsonMember* list = document.find("vulnerabilities");
  return list != nullptr && document.find("catalogVersion") != nullptr &&
         list->value.starts_with('[');
}

Result<void> read_cisa_kev(const Document& document, RecordSink& sink) {
  const FeedKey feed{"cisa-kev", ""};
  format::JsonDocument json;
  BH_TRY(const format::JsonValue root, json.parse(document.text));
  BH_CHECK(sink.declare(feed));
  Result<void> done = {};
  std::size_t position = 0;
  root["vulnerabilities"].for_each_element([&](format::JsonValue entry) {
    ++position;
    if (!done) return;
    const auto cve = cve_of(entry["cveID"].text_or(""));
    if (!cve) {
      sink.note({Code::malformed,
                 "cisa-kev: entry " + std::to_string(position) + " has no CVE in `cveID`"});
      return;
    }
    Advisory advisory{.id = *cve, .cves = {*cve}};
    advisory.title = entry["vulnerabilityName"].text_or("");
    advisory.detail = entry["shortDescription"].text_or("");
    advisory.published_unix_s = parse_utc(entry["dateAdded"].text_or(""));
    advisory.modified_unix_s = advisory.published_unix_s;
    advisory.affected = {about_cve(*cve)};
    done = sink.add(feed, advisory);
  });
  return done;
}

}  // namespace bulkhead::advisory
