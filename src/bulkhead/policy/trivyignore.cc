#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/dates.h"
#include "bulkhead/policy/ignore.h"
#include "bulkhead/policy/yaml_fields.h"

namespace bulkhead::policy {
namespace {

using format::YamlNode;

constexpr std::string_view kFormat = "trivyignore.yaml";
constexpr std::string_view kLists[] = {"vulnerabilities", "misconfigurations", "secrets",
                                       "licenses"};
constexpr std::size_t kMaxEntries = 10'000;  // as in a .bulkheadignore

/// The words of a line, between spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = trim(line)).empty()) {
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

/// Ids of this format are exact: "*" and "?" are no wildcards, and no id holds one.
bool is_exact_id(std::string_view id) { return !is_wildcard(id); }

class YamlReader {
 public:
  explicit YamlReader(std::string_view name) : name_(name) {}

  Result<IgnoreFile> read(const YamlNode& root) {
    if (is_null(root)) return std::move(file_);
    if (root.kind != YamlNode::Kind::mapping) {
      return fields_.fail(root,
                          "one of vulnerabilities, misconfigurations, secrets and licenses "
                          "is wanted");
    }
    for (const std::string_view list : kLists) {
      const YamlNode* node = root.find(list);
      if (node == nullptr || is_null(*node)) continue;
      if (node->kind != YamlNode::Kind::sequence) {
        return fields_.fail(*node, fmt::format("`{}` is a list", list));
      }
      for (const YamlNode& item : node->items) BH_CHECK(add(item, list == kLists[0]));
    }
    return std::move(file_);
  }

 private:
  Result<void> add(const YamlNode& item, bool is_vulnerability) {
    if (++entries_ > kMaxEntries) {
      return fail(Code::limit_exceeded,
                  fmt::format("{}: more than {} entries", kFormat, kMaxEntries));
    }
    if (item.kind != YamlNode::Kind::mapping) {
      return fields_.fail(item, "an entry is keys and values (\"- id: CVE-...\")");
    }
    IgnoreEntry entry{fmt::format("{}:{}", name_, item.line)};
    entry.is_for_vulnerabilities = true;
    for (const auto& [key, value] : item.members) BH_CHECK(set(entry, key, value));
    if (entry.ids.empty()) return fields_.fail(item, "an entry needs an `id`");
    if (!is_exact_id(entry.ids.front())) {
      note(item, "ignore-passed-over", "an id of this format has no wildcards");
    } else if (is_vulnerability) {
      file_.entries.push_back(std::move(entry));
    }
    return {};
  }

  Result<void> set(IgnoreEntry& entry, const YamlNode& key, const YamlNode& value) {
    if (key.text == "id") {
      BH_TRY(std::string id, fields_.text(value, "id"));
      if (!id.empty()) entry.ids.push_back(std::move(id));
    } else if (key.text == "statement") {
      BH_TRY(entry.reason, fields_.text(value, "statement"));
    } else if (key.text == "expired_at") {
      if (is_null(value)) return {};
      BH_TRY(const std::string text, fields_.text(value, "expired_at"));
      const auto time = parse_time(text);
      if (!time) {
        return fields_.fail(
            value, fmt::format("`expired_at` is a day or time as 2027-01-31, not \"{}\"", text));
      }
      entry.holds_until_unix_s = *time;
    } else if (key.text == "paths") {
      BH_TRY(const std::vector<std::string> texts, fields_.texts(value, "paths"));
      for (const std::string& text : texts) {
        auto path = PathPattern::parse(text);
        if (!path) return fields_.fail(value, path.error().what);
        entry.paths.push_back(*std::move(path));
      }
    } else if (key.text == "purls") {
      BH_TRY(const std::vector<std::string> texts, fields_.texts(value, "purls"));
      for (const std::string& text : texts) {
        auto purl = parse_purl(text);
        if (!purl) return fields_.fail(value, purl.error().what);
        entry.purls.push_back(*std::move(purl));
      }
    }
    return {};
  }

  void note(const YamlNode& node, std::string_view code, std::string_view what) {
    file_.notes.push_back({NoteLevel::info, std::string(code), std::string(what),
                           fmt::format("{}:{}", name_, node.line)});
  }

  std::string_view name_;
  YamlFields fields_{kFormat};
  IgnoreFile file_;
  std::size_t entries_ = 0;
};

}  // namespace

Result<IgnoreFile> parse_trivyignore(std::string_view text, std::string_view name) {
  IgnoreFile file;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::string_view line = trim(take_line(text));
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (file.entries.size() == kMaxEntries) {
      return std::unexpected(Error{Code::limit_exceeded,
                                   fmt::format("trivyignore: more than {} entries", kMaxEntries),
                                   std::string(name)});
    }
    const std::string place = fmt::format("{}:{}", name, number);
    const std::vector<std::string_view> words = words_of(line);
    IgnoreEntry entry{place, {std::string(words.front())}};
    constexpr std::string_view kDate = "exp:";
    const auto date = std::ranges::find_if(
        words.begin() + 1, words.end(), [&](std::string_view w) { return w.starts_with(kDate); });
    const bool has_date = date != words.end();
    const auto day = has_date ? parse_day(date->substr(kDate.size())) : std::nullopt;
    if (has_date && !day) {
      file.notes.push_back({NoteLevel::info, "ignore-passed-over",
                            fmt::format("\"{}\" is no date as exp:2027-01-31: the line says "
                                        "nothing",
                                        *date),
                            place});
      continue;
    }
    if (!is_exact_id(entry.ids.front())) {
      file.notes.push_back(
          {NoteLevel::info, "ignore-passed-over", "an id of this format has no wildcards", place});
      continue;
    }
    if (day) entry.holds_until_unix_s = *day;
    file.entries.push_back(std::move(entry));
  }
  return file;
}

Result<IgnoreFile> parse_trivyignore_yaml(std::string_view text, std::string_view name) {
  auto root = format::parse_yaml(text);
  if (!root) return std::unexpected(located(std::move(root).error(), name));
  auto file = YamlReader(name).read(*root);
  if (!file) return std::unexpected(located(std::move(file).error(), name));
  return file;
}

}  // namespace bulkhead::policy
