#include <gtest/gtest.h>

#include <filesystem>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/advisory/set_aside.h"
#include "bulkhead/advisory/store.h"

namespace bulkhead::advisory {
namespace {

std::string page(const std::string& entries) {
  return R"({"resultsPerPage":1,"startIndex":0,"totalResults":9,"format":"NVD_CVE",)"
         R"("version":"2.0","timestamp":"2026-01-01T00:00:00.000","vulnerabilities":[)" +
         entries + "]}";
}

std::string entry(const std::string& id, const std::string& metrics,
                  const std::string& modified = "2026-01-02T03:04:05.678") {
  return R"({"cve":{"id":")" + id + R"(","published":"2026-01-01T00:00:00.000","lastModified":")" +
         modified +
         R"(","vulnStatus":"Analyzed","descriptions":[{"lang":"es","value":"Malo"},)"
         R"({"lang":"en","value":"Bad."}],"metrics":{)" +
         metrics + "}}}";
}

std::string metric(const std::string& source, const std::string& type, const std::string& vector) {
  return R"({"source":")" + source + R"(","type":")" + type + R"(","cvssData":{"vectorString":")" +
         vector + R"("}})";
}

const std::string kHigh = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const std::string kLow = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";
const std::string kOld = "AV:N/AC:L/Au:N/C:P/I:P/A:P";

std::vector<std::string> ratings(const Advisory& advisory) {
  std::vector<std::string> texts;
  for (const Cvss& cvss : advisory.cvss) texts.push_back(cvss.source + " " + cvss.vector);
  return texts;
}

TEST(Nvd, KeepsWhatARecordSaysOfItsCve) {
  Collector found;
  const std::string text = page(entry(
      "CVE-2026-0001", R"("cvssMetricV31":[)" + metric("nvd@nist.gov", "Primary", kHigh) + "]"));
  ASSERT_EQ(found.read(text).value(), "nvd");
  ASSERT_EQ(found.records.size(), 1u);
  EXPECT_EQ(found.records[0].first, (FeedKey{"nvd", ""}));
  const Advisory& advisory = found.records[0].second;
  EXPECT_EQ(advisory.id, "CVE-2026-0001");
  EXPECT_EQ(advisory.detail, "Bad.");
  EXPECT_EQ(advisory.published_unix_s, 1767225600);
  EXPECT_EQ(advisory.modified_unix_s, 1767323045);
  ASSERT_EQ(advisory.affected.size(), 1u);
  EXPECT_EQ(advisory.affected[0].name, "CVE-2026-0001");
  ASSERT_EQ(advisory.cvss.size(), 1u);
  EXPECT_EQ(advisory.cvss[0].score, 9.8);
  EXPECT_EQ(advisory.cvss[0].source, "nvd@nist.gov");
}

TEST(Nvd, TakesItsOwnRatingBeforeOthers) {
  struct Case {
    const char* why;
    std::string metrics;
    std::vector<std::string> kept;
  };
  const Case cases[] = {
      {"its own beside another's",
       R"("cvssMetricV31":[)" + metric("cna", "Secondary", kLow) + "," +
           metric("nvd@nist.gov", "Primary", kHigh) + "]",
       {"nvd@nist.gov " + kHigh}},
      {"another's alone",
       R"("cvssMetricV31":[)" + metric("cna", "Secondary", kLow) + "]",
       {"cna " + kLow}},
      {"each version by itself",
       R"("cvssMetricV2":[)" + metric("nvd@nist.gov", "Primary", kOld) + R"(],"cvssMetricV31":[)" +
           metric("cna", "Secondary", kLow) + "]",
       {"cna " + kLow, "nvd@nist.gov " + kOld}},
      {"none", "", {}},
  };
  for (const Case& c : cases) {
    Collector found;
    ASSERT_TRUE(found.read(page(entry("CVE-2026-0001", c.metrics)))) << c.why;
    ASSERT_EQ(found.records.size(), 1u) << c.why;
    EXPECT_EQ(ratings(found.records[0].second), c.kept) << c.why;
  }
}

TEST(Nvd, ReadsTheOldYearlyFiles) {
  Collector found;
  const std::string text =
      R"({"CVE_data_type":"CVE","CVE_data_format":"MITRE","CVE_data_version":"4.0","CVE_Items":[)"
      R"({"cve":{"CVE_data_meta":{"ID":"CVE-2021-1"},"description":{"description_data":)"
      R"([{"lang":"en","value":"Bad."}]}},"impact":{"baseMetricV3":{"cvssV3":{"vectorString":")" +
      kHigh + R"("}},"baseMetricV2":{"cvssV2":{"vectorString":")" + "(" + kOld + ")" +
      R"("}}},"publishedDate":"2026-01-01T00:00Z","lastModifiedDate":"2026-01-02T03:04Z"},)"
      R"({"cve":{"CVE_data_meta":{"ID":"CVE-2021-2"},"description":{"description_data":)"
      R"([{"lang":"en","value":"** REJECT ** Not used."}]}}}]})";
  ASSERT_EQ(found.read(text).value(), "nvd");
  ASSERT_EQ(found.records.size(), 1u);
  const Advisory& advisory = found.records[0].second;
  EXPECT_EQ(ratings(advisory),
            (std::vector<std::string>{"nvd@nist.gov " + kHigh, "nvd@nist.gov " + kOld}));
  EXPECT_EQ(advisory.published_unix_s, 1767225600);
  EXPECT_EQ(advisory.modified_unix_s, 1767323040);
  EXPECT_EQ(found.withdrawn_count, 1);
}

TEST(Nvd, CountsRejectedRecordsAndNotesBadOnes) {
  Collector found;
  const std::string text =
      page(R"({"cve":{"id":"CVE-2026-0001","vulnStatus":"Rejected"}},{"cve":{"id":"x"}},7,{"cve":)"
           R"(tru},)" +
           entry("CVE-2026-0002", R"("cvssMetricV31":[)" + metric("a", "Primary", "CVSS:9/X") +
                                      "," + metric("a", "Primary", kLow) + "]"));
  ASSERT_TRUE(found.read(text));
  EXPECT_EQ(found.withdrawn_count, 1);
  ASSERT_EQ(found.records.size(), 1u);
  EXPECT_EQ(ratings(found.records[0].second), std::vector<std::string>{"a " + kLow});
  ASSERT_EQ(found.notes.size(), 4u);
  EXPECT_EQ(found.notes[0].what, "nvd: entry 2 has no CVE");
  EXPECT_EQ(found.notes[1].what, "nvd: entry 3 has no CVE");
  EXPECT_TRUE(found.notes[2].what.starts_with("nvd: entry 4: ")) << found.notes[2].what;
  EXPECT_EQ(found.notes[3].what, "nvd: 1 rating is no CVSS vector, the first is of CVE-2026-0002");
}

TEST(Nvd, PagesOfAnImportAddUp) {
  const Scratch scratch;
  const std::string high = R"("cvssMetricV31":[)" + metric("nvd", "Primary", kHigh) + "]";
  const std::string low = R"("cvssMetricV31":[)" + metric("nvd", "Primary", kLow) + "]";
  scratch.put("in/0.json", page(entry("CVE-2026-0001", high, "2026-02-01T00:00:00.000") + "," +
                                entry("CVE-2026-0002", high)));
  scratch.put("in/1.json", page(entry("CVE-2026-0003", high) + "," +
                                entry("CVE-2026-0001", low, "2026-01-01T00:00:00.000")));
  scratch.put("in/2.json", page(""));
  scratch.put("in/3.json", R"({"format":"NVD_CPE","version":"2.0","products":[]})");
  scratch.put("in/4.json", R"({"format":"NVD_CPE","version":"2.0","products":[]})");
  const auto result = import_paths(scratch.path("store"), {scratch.path("in")}, quiet_context());
  ASSERT_TRUE(result) << describe(result.error());
  ASSERT_EQ(result->feeds.size(), 1u);
  EXPECT_EQ(result->feeds[0].name, "nvd");
  EXPECT_EQ(result->feeds[0].records, 3u);
  ASSERT_EQ(result->formats.size(), 1u);
  EXPECT_EQ(result->formats[0].documents, 3u);
  EXPECT_EQ(result->formats[0].kept, 4u);
  EXPECT_EQ(result->formats[0].empty, 1u);
  ASSERT_EQ(result->notes.size(), 1u);
  EXPECT_EQ(result->notes[0].code, "unsupported");
  EXPECT_TRUE(result->notes[0].what.starts_with("import: 2 documents are set aside: "));
  auto store = Store::open(scratch.path("store"));
  ASSERT_TRUE(store);
  const auto about = store->find_cve("CVE-2026-0001");
  ASSERT_TRUE(about);
  ASSERT_EQ(about->size(), 1u) << "the newest record of a CVE counts";
  ASSERT_EQ(about->front().cvss.size(), 1u);
  EXPECT_EQ(about->front().cvss[0].vector, kHigh);
}

TEST(Nvd, SurvivesCutsAndFlips) {
  const std::string text = page(entry(
      "CVE-2026-0001", R"("cvssMetricV31":[)" + metric("nvd@nist.gov", "Primary", kHigh) + "]"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    Collector cut;
    EXPECT_FALSE(cut.read(text.substr(0, i))) << "cut at " << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    Collector other;
    (void)other.read(flipped);
    EXPECT_LE(other.records.size(), 1u) << "flipped at " << i;
  }
}

TEST(SetAside, KnowsWhatIsNoAdvisoryData) {
  struct Case {
    const char* why;
    const char* text;
    bool is_known;
  };
  const Case cases[] = {
      {"products", R"({"format":"NVD_CPE","version":"2.0","products":[]})", true},
      {"matches", R"({"format":"NVD_CPEMatchString","matchStrings":[]})", true},
      {"matches of before", R"({"matches":[]})", true},
      {"history", R"({"format":"NVD_CVEHistory","cveChanges":[]})", true},
      {"the dictionary of before", "<?xml version=\"1.0\"?><cpe-list xmlns=\"x\"/>", true},
      {"changes of the CVE list", R"({"fetchTime":"x","numberOfChanges":0,"new":[]})", true},
      {"changes of a CSAF provider", "\"2023/a.json\",\"2023-11-02T05:36:48+00:00\"\n", true},
      {"more of them", R"([{"fetchTime":"x","numberOfChanges":0}])", true},
      {"a CVE record", R"({"dataType":"CVE_RECORD","cveMetadata":{}})", true},
      {"the CVE list of before", "<cve xmlns=\"x\"/>", true},
      {"Kubernetes' news", R"({"_kubernetes_io":{},"items":[]})", true},
      {"Debian's CVEs", "CVE-2023-5088 (A bug)\n\t- qemu 1:8.1\n", true},
      {"Debian's sources", "Package: a\nBinary: b\n", true},
      {"Debian's release", "Origin: Debian\nLabel: Debian\n", true},
      {"Debian's releases", R"({"repositories":{},"distributions":{},"sources":[]})", true},
      {"a CVE alone", "CVE-2023-5088\n", false},
      {"any other object", R"({"a":1})", false},
      {"any other table", "\"a\",\"b\"\n", false},
      {"nothing", "", false},
  };
  for (const Case& c : cases) {
    const auto document = open_document(c.text);
    ASSERT_TRUE(document) << c.why;
    EXPECT_EQ(!reason_to_set_aside(*document).empty(), c.is_known) << c.why;
    EXPECT_EQ(find_format(*document), nullptr) << c.why;
  }
}

}  // namespace
}  // namespace bulkhead::advisory
