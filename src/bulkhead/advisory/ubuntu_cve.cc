#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/ubuntu_records.h"
#include "bulkhead/format/json.h"

// CVEs as Ubuntu's security interface gives them: pages {"cves": [...]} or one CVE alone, each
// with `packages`, and these with `statuses` by release and pocket. The pages of one import add up.
//
// Source: https://ubuntu.com/security/api/docs
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink), records_("ubuntu-cve", sink) {}

  Result<void> read(JsonValue root) {
    Result<void> done;
    if (root["cves"].is_array()) {
      root["cves"].for_each_element([&](JsonValue item) {
        if (done) done = read_cve(item);
      });
    } else {
      done = read_cve(root);
    }
    BH_CHECK(done);
    records_.finish();
    if (bad_ != 0) {
      sink_.note({Code::malformed, fmt::format("ubuntu-cve: {} {} no id", bad_,
                                               bad_ == 1 ? "entry has" : "entries have")});
    }
    return {};
  }

 private:
  Result<void> read_cve(JsonValue item) {
    Advisory advisory{.id = std::string(item["id"].text_or(""))};
    if (advisory.id.empty()) {
      ++bad_;
      return {};
    }
    if (item["status"].text_or("") == "rejected") {
      sink_.withdrawn();
      return {};
    }
    if (auto cve = cve_of(advisory.id)) advisory.cves = {std::move(*cve)};
    const std::string_view own = item["ubuntu_description"].text_or("");
    advisory.detail = own.empty() ? item["description"].text_or("") : own;
    advisory.published_unix_s = parse_ubuntu_date(item["published"].text_or(""));
    advisory.modified_unix_s = parse_ubuntu_date(item["updated_at"].text_or(""));
    const auto priority = parse_severity(item["priority"].text_or(""));
    advisory.severity = priority.value_or(Severity::unknown);
    item["references"].for_each_element([&](JsonValue url) {
      if (const auto text = url.text()) advisory.references.emplace_back(*text);
    });
    const JsonValue metric = item["impact"]["baseMetricV3"]["cvssV3"];
    if (auto cvss = parse_cvss(metric["vectorString"].text_or(""))) {
      cvss->source = "Ubuntu";
      advisory.cvss.push_back(std::move(*cvss));
    }
    item["packages"].for_each_element([&](JsonValue package) {
      const std::string_view name = package["name"].text_or("");
      package["statuses"].for_each_element([&](JsonValue status) {
        records_.add(ubuntu_pocket_release(status["pocket"].text_or(""),
                                           status["release_codename"].text_or("")),
                     name, status["status"].text_or(""), status["description"].text_or(""));
      });
    });
    return records_.hand_on(std::move(advisory));
  }

  RecordSink& sink_;
  UbuntuRecords records_;
  std::uint64_t bad_ = 0;
};

}  // namespace

bool is_ubuntu_cve(const Document& document) {
  if (document.has({"id", "packages", "priority", "ubuntu_description"})) return true;
  const JsonMember* cves = document.find("cves");
  return cves != nullptr && document.has({"limit", "offset", "total_results"}) &&
         cves->value.starts_with('[');
}

Result<void> read_ubuntu_cve(const Document& document, RecordSink& sink) {
  format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  return Reader(sink).read(root);
}

}  // namespace bulkhead::advisory
