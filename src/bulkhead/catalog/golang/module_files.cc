#include "bulkhead/catalog/golang/module_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::golang {
namespace {

constexpr std::string_view kBlanks = " \t\r";

using Words = std::vector<std::string>;

/// The words of a line up to its comment; quoted ones without their quotes. Nothing where a quote
/// is left open.
std::optional<Words> words_of(std::string_view line) {
  Words words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    if (line.starts_with("//")) return words;
    const char first = line.front();
    if (first == '(' || first == ')') {
      words.emplace_back(1, first);
      line.remove_prefix(1);
    } else if (first == '"' || first == '`') {
      const std::size_t end = line.find(first, 1);
      if (end == std::string_view::npos) return std::nullopt;
      words.emplace_back(line.substr(1, end - 1));
      line.remove_prefix(end + 1);
    } else {
      std::size_t end = line.find_first_of(" \t\r()");
      end = std::min({end, line.find("//"), line.size()});
      // "//" within a word is a comment, too; "https://" is no module's path.
      words.emplace_back(line.substr(0, end));
      line.remove_prefix(end);
    }
  }
}

struct Replacement {
  std::string path, version;  // a folder has no version
};
/// By path and version; an empty version stands for all.
using Replacements = std::map<std::pair<std::string, std::string>, Replacement>;

/// `replace a [v1] => b [v2]`, without its first word.
bool read_replace(const Words& words, Replacements& into) {
  std::size_t arrow = 0;
  while (arrow < words.size() && words[arrow] != "=>") ++arrow;
  const std::size_t after = words.size() - std::min(words.size(), arrow + 1);
  if (arrow == 0 || arrow > 2 || after == 0 || after > 2) return false;
  into[{words[0], arrow == 2 ? words[1] : ""}] = {words[arrow + 1],
                                                  after == 2 ? words[arrow + 2] : ""};
  return true;
}

bool read_require(const Words& words, std::vector<Requirement>& into) {
  if (words.size() != 2 || !is_library_word(words[0]) || !is_library_word(words[1])) return false;
  into.push_back({words[0], words[1]});
  return true;
}

void settle(const Replacements& replacements, Requirement& requirement) {
  auto found = replacements.find({requirement.path, requirement.version});
  if (found == replacements.end()) found = replacements.find({requirement.path, ""});
  if (found == replacements.end()) return;
  const Replacement& replacement = found->second;
  if (replacement.version.empty()) {
    requirement.replaced_by = replacement.path;
  } else if (is_library_word(replacement.path) && is_library_word(replacement.version)) {
    requirement.path = replacement.path;
    requirement.version = replacement.version;
  }
}

void note_bad_line(std::string_view format, std::size_t line, std::size_t count, Notes& notes) {
  if (count == 0) return;
  notes.add(NoteLevel::info,
            Error{Code::malformed, fmt::format("{}: {} lines cannot be read, the first is line {}",
                                               format, count, line)});
}

}  // namespace

std::vector<Requirement> read_go_mod(std::string_view text, Notes& notes) {
  std::vector<Requirement> requirements;
  Replacements replacements;
  std::string block;  // the word before "("
  std::size_t number = 0;
  std::size_t first_bad = 0;
  std::size_t bad = 0;
  while (!text.empty()) {
    ++number;
    std::optional<Words> words = words_of(take_line(text));
    bool is_good = words.has_value();
    if (is_good && !words->empty()) {
      if (words->front() == ")") {
        block.clear();
        continue;
      }
      std::string word = block;
      if (block.empty()) {
        word = words->front();
        words->erase(words->begin());
        if (!words->empty() && words->front() == "(") {
          block = word;
          continue;
        }
      }
      if (word == "require") is_good = read_require(*words, requirements);
      if (word == "replace") is_good = read_replace(*words, replacements);
    }
    if (!is_good && bad++ == 0) first_bad = number;
  }
  note_bad_line("go.mod", first_bad, bad, notes);
  for (Requirement& requirement : requirements) settle(replacements, requirement);
  return requirements;
}

std::vector<Requirement> read_go_sum(std::string_view text, Notes& notes) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::size_t number = 0;
  std::size_t first_bad = 0;
  std::size_t bad = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = trim(take_line(text));
    if (line.empty()) continue;
    const std::vector<std::string_view> fields = split(line, ' ');
    if (fields.size() != 3 || !is_library_word(fields[0]) || !is_library_word(fields[1])) {
      if (bad++ == 0) first_bad = number;
    } else if (!fields[1].ends_with("/go.mod")) {
      seen.emplace(fields[0], fields[1]);
    }
  }
  note_bad_line("go.sum", first_bad, bad, notes);
  std::vector<Requirement> requirements;
  for (const auto& [path, version] : seen) {
    requirements.push_back({std::string(path), std::string(version)});
  }
  return requirements;
}

}  // namespace bulkhead::catalog::golang
