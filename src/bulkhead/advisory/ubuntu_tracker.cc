#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/ubuntu_records.h"
#include "bulkhead/base/text.h"

// The files of Ubuntu's CVE tracker, one a CVE, below `active`, `retired` and `ignored`:
//
//   Candidate: CVE-2022-36879
//   PublicDate: 2022-07-27 04:15:00 UTC
//   Description:
//    An issue was discovered in ...
//   Priority: medium
//   Priority_linux-riscv: low
//   CVSS:
//    nvd: CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H [5.5 MEDIUM]
//   jammy_linux: released (5.15.0-50.56)
//   esm-infra/xenial_linux: needs-triage
//
// Source: https://git.launchpad.net/ubuntu-cve-tracker (README)
namespace bulkhead::advisory {
namespace {

constexpr std::string_view kFirstKeys[] = {"Candidate", "PublicDate", "PublicDateAtUSN", "CRD"};
constexpr std::size_t kMaxReferences = 200;

/// "Key: value" and the indented lines below it.
struct Field {
  std::string_view key;
  std::string_view value;
  std::vector<std::string_view> more;
};

/// Takes the next field off `text`; lines that are none are counted.
bool take_field(std::string_view& text, Field& field, std::uint64_t& bad) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (trim(line).empty() || line.starts_with('#')) continue;
    const std::size_t colon = line.find(':');
    if (line.starts_with(' ') || colon == std::string_view::npos || colon == 0) {
      ++bad;
      continue;
    }
    field = {line.substr(0, colon), trim(line.substr(colon + 1)), {}};
    while (text.starts_with(' ') || text.starts_with('\t')) {
      field.more.push_back(trim(take_line(text)));
    }
    return true;
  }
  return false;
}

std::string joined(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const std::string_view line : lines) text.append(text.empty() ? "" : "\n").append(line);
  return text;
}

std::int64_t parse_date(std::string_view text) {
  if (text.ends_with(" UTC")) text.remove_suffix(4);
  return parse_ubuntu_date(text);
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink), records_("ubuntu-tracker", sink) {}

  Result<void> read(std::string_view text) {
    std::vector<Field> statuses;
    Field field;
    while (take_field(text, field, bad_)) {
      if (!read_word(field)) statuses.push_back(std::move(field));
    }
    if (advisory_.id.empty()) {
      return fail(Code::malformed, "ubuntu-tracker: the file has no candidate");
    }
    for (const Field& status : statuses) read_status(status);
    BH_CHECK(records_.hand_on(std::move(advisory_)));
    records_.finish();
    if (bad_ != 0) {
      sink_.note({Code::malformed, fmt::format("ubuntu-tracker: {} {} not understood", bad_,
                                               bad_ == 1 ? "line is" : "lines are")});
    }
    return {};
  }

 private:
  /// False for what is of a package.
  bool read_word(const Field& field) {
    if (field.key == "Candidate") {
      advisory_.id = field.value;
      if (auto cve = cve_of(field.value)) advisory_.cves = {std::move(*cve)};
    } else if (field.key == "PublicDate") {
      advisory_.published_unix_s = parse_date(field.value);
      advisory_.modified_unix_s = advisory_.published_unix_s;
    } else if (field.key == "Description") {
      advisory_.detail = joined(field.more);
    } else if (field.key == "References") {
      for (const std::string_view url : field.more) {
        if (advisory_.references.size() < kMaxReferences) advisory_.references.emplace_back(url);
      }
    } else if (field.key == "CVSS") {
      for (const std::string_view line : field.more) read_rating(line);
    } else if (field.key == "Priority" || field.key.starts_with("Priority_")) {
      // The word may be followed by its reasons.
      const std::string_view word = field.value.substr(0, field.value.find(' '));
      const auto severity = parse_severity(word);
      if (severity) priorities_[std::string(field.key.substr(8))] = *severity;
      if (severity && field.key == "Priority") advisory_.severity = *severity;
    } else {
      return !field.key.contains('_') || field.key.starts_with("Patches_") ||
             field.key.starts_with("Tags_") || field.key.starts_with("Assigned-to_") ||
             field.key.starts_with("Discovered-by_");
    }
    return true;
  }

  /// "nvd: CVSS:3.1/AV:L/... [5.5 MEDIUM]"
  void read_rating(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string_view vector = trim(line.substr(colon + 1));
    vector = vector.substr(0, vector.find(' '));
    auto cvss = parse_cvss(vector);
    if (!cvss || advisory_.cvss.size() == kMaxReferences) return;
    cvss->source = line.substr(0, colon);
    advisory_.cvss.push_back(std::move(*cvss));
  }

  /// "jammy_linux: released (5.15.0-50.56)"
  void read_status(const Field& field) {
    const std::size_t under = field.key.find('_');
    const std::string_view release = field.key.substr(0, under);
    const std::string_view package = field.key.substr(under + 1);
    const std::size_t end = field.value.find_first_of(" (");
    const std::string_view status = field.value.substr(0, end);
    std::string_view words;
    if (end != std::string_view::npos) words = trim(field.value.substr(end));
    if (words.starts_with('(') && words.ends_with(')')) words = words.substr(1, words.size() - 2);
    if (status.empty()) return;  // nobody has filled it in
    records_.add(release, package, status, words, priority_of(release, package));
  }

  /// The narrowest that is given: of the package in the release, of the package.
  Severity priority_of(std::string_view release, std::string_view package) const {
    const std::string of_package = fmt::format("_{}", package);
    for (const std::string& key : {of_package + "_" + std::string(release), of_package}) {
      if (const auto found = priorities_.find(key); found != priorities_.end()) {
        return found->second;
      }
    }
    return Severity::unknown;
  }

  RecordSink& sink_;
  UbuntuRecords records_;
  Advisory advisory_;
  std::map<std::string, Severity> priorities_;  // by what follows "Priority"
  std::uint64_t bad_ = 0;
};

}  // namespace

bool is_ubuntu_tracker_text(std::string_view text) {
  const std::size_t candidate =
      text.starts_with("Candidate:") ? 0 : std::min(text.find("\nCandidate:"), text.size());
  const std::string_view key = text.substr(0, text.find(':'));
  if (candidate == text.size() || std::ranges::find(kFirstKeys, key) == std::end(kFirstKeys)) {
    return false;
  }
  std::string_view rest = text.substr(text.find(':', candidate) + 1);
  return !trim(take_line(rest)).empty();  // the form for new ones has none
}

bool is_ubuntu_tracker(const Document& document) {
  return document.kind == DocumentKind::text && is_ubuntu_tracker_text(document.text);
}

Result<void> read_ubuntu_tracker(const Document& document, RecordSink& sink) {
  return Reader(sink).read(document.text);
}

}  // namespace bulkhead::advisory
