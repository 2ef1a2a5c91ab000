#include "bulkhead/catalog/executable/go_modules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::executable {
namespace {

// Programs of some 2,000 modules are known.
constexpr std::size_t kMostModules = 20'000;
constexpr std::size_t kRevisionBytes = 12;  // of a pseudo-version
constexpr std::string_view kDevel = "(devel)";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What `build` lines say that a version can be made of.
struct Build {
  std::string revision, time, ldflags;
  bool is_modified = false;
};

/// A value is quoted as Go quotes strings where it holds blanks or quotes.
std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != value.back() ||
      (value.front() != '"' && value.front() != '`')) {
    return std::string(value);
  }
  const bool has_escapes = value.front() == '"';
  value = value.substr(1, value.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (has_escapes && value[i] == '\\' && i + 1 < value.size()) ++i;
    text.push_back(value[i]);
  }
  return text;
}

void read_setting(std::string_view line, Build& build) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view key = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 1);
  if (key == "vcs.revision") build.revision = unquoted(value);
  if (key == "vcs.time") build.time = unquoted(value);
  if (key == "vcs.modified") build.is_modified = value == "true";
  if (key == "-ldflags") build.ldflags = unquoted(value);
}

/// The next word of a command line, without quotes; empty at its end.
std::string take_argument(std::string_view& rest) {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
  std::string word;
  char quote = '\0';
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (quote != '\0' ? c == quote : (c == '"' || c == '\'')) {
      quote = quote != '\0' ? '\0' : c;
    } else if (quote == '\0' && (c == ' ' || c == '\t')) {
      break;
    } else {
      word.push_back(c);
    }
  }
  return word;
}

/// Is `name` a variable that programs keep their own version in?
bool is_version_variable(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {
      "version",        "gitversion",     "appversion", "buildversion",
      "releaseversion", "programversion", "tag",        "gittag"};
  return std::ranges::find(kNames, to_lower(name)) != kNames.end();
}

/// Does a variable of the package `path` speak of the program, whose main module is `main`? One of
/// a dependency may hold that one's version.
bool is_of_program(std::string_view path, std::string_view main) {
  constexpr std::array<std::string_view, 2> kShared = {"github.com/prometheus/common/version",
                                                       "k8s.io/component-base/version"};
  if (path == "main" || path == main || std::ranges::find(kShared, path) != kShared.end()) {
    return true;
  }
  return path.starts_with(main) && path.substr(main.size()).starts_with('/');
}

/// "1.2.3", "v1.2", "v1.2.3-rc.1+build"; not "dev", a date or a revision.
bool looks_like_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::size_t numbers = 0;
  while (numbers < 3) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == 0 || digits > 5) return false;
    text.remove_prefix(digits);
    ++numbers;
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return numbers >= 2 && (text.empty() || text.front() == '-' || text.front() == '+') &&
         (text.empty() || is_library_word(text));
}

/// The version that `-X package.variable=value` stamps; empty where there is none.
std::string stamped_version(std::string_view ldflags, std::string_view main) {
  while (!ldflags.empty()) {
    std::string word = take_argument(ldflags);
    if (word == "-X" || word == "--X") {
      word = take_argument(ldflags);
    } else if (word.starts_with("-X=")) {
      word.erase(0, 3);
    } else {
      continue;
    }
    const std::string_view definition = word;
    const std::size_t equals = definition.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view variable = definition.substr(0, equals);
    const std::string_view value = definition.substr(equals + 1);
    const std::size_t dot = variable.rfind('.');
    if (dot == std::string_view::npos || !is_version_variable(variable.substr(dot + 1))) continue;
    if (!is_of_program(variable.substr(0, dot), main) || !looks_like_version(value)) continue;
    return value.starts_with('v') ? std::string(value) : "v" + std::string(value);
  }
  return {};
}

/// "v2" of "example.com/a/v2" or "gopkg.in/a.v2"; else "v0".
std::string major_of(std::string_view module) {
  const std::size_t mark = module.find_last_of("/.");
  if (mark == std::string_view::npos) return "v0";
  std::string_view last = module.substr(mark + 1);
  if (module.starts_with("gopkg.in/") && last.ends_with("-unstable")) last.remove_suffix(9);
  const bool is_major = last.size() > 1 && last[0] == 'v' &&
                        std::ranges::all_of(last.substr(1), is_digit) &&
                        (module[mark] == '/' || module.starts_with("gopkg.in/"));
  return is_major ? std::string(last) : "v0";
}

/// "v0.0.0-20240102030405-0123456789ab"; empty where the stamps do not tell it.
std::string pseudo_version(const Build& build, std::string_view main) {
  const std::int64_t time_s = parse_utc(build.time);
  if (time_s == 0 || build.revision.size() < kRevisionBytes) return {};
  std::string digits = format_utc(time_s);
  std::erase_if(digits, [](char c) { return !is_digit(c); });
  return fmt::format("{}.0.0-{}-{}{}", major_of(main), digits,
                     std::string_view(build.revision).substr(0, kRevisionBytes),
                     build.is_modified ? "+dirty" : "");
}

/// A folder of the builder's machine that stands in a module's place.
bool is_folder(std::string_view path) {
  return path.starts_with("./") || path.starts_with("../") || path.starts_with('/') ||
         path == "." || path == ".." || (path.size() > 2 && path[1] == ':');
}

std::optional<Part> module_of(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, '\t');
  if (fields.size() < 2 || !is_library_word(fields[0])) return std::nullopt;
  Part part{.type = PackageType::golang, .name = std::string(fields[0]), .version = {}};
  if (is_library_word(fields[1])) part.version = fields[1];
  return part;
}

void replace(Part& module, std::string_view line) {
  const std::vector<std::string_view> fields = split(line, '\t');
  if (is_folder(fields[0]) || fields.size() < 2 || !is_library_word(fields[1])) {
    module.confidence = Confidence::possible;
    module.evidence = fmt::format("replaced by {}", fields[0].substr(0, 200));
  } else if (is_library_word(fields[0])) {
    module.evidence = fmt::format("in place of {} {}", module.name, module.version);
    module.name = fields[0];
    module.version = fields[1];
  }
}

void settle_main(Part& main, const Build& build) {
  if (!main.version.empty() && main.version != kDevel) return;
  if (std::string stamped = stamped_version(build.ldflags, main.name); !stamped.empty()) {
    main.version = std::move(stamped);
    main.confidence = Confidence::likely;
    main.evidence = "stamped by -ldflags";
  } else if (std::string pseudo = pseudo_version(build, main.name); !pseudo.empty()) {
    main.version = std::move(pseudo);
    main.evidence = "vcs.revision " + build.revision.substr(0, 64);
  } else {
    main.version = kDevel;
  }
}

}  // namespace

void read_go_modules(std::string_view text, std::vector<Part>& found) {
  std::vector<Part> modules;
  std::optional<std::size_t> main;
  Build build;
  while (!text.empty() && modules.size() < kMostModules) {
    const std::string_view line = take_line(text);
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view word = line.substr(0, tab);
    const std::string_view rest = line.substr(tab + 1);
    if (word == "mod" || word == "dep") {
      std::optional<Part> module = module_of(rest);
      if (!module) continue;
      if (word == "mod" && !main) main = modules.size();
      modules.push_back(*std::move(module));
    } else if (word == "=>" && !modules.empty()) {
      replace(modules.back(), rest);
    } else if (word == "build") {
      read_setting(rest, build);
    }
  }
  if (main) settle_main(modules[*main], build);
  std::erase_if(modules, [](const Part& module) { return module.version.empty(); });
  std::ranges::move(modules, std::back_inserter(found));
}

void read_go_release(std::string_view release, std::vector<Part>& found) {
  release = release.substr(0, release.find(' '));
  if (!release.starts_with("go")) return;
  release.remove_prefix(2);
  if (release.empty() || !is_digit(release[0]) || !is_library_word(release)) return;
  found.push_back({.type = PackageType::golang, .name = "stdlib", .version = std::string(release)});
}

}  // namespace bulkhead::catalog::executable
