#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/errata_release.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// Updates of Fedora as its update system Bodhi answers: one {alias, type, status, severity, title,
// notes, release: {version, id_prefix}, bugs: [{title}], builds: [{nvr, epoch, type}]}, a list of
// them, or a page {updates: [...]}. Builds are source packages. CVEs stand in the titles of bugs,
// else in the title and the notes. What has not reached the stable repository is left out: it may
// yet be withdrawn. The pages of one import add up.
//
// Source: https://bodhi.fedoraproject.org/docs/server_api/rest/updates.html.
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

std::vector<std::string> cves_of(JsonValue root) {
  std::string words;
  root["bugs"].for_each_element(
      [&](JsonValue bug) { words.append(bug["title"].text_or("")).append("\n"); });
  std::vector<std::string> cves = cves_in(words);
  if (!cves.empty()) return cves;
  words.clear();
  for (const std::string_view key : {"display_name", "title", "notes"}) {
    words.append(root[key].text_or("")).append("\n");
  }
  return cves_in(words);
}

/// In updateinfo.xml Bodhi itself writes "urgent" as "Critical".
Severity severity_of(std::string_view word) {
  if (word == "urgent") return Severity::critical;
  return parse_severity(word).value_or(Severity::unknown);
}

/// "curl-8.6.0-7.fc40" of epoch 1: a source package.
std::optional<AffectedPackage> read_build(JsonValue build) {
  const std::string_view nvr = build["nvr"].text_or("");
  auto package = parse_nevra(fmt::format("{}.src", nvr));
  if (!package) return {};
  const std::int64_t epoch = build["epoch"].integer().value_or(0);
  AffectedPackage affected{
      .ecosystem = {},
      .name = std::move(package->name),
      .ranges = {{.fixed = join_evr(std::to_string(epoch), package->version, "")}},
      .fix_state = FixState::fixed,
      .names = NameKind::source};
  return affected;
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read(std::string_view text) {
    const Result<JsonValue> root = json_.parse(text);
    if (!root) {
      left_out_.add(root.error(), text.substr(0, 40));
      return {};
    }
    const std::string_view id = (*root)["alias"].text_or("");
    if (id.empty()) {
      left_out_.add(Code::malformed, "an update has no alias", text.substr(0, 40));
      return {};
    }
    Result<Advisory> advisory = read_update(*root);
    if (!advisory) {
      left_out_.add(advisory.error(), id);
      return {};
    }
    const std::string ecosystem = advisory->affected.front().ecosystem;
    return sink_.add({"bodhi/" + ecosystem, ecosystem}, *advisory);
  }

  void tell() const { left_out_.tell("bodhi", sink_); }

 private:
  Result<Advisory> read_update(JsonValue root) {
    Advisory advisory;
    advisory.id = root["alias"].text_or("");
    const std::string version(root["release"]["version"].text_or(""));
    BH_TRY(
        const ErrataRelease release,
        release_of_errata({advisory.id, {}, version.empty() ? "" : "Fedora " + version, {}, {}}));
    if (root["status"].text_or("") != "stable") {
      return fail(Code::unsupported, "updates that are not stable");
    }
    const bool is_security = root["type"].text_or("") == "security";
    if (is_security) advisory.cves = cves_of(root);
    if (!is_security) return fail(Code::unsupported, "bug fixes and enhancements");
    advisory.title = root["title"].text_or("");
    advisory.detail = root["notes"].text_or("");
    advisory.severity = severity_of(root["severity"].text_or(""));
    advisory.references = {
        std::string(root["url"].text_or("https://bodhi.fedoraproject.org/updates/" + advisory.id))};
    advisory.published_unix_s = parse_errata_time(root["date_stable"].text_or(
        root["date_pushed"].text_or(root["date_submitted"].text_or(""))));
    advisory.modified_unix_s =
        std::max(advisory.published_unix_s, parse_errata_time(root["date_modified"].text_or("")));
    bool has_bad = false;
    root["builds"].for_each_element([&](JsonValue build) {
      if (build["type"].text_or("rpm") != "rpm") return;
      auto affected = read_build(build);
      if (!affected) {
        has_bad = true;
        return;
      }
      affected->ecosystem = release.ecosystem;
      affected->severity = advisory.severity;
      advisory.affected.push_back(std::move(*affected));
    });
    if (has_bad) left_out_.add(Code::malformed, "a build's name is not understood", advisory.id);
    if (advisory.affected.empty()) {
      return fail(Code::unsupported, "its builds are no packages (modules name none)");
    }
    return advisory;
  }

  RecordSink& sink_;
  format::JsonDocument json_ = {};
  LeftOut left_out_ = {};
};

}  // namespace

bool is_bodhi(const Document& document) {
  if (document.has({"alias", "builds", "release", "bugs"})) return true;
  if (document.is_list_of({"alias", "builds", "release", "bugs"})) return true;
  return document.has({"updates", "page", "rows_per_page"});
}

Result<void> read_bodhi(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  std::vector<std::string_view> elements = document.elements;
  if (const JsonMember* list = document.find("updates"); list != nullptr) {
    BH_TRY(elements, outline_json_array(list->value));
  } else if (document.is_object()) {
    elements = {document.text};
  }
  for (const std::string_view element : elements) BH_CHECK(reader.read(element));
  reader.tell();
  return {};
}

}  // namespace bulkhead::advisory
