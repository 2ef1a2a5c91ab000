#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/ubuntu_records.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/purl.h"

// Canonical's OpenVEX documents, one a CVE and one a notice (USN). Products are purls with a
// release: "pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.20?arch=source&distro=jammy"; of them the source
// packages count. In the document of a CVE their versions are those of the archive on the day, so
// that "fixed" does not say which was the first with the fix: it is left out there. In the document
// of a notice they are the fixes.
//
// Source: https://github.com/openvex/spec, https://github.com/canonical/ubuntu-security-notices
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

/// The tracker's word for a status and what is said of it.
struct Word {
  std::string_view status;
  std::string_view words;
};

Word word_of(std::string_view status, std::string_view said) {
  if (status == "not_affected") return {"not-affected", {}};
  if (status == "under_investigation") return {"needs-triage", {}};
  if (status != "affected") return {status, {}};
  const std::string lower = to_lower(said);
  if (lower.contains("no longer supported")) return {"ignored", "end of life"};
  if (lower.contains("deferred") || lower.contains("postponed")) return {"deferred", {}};
  if (lower.contains("ignored") || lower.contains("not be fixed") || lower.contains("not fix")) {
    return {"ignored", {}};
  }
  return {"needed", {}};
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : records_("ubuntu-vex", sink) {}

  Result<void> read(JsonValue root) {
    const JsonValue head = root["metadata"].exists() ? root["metadata"] : root;
    Advisory advisory;
    advisory.modified_unix_s = parse_ubuntu_date(head["timestamp"].text_or(""));
    root["statements"].for_each_element([&](JsonValue item) { read_statement(item, advisory); });
    if (!advisory.id.empty()) {
      keep_first_of_each(advisory.cves);
      keep_first_of_each(advisory.references);
      BH_CHECK(records_.hand_on(std::move(advisory)));
    }
    records_.finish();
    return {};
  }

 private:
  void read_statement(JsonValue item, Advisory& advisory) {
    const JsonValue vulnerability = item["vulnerability"];
    const std::string_view name = vulnerability["name"].text_or("");
    // One document is about one thing.
    if (advisory.id.empty()) {
      advisory.id = name;
      advisory.detail = vulnerability["description"].text_or("");
      advisory.published_unix_s = parse_ubuntu_date(item["timestamp"].text_or(""));
      take_id(name, advisory);
      vulnerability["aliases"].for_each_element(
          [&](JsonValue alias) { take_id(alias.text_or(""), advisory); });
    }
    if (name != advisory.id || name.empty()) {
      records_.leave_out("statements are about something else than their document", name);
      return;
    }
    std::string_view said = item["action_statement"].text_or("");
    if (said.empty()) said = item["status_notes"].text_or("");
    const std::string_view status = item["status"].text_or("");
    const bool is_notice = name.starts_with("USN-");
    item["products"].for_each_element([&](JsonValue product) {
      const Result<Purl> purl = parse_purl(product["@id"].text_or(""));
      if (!purl || purl->type != "deb" || purl->qualifier("arch") != "source") return;
      if (status != "fixed") {
        const Word word = word_of(status, said);
        records_.add(purl->qualifier("distro"), purl->name, word.status, word.words);
      } else if (is_notice) {
        records_.add_fix(purl->qualifier("distro"), purl->name, purl->version);
      } else {
        records_.leave_out("statements call a version fixed, not the first one with the fix",
                           purl->name);
      }
    });
  }

  static void take_id(std::string_view text, Advisory& advisory) {
    if (auto cve = cve_of(text)) {
      advisory.cves.push_back(std::move(*cve));
    } else if (text.starts_with("http")) {
      advisory.references.emplace_back(text);
    } else if (!text.empty() && text != advisory.id) {
      advisory.aliases.emplace_back(text);
    }
  }

  UbuntuRecords records_;
};

}  // namespace

bool is_ubuntu_vex(const Document& document) {
  const JsonMember* statements = document.find("statements");
  if (statements == nullptr || !statements->value.starts_with('[')) return false;
  const JsonMember* head = document.find("metadata");
  if (head != nullptr) {
    return head->value.contains("//openvex.dev/") && head->value.contains("\"Canonical");
  }
  const JsonMember* context = document.find("@context");
  const JsonMember* author = document.find("author");
  return context != nullptr && author != nullptr && context->value.contains("//openvex.dev/") &&
         author->value.starts_with("\"Canonical");
}

Result<void> read_ubuntu_vex(const Document& document, RecordSink& sink) {
  // Kept from document to document: a feed has tens of thousands.
  static thread_local format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  return Reader(sink).read(root);
}

}  // namespace bulkhead::advisory
