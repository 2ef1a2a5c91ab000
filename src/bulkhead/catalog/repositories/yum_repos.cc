#include "bulkhead/catalog/repositories/yum_repos.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/repositories/words.h"

namespace bulkhead::catalog::repositories {
namespace {

// Variables may hold "$..." that stays, so a text grows by each at most once.
constexpr std::size_t kMostExpandedBytes = 16 << 10;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view name_at(std::string_view text) {
  return text.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_char) - text.begin()));
}

bool is_true(std::string_view text) {
  const std::string value = to_lower(text);
  return value == "1" || value == "yes" || value == "true" || value == "on";
}

/// A section while its lines come.
struct Section {
  Repository repository;
  std::string urls;  // the values of baseurl, one after another
  std::string meta_link;
  bool is_enabled = true;
  bool is_main = false;  // [main] is about the program itself
};

void set(Section& section, std::string_view key, std::string_view value, const YumVars& vars) {
  Repository& repository = section.repository;
  const auto globs = [&](std::vector<std::string>& list) {
    for (const std::string_view word : words_of(value, " \t,")) list.emplace_back(word);
  };
  if (key == "baseurl") {
    section.urls.append(expand_yum_vars(value, vars)).push_back(' ');
  } else if (key == "mirrorlist") {
    repository.mirror_list = expand_yum_vars(value, vars);
  } else if (key == "metalink") {
    section.meta_link = expand_yum_vars(value, vars);
  } else if (key == "enabled") {
    section.is_enabled = is_true(value);
  } else if (key == "exclude" || key == "excludepkgs") {
    globs(repository.excluded);
  } else if (key == "includepkgs") {
    globs(repository.included);
  } else if (key == "module_hotfixes") {
    repository.is_module_exempt = is_true(value);
  } else if (key == "priority") {
    std::from_chars(value.data(), value.data() + value.size(), repository.priority);
  }
}

}  // namespace

std::string expand_yum_vars(std::string_view text, const YumVars& vars) {
  std::string out;
  while (!text.empty() && out.size() < kMostExpandedBytes) {
    const std::size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    const bool has_brace = text.starts_with("${");
    const std::string_view name = name_at(text.substr(has_brace ? 2 : 1));
    std::string_view whole = text.substr(0, name.size() + 1);
    std::string_view operation;
    if (has_brace) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) {
        out += text;
        break;
      }
      whole = text.substr(0, end + 1);
      operation = text.substr(2 + name.size(), end - 2 - name.size());
    }
    const auto found = vars.find(name);
    const bool is_set = found != vars.end() && !found->second.empty();
    if (operation.starts_with(":-")) {
      out += is_set ? std::string_view(found->second) : operation.substr(2);
    } else if (operation.starts_with(":+")) {
      if (is_set) out += operation.substr(2);
    } else if (found != vars.end() && operation.empty() && !name.empty()) {
      out += found->second;
    } else {
      out += whole;
    }
    text.remove_prefix(whole.size());
  }
  return out;
}

std::vector<Repository> parse_yum_repos(std::string_view text, const YumVars& vars,
                                        const std::string& path, Notes& notes) {
  std::vector<Repository> repositories;
  Section section;
  section.is_main = true;
  bool is_full = false;
  const auto finish = [&] {
    if (section.is_main || !section.is_enabled || is_full) return;
    Repository& repository = section.repository;
    const std::vector<std::string_view> urls = words_of(section.urls, " \t\r\n,");
    if (!urls.empty()) repository.url = urls.front();
    if (repository.mirror_list.empty()) repository.mirror_list = section.meta_link;
    if (repository.url.empty() && repository.mirror_list.empty()) {
      notes.add(
          NoteLevel::incomplete,
          {Code::malformed,
           fmt::format("repo file: [{}] names no address", to_terminal(repository.id)), path});
    } else if (repositories.size() >= kMostRepositories) {
      is_full = true;
      notes.add(NoteLevel::incomplete,
                {Code::limit_exceeded,
                 fmt::format("repo file: more than {} repositories", kMostRepositories), path});
    } else {
      repositories.push_back(std::move(repository));
    }
  };
  std::uint64_t number = 0;
  std::string key;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with('#') || content.starts_with(';')) continue;
    if (line.starts_with(' ') || line.starts_with('\t')) {  // of the value before
      if (!key.empty()) set(section, key, content, vars);
      continue;
    }
    if (content.starts_with('[')) {
      finish();
      section = Section{};
      section.repository.type = PackageType::rpm;
      section.repository.id = expand_yum_vars(content.substr(1, content.find(']') - 1), vars);
      section.repository.path = path;
      section.repository.line = number;
      section.is_main = section.repository.id == "main";
      key.clear();
      continue;
    }
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) {
      notes.add(NoteLevel::info,
                {Code::malformed, fmt::format("repo file: line {}: not KEY=VALUE", number), path});
      continue;
    }
    key = to_lower(trim(content.substr(0, equals)));
    set(section, key, trim(content.substr(equals + 1)), vars);
  }
  finish();
  return repositories;
}

}  // namespace bulkhead::catalog::repositories
