#include "bulkhead/advisory/ids.h"

#include <algorithm>
#include <set>

#include "bulkhead/base/text.h"

namespace bulkhead::advisory {

AffectedPackage about_cve(std::string_view cve) {
  return {.ecosystem = {}, .name = std::string(cve), .ranges = {}};
}
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

/// "2018-16859", with or without a tail that begins with neither letter nor digit.
std::optional<std::string> parse_number(std::string_view text) {
  if (count_digits(text) != 4) return {};
  const std::string_view year = text.substr(0, 4);
  text.remove_prefix(4);
  if (text.empty() || (text[0] != '-' && text[0] != '_')) return {};
  text.remove_prefix(1);
  const std::size_t digits = count_digits(text);
  if (digits == 0) return {};
  if (digits < text.size() && is_letter(text[digits])) return {};
  return "CVE-" + std::string(year) + "-" + std::string(text.substr(0, digits));
}

/// Spellings that a publisher lists as ids of their own: "CVE-2017-17434-1", as people number the
/// parts of one CVE, and "CVE_2019-2426".
std::optional<std::string> own_spelling(std::string_view word, std::string_view cve) {
  if (word.size() == cve.size() && word.starts_with("CVE_")) return std::string(word);
  if (!word.starts_with(cve) || word.size() < cve.size() + 2 || word[cve.size()] != '-') return {};
  const std::string_view part = word.substr(cve.size() + 1);
  if (count_digits(part) != part.size()) return {};
  return std::string(word);
}

bool is_cve_word(std::string_view text) { return text.size() == 3 && to_lower(text) == "cve"; }

std::optional<std::string> parse_cve(std::string_view text) {
  if (text.size() < 4 || !is_cve_word(text.substr(0, 3))) return {};
  if (text[3] != '-' && text[3] != '_') return {};
  return parse_number(text.substr(4));
}

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';';
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto begin = std::ranges::find_if_not(text, is_separator);
    text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
    const auto end = std::ranges::find_if(text, is_separator);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size != 0) words.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return words;
}

/// `word` without the brackets and points of the sentence that it stands in.
std::string_view strip_marks(std::string_view word) {
  constexpr std::string_view kMarks = "()[]{}\"'.:";
  const std::size_t begin = word.find_first_not_of(kMarks);
  if (begin == std::string_view::npos) return {};
  return word.substr(begin, word.find_last_not_of(kMarks) - begin + 1);
}

/// Does `word` look like an id: a name with a number, "XSA-208", "VSV00005", "RHSA-2020:1234"?
bool is_id(std::string_view word) {
  if (word.empty() || !is_letter(word[0])) return false;
  const bool is_plain = std::ranges::all_of(word, [](char c) {
    return is_digit(c) || is_letter(c) || c == '-' || c == '_' || c == ':' || c == '.';
  });
  const auto digits = std::ranges::count_if(word, is_digit);
  // Without a dash it takes a longer number: "IPv6" is a word.
  const bool is_name = word.contains('-') ? digits > 0 : digits >= 3;
  // A GHSA id may happen to have letters alone.
  return is_plain && (is_name || to_lower(word).starts_with("ghsa-"));
}

}  // namespace

Ids split_ids(std::string_view text) {
  Ids ids;
  const std::vector<std::string_view> words = words_of(text);
  std::vector<std::string_view> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::optional<std::string> cve = parse_cve(words[i]);
    if (!cve && is_cve_word(words[i]) && i + 1 < words.size()) {
      cve = parse_number(words[i + 1]);
      if (cve) ++i;
    }
    if (!cve) {
      rest.push_back(words[i]);
    } else if (auto part = own_spelling(words[i], *cve)) {
      ids.cves.push_back(std::move(*part));
      ids.others.push_back(std::move(*cve));
    } else {
      ids.cves.push_back(std::move(*cve));
    }
  }
  for (const std::string_view word : rest) {
    const std::string_view id = strip_marks(word);
    if (is_id(id)) ids.others.emplace_back(id);
  }
  const std::string_view whole = trim(text);
  if (ids.cves.empty() && ids.others.empty() && !whole.empty()) ids.others.emplace_back(whole);
  keep_first_of_each(ids.cves);
  keep_first_of_each(ids.others);
  return ids;
}

std::optional<std::string> cve_of(std::string_view id) {
  if (auto cve = parse_cve(id)) return cve;
  // One alphabetic word and a dash before it: the publisher's name for the CVE.
  const auto end = std::ranges::find_if_not(id, is_letter);
  const auto letters = static_cast<std::size_t>(end - id.begin());
  if (letters == 0 || letters == id.size() || id[letters] != '-') return {};
  return parse_cve(id.substr(letters + 1));
}

std::vector<std::string> cves_in(std::string_view prose) {
  constexpr std::size_t kMostBytes = 64;  // of one id
  std::vector<std::string> cves;
  for (std::size_t at = prose.find("CVE-"); at != std::string_view::npos;
       at = prose.find("CVE-", at + 1)) {
    if (at > 0 && (is_letter(prose[at - 1]) || is_digit(prose[at - 1]))) continue;
    std::string_view rest = prose.substr(at, kMostBytes);
    const std::size_t end = rest.find_first_not_of("0123456789-", 4);
    rest = rest.substr(0, end);
    if (auto cve = parse_cve(rest)) cves.push_back(std::move(*cve));
  }
  keep_first_of_each(cves);
  return cves;
}

void keep_first_of_each(std::vector<std::string>& values) {
  // Most lists have a handful, and are compared sooner than sorted.
  constexpr std::size_t kFew = 16;
  if (values.size() <= kFew) {
    auto end = values.begin();
    for (auto it = values.begin(); it != values.end(); ++it) {
      if (std::find(values.begin(), end, *it) != end) continue;
      if (end != it) *end = std::move(*it);
      ++end;
    }
    values.erase(end, values.end());
    return;
  }
  std::set<std::string> seen;
  std::erase_if(values, [&](const std::string& value) { return !seen.insert(value).second; });
}

}  // namespace bulkhead::advisory
