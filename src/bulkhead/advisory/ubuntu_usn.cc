#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/ubuntu_records.h"
#include "bulkhead/format/json.h"

// Ubuntu's security notices (USN), what was mended: pages {"notices": [...]} of the security
// interface or one notice alone, and the database {"4011-1": {...}} of all of them. Of the packages
// that a notice lists, the sources count. A fix is one of Ubuntu Pro where its pocket says so, or
// its version ("+esm1").
//
// Source: https://ubuntu.com/security/api/docs, https://usn.ubuntu.com/usn-db/
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

bool is_esm(std::string_view pocket) { return pocket.starts_with("esm-"); }

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink), records_("ubuntu-usn", sink) {}

  Result<void> read_page(JsonValue root) {
    if (!root["notices"].is_array()) return read_notice(root);
    Result<void> done;
    root["notices"].for_each_element([&](JsonValue notice) {
      if (done) done = read_notice(notice);
    });
    return done;
  }

  /// One member of the database.
  Result<void> read_entry(std::string_view number, JsonValue entry) {
    Advisory advisory{.id = fmt::format("USN-{}", number)};
    advisory.title = entry["title"].text_or("");
    advisory.detail = entry["description"].text_or("");
    advisory.published_unix_s =
        static_cast<std::int64_t>(std::clamp(entry["timestamp"].number().value_or(0), 0.0, 1e11));
    advisory.modified_unix_s = advisory.published_unix_s;
    take_ids(entry["cves"], advisory);
    entry["releases"].for_each_member([&](std::string_view codename, JsonValue release) {
      const std::string from = ubuntu_pocket_release(pocket_of(release), codename);
      release["sources"].for_each_member([&](std::string_view name, JsonValue source) {
        add(from, codename, name, source["version"].text_or(""));
      });
    });
    return records_.hand_on(std::move(advisory));
  }

  void count_bad() { ++bad_; }

  void finish() {
    records_.finish();
    if (bad_ == 0) return;
    sink_.note({Code::malformed, fmt::format("ubuntu-usn: {} {} not understood", bad_,
                                             bad_ == 1 ? "notice is" : "notices are")});
  }

 private:
  Result<void> read_notice(JsonValue notice) {
    Advisory advisory{.id = std::string(notice["id"].text_or(""))};
    if (advisory.id.empty()) {
      ++bad_;
      return {};
    }
    if (!advisory.id.starts_with("USN-")) {
      // Their packages are patches of running kernels, and snaps.
      records_.leave_out("notices are about other things than packages", advisory.id);
      return {};
    }
    advisory.title = notice["title"].text_or("");
    advisory.detail = notice["description"].text_or("");
    advisory.published_unix_s = parse_ubuntu_date(notice["published"].text_or(""));
    advisory.modified_unix_s = advisory.published_unix_s;
    advisory.references = {"https://ubuntu.com/security/notices/" + advisory.id};
    take_ids(notice["cves_ids"], advisory);
    notice["release_packages"].for_each_member([&](std::string_view codename, JsonValue list) {
      bool has_source = false;
      list.for_each_element([&](JsonValue package) {
        if (!package["is_source"].boolean().value_or(false)) return;
        has_source = true;
        add(ubuntu_pocket_release(package["pocket"].text_or(""), codename), codename,
            package["name"].text_or(""), package["version"].text_or(""));
      });
      if (!has_source && list.size() != 0) {
        records_.leave_out("notices of releases name no source package", advisory.id);
      }
    });
    return records_.hand_on(std::move(advisory));
  }

  /// CVEs, and addresses of bugs.
  static void take_ids(JsonValue list, Advisory& advisory) {
    list.for_each_element([&](JsonValue id) {
      const std::string_view text = id.text_or("");
      if (auto cve = cve_of(text)) {
        advisory.cves.push_back(std::move(*cve));
      } else if (text.starts_with("http")) {
        advisory.references.emplace_back(text);
      } else if (!text.empty()) {
        advisory.aliases.emplace_back(text);
      }
    });
    keep_first_of_each(advisory.cves);
    keep_first_of_each(advisory.aliases);
  }

  /// Sources have no pocket of their own: that of the binaries, where all say the same.
  static std::string pocket_of(JsonValue release) {
    std::string pocket;
    release["binaries"].for_each_member([&](std::string_view, JsonValue binary) {
      const std::string_view own = binary["pocket"].text_or("");
      if (pocket.empty() || !is_esm(own)) pocket = own;
    });
    return pocket;
  }

  void add(const std::string& release, std::string_view codename, std::string_view name,
           std::string_view version) {
    const bool is_known_esm = release != codename;
    if (!is_known_esm && (version.contains("+esm") || version.contains("~esm"))) {
      records_.add_fix(ubuntu_pocket_release("esm-infra", codename), name, version);
    } else {
      records_.add_fix(release, name, version);
    }
  }

  RecordSink& sink_;
  UbuntuRecords records_;
  std::uint64_t bad_ = 0;
};

/// "4011-1": digits, a dash, digits.
bool is_usn_number(std::string_view key) {
  const std::size_t dash = key.find('-');
  return dash != std::string_view::npos && dash != 0 && dash + 1 != key.size() &&
         key.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool is_database(const Document& document) {
  if (document.members.empty() || !is_usn_number(document.members.front().key)) return false;
  const auto first = outline_json(document.members.front().value);
  return first && std::ranges::find(*first, "releases", &JsonMember::key) != first->end();
}

}  // namespace

bool is_ubuntu_usn(const Document& document) {
  return document.has({"notices", "total_results"}) || document.has({"release_packages", "id"}) ||
         is_database(document);
}

Result<void> read_ubuntu_usn(const Document& document, RecordSink& sink) {
  format::JsonDocument json;
  Reader reader(sink);
  if (!is_database(document)) {
    BH_TRY(const JsonValue root, json.parse(document.text));
    BH_CHECK(reader.read_page(root));
    reader.finish();
    return {};
  }
  // The database has 100 MB, so it is parsed notice by notice.
  for (const JsonMember& member : document.members) {
    const Result<JsonValue> entry = json.parse(member.value);
    if (!entry || !is_usn_number(member.key)) {
      reader.count_bad();
      continue;
    }
    BH_CHECK(reader.read_entry(member.key, *entry));
  }
  reader.finish();
  return {};
}

}  // namespace bulkhead::advisory
