#include "bulkhead/catalog/repositories/apt_sources.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/repositories/words.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::catalog::repositories {
namespace {

// One stanza with its keys in it (Signed-By) is some KiB.
constexpr std::uint64_t kMostStanzaBytes = 1 << 20;

void note_bad(std::string_view what, const std::string& path, std::uint64_t line, Notes& notes) {
  notes.add(NoteLevel::incomplete,
            {Code::malformed, fmt::format("apt sources: line {}: {}", line, what), path});
}

void note_too_many(const std::string& path, Notes& notes) {
  notes.add(NoteLevel::incomplete,
            {Code::limit_exceeded,
             fmt::format("apt sources: more than {} repositories", kMostRepositories), path});
}

/// Takes a word off `rest`; blanks within brackets belong to it ("cdrom:[Debian 12]/"). Empty at
/// the end, or where a bracket stays open.
std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  std::size_t depth = 0;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (depth == 0 && (c == ' ' || c == '\t')) break;
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
  }
  const std::string_view word = depth == 0 ? rest.substr(0, at) : std::string_view();
  rest.remove_prefix(at);
  return word;
}

/// What the options of a line or stanza say of one list: "arch=a,b", "arch+=c", "arch-=a".
struct Architectures {
  std::vector<std::string> names;

  void set(std::string_view operation, const std::vector<std::string_view>& values) {
    if (operation.empty()) names.clear();
    for (const std::string_view value : values) {
      const auto at = std::ranges::find(names, value);
      if (operation == "-") {
        if (at != names.end()) names.erase(at);
      } else if (at == names.end()) {
        names.emplace_back(value);
      }
    }
  }
};

/// Adds one repository a component; false where they are too many.
bool add(Repository repository, const std::vector<std::string_view>& components,
         std::vector<Repository>& out) {
  const auto put = [&](std::string_view component) {
    if (out.size() >= kMostRepositories) return false;
    repository.component = component;
    out.push_back(repository);
    return true;
  };
  if (repository.suite.ends_with('/')) return put("");
  return std::ranges::all_of(components, put);
}

/// False where the line is to be noted.
bool read_line(std::string_view line, Repository repository, std::vector<Repository>& out,
               bool& is_full) {
  const std::string_view type = take_word(line);
  if (type == "deb-src") return true;
  if (type != "deb") return false;
  line = trim(line);
  if (line.starts_with('[')) {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) return false;
    Architectures architectures;
    for (const std::string_view option : words_of(line.substr(1, end - 1))) {
      const std::size_t equals = option.find('=');
      if (equals == std::string_view::npos) continue;
      std::string_view name = option.substr(0, equals);
      const bool has_operation = name.ends_with('+') || name.ends_with('-');
      const std::string_view operation =
          has_operation ? name.substr(name.size() - 1) : std::string_view();
      name.remove_suffix(operation.size());
      // "+=" adds to the system's own, which is what no list means.
      if (name == "arch" && operation != "+") {
        architectures.set(operation, words_of(option.substr(equals + 1), ","));
      }
    }
    repository.architectures = std::move(architectures.names);
    line.remove_prefix(end + 1);
  }
  repository.url = take_word(line);
  repository.suite = take_word(line);
  const std::vector<std::string_view> components = words_of(line);
  const bool is_flat = repository.suite.ends_with('/');
  if (repository.url.find(':') == std::string::npos || repository.suite.empty() ||
      components.empty() != is_flat) {
    return false;
  }
  is_full = !add(std::move(repository), components, out);
  return true;
}

/// The values of one deb822 stanza that matter.
struct Stanza {
  std::vector<std::string_view> types, uris, suites, components;
  Architectures architectures;
  bool is_enabled = true;

  void take(std::string_view name, std::string_view value) {
    const std::string key = to_lower(name);
    if (key == "types") types = words_of(value);
    if (key == "uris") uris = words_of(value);
    if (key == "suites") suites = words_of(value);
    if (key == "components") components = words_of(value);
    if (key == "architectures") architectures.set("", words_of(value));
    if (key == "architectures-remove") architectures.set("-", words_of(value));
    if (key == "enabled") {
      const std::string text = to_lower(trim(value));
      is_enabled = text != "no" && text != "false" && text != "without" && text != "off" &&
                   text != "disable" && text != "0";
    }
  }
};

}  // namespace

std::vector<Repository> parse_apt_list(std::string_view text, const std::string& path,
                                       Notes& notes) {
  std::vector<Repository> repositories;
  std::uint64_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = take_line(rest);
    ++number;
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    bool is_full = false;
    const Repository repository{.url = {}, .path = path, .line = number};
    if (!read_line(line, repository, repositories, is_full)) {
      note_bad("not \"deb [OPTIONS] URI SUITE COMPONENTS\"", path, number, notes);
    }
    if (is_full) {
      note_too_many(path, notes);
      break;
    }
  }
  return repositories;
}

std::vector<Repository> parse_apt_deb822(std::string_view text, const std::string& path,
                                         Notes& notes) {
  // A comment may stand between a field's lines. Its line stays, so that numbers fit, as a
  // continuation that says nothing; before the first field there is nothing to continue.
  std::string without_comments;
  std::uint64_t leading_lines = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (!line.starts_with('#')) {
      without_comments.append(line).push_back('\n');
    } else if (without_comments.empty() || without_comments.ends_with("\n\n")) {
      if (without_comments.empty()) ++leading_lines;
      if (!without_comments.empty()) without_comments.push_back('\n');
    } else {
      without_comments += " \n";
    }
  }
  std::vector<Repository> repositories;
  bool is_full = false;
  const auto visit = [&](std::string_view body, std::uint64_t offset) {
    if (is_full) return;
    const auto before = std::string_view(without_comments).substr(0, offset);
    const std::uint64_t line =
        leading_lines + 1 + static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
    Stanza stanza;
    format::StanzaFields fields(body);
    while (const auto field = fields.next()) {
      if (!field->name.empty()) stanza.take(field->name, field->value);
    }
    if (!stanza.is_enabled) return;
    if (!stanza.types.empty() && std::ranges::find(stanza.types, "deb") == stanza.types.end()) {
      return;
    }
    if (stanza.types.empty() || stanza.uris.empty() || stanza.suites.empty()) {
      note_bad("a stanza without Types, URIs or Suites", path, line, notes);
      return;
    }
    for (const std::string_view uri : stanza.uris) {
      for (const std::string_view suite : stanza.suites) {
        if (stanza.components.empty() != suite.ends_with('/')) {
          note_bad("Components are there for a suite that ends in \"/\", or lack for another", path,
                   line, notes);
          return;
        }
        Repository repository{.url = std::string(uri), .path = path, .line = line};
        repository.suite = suite;
        repository.architectures = stanza.architectures.names;
        is_full = !add(std::move(repository), stanza.components, repositories);
        if (is_full) {
          note_too_many(path, notes);
          return;
        }
      }
    }
  };
  format::StanzaSplitter splitter(kMostStanzaBytes);
  const auto too_long = [&](std::uint64_t) {
    notes.add(NoteLevel::incomplete,
              {Code::limit_exceeded, "apt sources: a stanza is too long", path});
  };
  splitter.feed(as_bytes(without_comments), visit, too_long);
  splitter.finish(visit, too_long);
  return repositories;
}

}  // namespace bulkhead::catalog::repositories
