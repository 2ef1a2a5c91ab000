#include "bulkhead/policy/ignore.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

using Parse = Result<IgnoreFile> (*)(std::string_view text, std::string_view name);

struct NameRow {
  std::string_view ending;
  Parse parse;
};

constexpr NameRow kNames[] = {
    {".trivyignore", parse_trivyignore},
    {".trivyignore.yaml", parse_trivyignore_yaml},
    {".trivyignore.yml", parse_trivyignore_yaml},
    {".bulkheadignore", parse_bulkheadignore},
    {".bulkheadignore.yaml", parse_bulkheadignore},
    {".bulkheadignore.yml", parse_bulkheadignore},
};

// Notes on single entries of one file; a list that many images share may hold hundreds that this
// image has no use for.
constexpr std::size_t kMostNotesPerFile = 20;

/// A mapping is Trivy's YAML, a list is ours, and a line that begins with a bare word is an id.
Parse parser_of(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = trim(take_line(text));
    if (line.empty() || line.starts_with('#') || line.starts_with("---")) continue;
    if (line.starts_with('-') || line.starts_with('[')) return parse_bulkheadignore;
    if (line.starts_with('{') || line.substr(0, line.find_first_of(" \t")).ends_with(':')) {
      return parse_trivyignore_yaml;
    }
    return parse_trivyignore;
  }
  return parse_bulkheadignore;
}

std::string file_of(std::string_view by) { return std::string(by.substr(0, by.rfind(':'))); }

/// Notes on entries, of which only the first ones of each file are kept one by one.
class EntryNotes {
 public:
  explicit EntryNotes(Notes& notes) : notes_(notes) {}
  void add(std::string_view code, std::string what, const IgnoreEntry& entry) {
    const std::size_t count = ++counts_[{file_of(entry.by), std::string(code)}];
    if (count > kMostNotesPerFile) return;
    notes_.add({NoteLevel::info, std::string(code), std::move(what), entry.by});
  }
  void end() {
    for (const auto& [key, count] : counts_) {
      if (count <= kMostNotesPerFile) continue;
      notes_.add({NoteLevel::info, key.second,
                  fmt::format("and {} more entries of this file", count - kMostNotesPerFile),
                  key.first});
    }
  }

 private:
  Notes& notes_;
  std::map<std::pair<std::string, std::string>, std::size_t> counts_;
};

/// What an entry is, for people: its ids, or what it has instead.
std::string title_of(const IgnoreEntry& entry) {
  if (!entry.ids.empty()) {
    return entry.ids.front() + (entry.ids.size() > 1 ? " and others" : "");
  }
  if (!entry.packages.empty()) return "package " + entry.packages.front();
  if (!entry.purls.empty()) return "pkg:" + name_key(entry.purls.front());
  return "the entry";
}

}  // namespace

std::string IgnoreEntry::until() const {
  // An end at midnight leaves no time of that day.
  return has_end() ? format_utc(holds_until_unix_s - 1).substr(0, 10) : std::string();
}

Result<IgnoreFile> parse_ignore_file(std::string_view text, std::string_view name) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (const NameRow& row : kNames) {
    if (name.ends_with(row.ending)) return row.parse(text, name);
  }
  return parser_of(text)(text, name);
}

std::vector<IgnoreEntry> parse_ignore_option(std::string_view list) {
  std::vector<IgnoreEntry> entries;
  for (const std::string_view part : split(list, ',')) {
    const std::string_view id = trim(part);
    if (!id.empty()) entries.push_back({"--ignore", {std::string(id)}});
  }
  return entries;
}

bool matches(const IgnoreEntry& entry, const Subject& subject) {
  const Finding& finding = *subject.finding;
  if (entry.is_for_vulnerabilities && finding.kind != FindingKind::vulnerability) return false;
  const auto has = [](const auto& wanted, auto fits) {
    return wanted.empty() || std::ranges::any_of(wanted, fits);
  };
  return has(entry.severities, [&](Severity severity) { return severity == finding.severity; }) &&
         has(entry.ids,
             [&](const std::string& id) {
               return std::ranges::any_of(subject.ids, [&](const std::string& own) {
                 return matches_wildcard(id, own, true);
               });
             }) &&
         has(entry.packages,
             [&](const std::string& name) {
               return subject.package != nullptr &&
                      (matches_wildcard(name, subject.package->name, false) ||
                       matches_wildcard(name, subject.package->match_name(), false));
             }) &&
         has(entry.purls,
             [&](const Purl& purl) { return covers(purl, subject, entry.has_purl_wildcards); }) &&
         has(entry.paths, [&](const PathPattern& path) {
           return std::ranges::any_of(subject.paths,
                                      [&](std::string_view own) { return path.matches(own); });
         });
}

void apply_ignores(const std::vector<IgnoreEntry>& entries, const Subjects& subjects,
                   std::int64_t now_unix_s, std::vector<Finding>& findings, Notes& notes) {
  if (entries.empty()) return;
  std::vector<std::uint64_t> named(entries.size());
  for (Finding& finding : findings) {
    const Subject subject = subjects.of(finding);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const IgnoreEntry& entry = entries[i];
      if (!matches(entry, subject)) continue;
      ++named[i];
      const bool holds = now_unix_s <= entry.holds_until_unix_s;
      if (!holds || finding.suppressed) continue;
      finding.suppressed = Suppression{entry.by, entry.reason, entry.until()};
    }
  }
  EntryNotes entry_notes(notes);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const IgnoreEntry& entry = entries[i];
    if (now_unix_s > entry.holds_until_unix_s) {
      entry_notes.add("expired-ignore",
                      fmt::format("{}: held until {}; findings that it names and that may count "
                                  "again: {}",
                                  title_of(entry), entry.until(), named[i]),
                      entry);
    } else if (named[i] == 0) {
      entry_notes.add("unused-ignore",
                      fmt::format("{}: no finding is named by it", title_of(entry)), entry);
    }
  }
  entry_notes.end();
}

}  // namespace bulkhead::policy
