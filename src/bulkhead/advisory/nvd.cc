#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// The National Vulnerability Database: pages of its interface and yearly files, both
// {"format": "NVD_CVE", "version": "2.0", "vulnerabilities": [{"cve": {...}}]}, and the yearly
// files of before, {"CVE_data_type": "CVE", "CVE_Items": [...]}. A page is a part of the feed:
// those of one import add up. Its products (`configurations`) are not what package databases name,
// so that a record is about a CVE alone: its scores serve where the distribution gives none.
//
// Source: https://nvd.nist.gov/developers/vulnerabilities, https://nvd.nist.gov/vuln/data-feeds,
// https://csrc.nist.gov/schema/nvd/feed/1.1/nvd_cve_feed_json_1.1.schema
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

// Ratings of one record; real ones have up to a dozen.
constexpr std::size_t kMaxRatings = 64;

/// NVD's dates have no zone and mean UTC; those of the old files lack seconds.
std::int64_t parse_date(std::string_view text) {
  for (const char* tail : {"", "Z", ":00Z"}) {
    std::string whole(text.ends_with('Z') && *tail == ':' ? text.substr(0, text.size() - 1) : text);
    if (const std::int64_t unix_s = parse_utc(whole + tail); unix_s != 0) return unix_s;
  }
  return parse_utc(text.substr(0, 10));
}

/// The English one of {lang, value} elements.
std::string_view english(JsonValue list) {
  std::string_view found;
  list.for_each_element([&](JsonValue element) {
    if (found.empty() && element["lang"].text_or("").starts_with("en")) {
      found = element["value"].text_or("");
    }
  });
  return found;
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read_page(std::string_view list, bool is_old) {
    BH_TRY(const auto elements, outline_json_array(list));
    std::size_t position = 0;
    for (const std::string_view text : elements) {
      ++position;
      const Result<JsonValue> element = json_.parse(text);
      if (!element) {
        note(fmt::format("entry {}: {}", position, element.error().what));
        continue;
      }
      const JsonValue meta = (*element)["cve"][is_old ? "CVE_data_meta" : "id"];
      const auto cve = cve_of((is_old ? meta["ID"] : meta).text_or(""));
      if (!cve) {
        note(fmt::format("entry {} has no CVE", position));
        continue;
      }
      advisory_ = Advisory();
      advisory_.id = *cve;
      advisory_.cves = {*cve};
      advisory_.affected = {about_cve(*cve)};
      BH_CHECK(is_old ? read_old(*element) : read_new((*element)["cve"]));
    }
    if (bad_ratings_ != 0) {
      note(fmt::format("{} {} no CVSS vector, the first is of {}", bad_ratings_,
                       bad_ratings_ == 1 ? "rating is" : "ratings are", first_bad_));
    }
    return {};
  }

 private:
  Result<void> read_new(JsonValue cve) {
    if (cve["vulnStatus"].text_or("") == "Rejected") {
      sink_.withdrawn();
      return {};
    }
    advisory_.detail = english(cve["descriptions"]);
    advisory_.published_unix_s = parse_date(cve["published"].text_or(""));
    advisory_.modified_unix_s = parse_date(cve["lastModified"].text_or(""));
    for (const char* version :
         {"cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"}) {
      read_metrics(cve["metrics"][version]);
    }
    return sink_.add(feed_, advisory_);
  }

  /// All ratings of one version: NVD's own (Primary) where there is one, else those of others.
  void read_metrics(JsonValue list) {
    bool has_primary = false;
    list.for_each_element([&](JsonValue metric) {
      has_primary = has_primary || metric["type"].text_or("") == "Primary";
    });
    list.for_each_element([&](JsonValue metric) {
      if (has_primary && metric["type"].text_or("") != "Primary") return;
      rate(metric["cvssData"]["vectorString"].text_or(""), metric["source"].text_or(""));
    });
  }

  Result<void> read_old(JsonValue item) {
    const std::string_view detail = english(item["cve"]["description"]["description_data"]);
    if (detail.starts_with("** REJECT **")) {
      sink_.withdrawn();
      return {};
    }
    advisory_.detail = detail;
    advisory_.published_unix_s = parse_date(item["publishedDate"].text_or(""));
    advisory_.modified_unix_s = parse_date(item["lastModifiedDate"].text_or(""));
    const JsonValue impact = item["impact"];
    for (const JsonValue cvss :
         {impact["baseMetricV3"]["cvssV3"], impact["baseMetricV2"]["cvssV2"]}) {
      if (cvss.exists()) rate(cvss["vectorString"].text_or(""), "nvd@nist.gov");
    }
    return sink_.add(feed_, advisory_);
  }

  void rate(std::string_view vector, std::string_view source) {
    // Vectors of version 2 stood in brackets once.
    if (vector.starts_with('(') && vector.ends_with(')'))
      vector = vector.substr(1, vector.size() - 2);
    Result<Cvss> cvss = parse_cvss(vector);
    if (!cvss) {
      if (bad_ratings_++ == 0) first_bad_ = advisory_.id;
      return;
    }
    if (advisory_.cvss.size() == kMaxRatings) return;
    cvss->source = source;
    advisory_.cvss.push_back(std::move(*cvss));
  }

  void note(const std::string& what) { sink_.note({Code::malformed, "nvd: " + what}); }

  const FeedKey feed_{"nvd", ""};
  RecordSink& sink_;
  format::JsonDocument json_;
  Advisory advisory_;
  std::size_t bad_ratings_ = 0;
  std::string first_bad_;
};

const JsonMember* list_of(const Document& document) {
  const JsonMember* format = document.find("format");
  if (format != nullptr && format->value == "\"NVD_CVE\"") return document.find("vulnerabilities");
  return document.find("CVE_data_type") == nullptr ? nullptr : document.find("CVE_Items");
}

}  // namespace

bool is_nvd(const Document& document) {
  const JsonMember* list = list_of(document);
  return list != nullptr && list->value.starts_with('[');
}

Result<void> read_nvd(const Document& document, RecordSink& sink) {
  const JsonMember* list = list_of(document);
  if (list == nullptr) return fail(Code::malformed, "nvd: there is no list of CVEs");
  return Reader(sink).read_page(list->value, list->key == "CVE_Items");
}

}  // namespace bulkhead::advisory
