#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/dates.h"
#include "bulkhead/policy/ignore.h"
#include "bulkhead/policy/yaml_fields.h"

namespace bulkhead::policy {
namespace {

using format::YamlNode;

constexpr std::string_view kFormat = "bulkheadignore";
constexpr std::string_view kKeys[] = {"id",       "path",   "purl", "package",
                                      "severity", "reason", "until"};
// An image has some thousand findings, and each is held against each entry.
constexpr std::size_t kMaxEntries = 10'000;
constexpr std::int64_t kLastSecondOfDay = 86'399;

class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  Result<IgnoreFile> read(const YamlNode& root) {
    if (is_null(root)) return std::move(file_);
    if (root.kind != YamlNode::Kind::sequence) {
      return fields_.fail(root, "a list of entries is wanted (\"- id: CVE-...\")");
    }
    if (root.items.size() > kMaxEntries) {
      return fail(Code::limit_exceeded,
                  fmt::format("{}: more than {} entries", kFormat, kMaxEntries));
    }
    for (const YamlNode& item : root.items) BH_CHECK(add(item));
    note_missing_reasons();
    return std::move(file_);
  }

 private:
  Result<void> add(const YamlNode& item) {
    if (item.kind != YamlNode::Kind::mapping) {
      return fields_.fail(item, "an entry is keys and values (\"- id: CVE-...\")");
    }
    IgnoreEntry entry{fmt::format("{}:{}", name_, item.line)};
    entry.has_purl_wildcards = true;
    std::vector<std::string_view> seen;
    for (const auto& [key, value] : item.members) {
      if (std::ranges::find(seen, key.text) != seen.end()) {
        return fields_.fail(key, fmt::format("`{}` is there twice", key.text));
      }
      seen.push_back(key.text);
      BH_CHECK(set(entry, key, value));
    }
    if (entry.ids.empty() && entry.paths.empty() && entry.purls.empty() && entry.packages.empty() &&
        entry.severities.empty()) {
      return fields_.fail(item, "an entry needs at least one of id, path, purl, package, severity");
    }
    if (entry.reason.empty()) without_reason_.push_back(item.line);
    file_.entries.push_back(std::move(entry));
    return {};
  }

  Result<void> set(IgnoreEntry& entry, const YamlNode& key, const YamlNode& value) {
    if (key.text == "reason") {
      BH_TRY(entry.reason, fields_.text(value, "reason"));
      return {};
    }
    if (key.text == "until") return set_until(entry, value);
    if (std::ranges::find(kKeys, key.text) == std::end(kKeys)) {
      const std::string_view near = nearest_name(key.text, kKeys);
      return fields_.fail(
          key, fmt::format("`{}` is no key of an entry; {}", key.text,
                           near.empty() ? fmt::format("there are {}", fmt::join(kKeys, ", "))
                                        : fmt::format("did you mean `{}`?", near)));
    }
    BH_TRY(std::vector<std::string> texts, fields_.texts(value, key.text));
    if (texts.empty()) return fields_.fail(key, fmt::format("`{}` is empty", key.text));
    if (key.text == "id") {
      entry.ids = std::move(texts);
    } else if (key.text == "package") {
      entry.packages = std::move(texts);
    } else {
      for (const std::string& text : texts) BH_CHECK(add_pattern(entry, key, value, text));
    }
    return {};
  }

  Result<void> add_pattern(IgnoreEntry& entry, const YamlNode& key, const YamlNode& value,
                           const std::string& text) {
    if (key.text == "severity") {
      const auto severity = parse_severity(to_lower(text));
      if (!severity) return fields_.fail(value, fmt::format("`{}` is no severity", text));
      entry.severities.push_back(*severity);
    } else if (key.text == "path") {
      auto path = PathPattern::parse(text);
      if (!path) return fields_.fail(value, path.error().what);
      entry.paths.push_back(*std::move(path));
    } else {
      auto purl = parse_purl(text);
      if (!purl) return fields_.fail(value, purl.error().what);
      entry.purls.push_back(*std::move(purl));
    }
    return {};
  }

  Result<void> set_until(IgnoreEntry& entry, const YamlNode& value) {
    BH_TRY(const std::string text, fields_.text(value, "until"));
    const auto day = parse_day(text);
    if (!day) {
      return fields_.fail(value, fmt::format("`until` is a day as 2027-01-31, not \"{}\"", text));
    }
    entry.holds_until_unix_s = *day + kLastSecondOfDay;
    return {};
  }

  void note_missing_reasons() {
    if (without_reason_.empty()) return;
    constexpr std::size_t kMostLines = 5;
    const std::size_t shown = std::min(without_reason_.size(), kMostLines);
    file_.notes.push_back(
        {NoteLevel::info, "ignore-without-reason",
         fmt::format("{} {} no `reason` (line {}{})", without_reason_.size(),
                     without_reason_.size() == 1 ? "entry gives" : "entries give",
                     fmt::join(without_reason_.begin(),
                               without_reason_.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     shown < without_reason_.size() ? ", ..." : ""),
         std::string(name_)});
  }

  std::string_view name_;
  YamlFields fields_{kFormat};
  IgnoreFile file_;
  std::vector<std::uint32_t> without_reason_;
};

}  // namespace

Result<IgnoreFile> parse_bulkheadignore(std::string_view text, std::string_view name) {
  auto root = format::parse_yaml(text);
  if (!root) return std::unexpected(located(std::move(root).error(), name));
  auto file = Reader(name).read(*root);
  if (!file) return std::unexpected(located(std::move(file).error(), name));
  return file;
}

}  // namespace bulkhead::policy
