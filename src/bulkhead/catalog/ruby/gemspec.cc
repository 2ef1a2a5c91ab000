#include "bulkhead/catalog/ruby/gemspec.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/text.h"

namespace bulkhead::catalog::ruby {
namespace {

/// Takes the literal string off the front of `rest`: "a", 'a', %q{a}, %q(a), with ".freeze" or not.
/// Empty, and `rest` as it was, where none begins there. None of RubyGems' names, versions and
/// licences needs an escape, so one ends the matter.
std::string_view take_literal(std::string_view& rest) {
  constexpr std::pair<std::string_view, char> kQuotes[] = {
      {"\"", '"'}, {"'", '\''}, {"%q{", '}'}, {"%q(", ')'}, {"%q[", ']'}};
  for (const auto& [open, close] : kQuotes) {
    if (!rest.starts_with(open)) continue;
    const std::size_t end = rest.find(close, open.size());
    if (end == std::string_view::npos) return {};
    const std::string_view literal = rest.substr(open.size(), end - open.size());
    if (literal.find_first_of("\\#") != std::string_view::npos) return {};  // an interpolation
    rest.remove_prefix(end + 1);
    return literal;
  }
  return {};
}

/// What is assigned to the attribute `name` in a line "s.name = ..."; empty where it is another.
std::string_view assigned(std::string_view line, std::string_view name) {
  const std::size_t dot = line.find('.');
  if (dot == std::string_view::npos || line.find_first_of(" \t\"'=") < dot) return {};
  line.remove_prefix(dot + 1);
  if (!line.starts_with(name)) return {};
  line = trim(line.substr(name.size()));
  return line.starts_with('=') && !line.starts_with("==") ? trim(line.substr(1))
                                                          : std::string_view();
}

std::string_view literal_of(std::string_view value) {
  constexpr std::string_view kVersion = "Gem::Version.new(";
  if (value.starts_with(kVersion)) value.remove_prefix(kVersion.size());
  return take_literal(value);
}

/// "MIT", or ["MIT".freeze, "Ruby"]: all that stand there, of which a user may choose.
std::string licenses_of(std::string_view value) {
  if (!value.starts_with('[')) return std::string(literal_of(value));
  std::string all;
  while (!value.empty()) {
    value.remove_prefix(1);
    const std::string_view next = take_literal(value);
    if (next.empty()) continue;
    if (!all.empty()) all += " OR ";
    all += next;
  }
  return all;
}

struct Gem {
  std::string_view name;
  std::string_view version;
  std::string license;
};

void read_stub(std::string_view line, Gem& gem) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() < 3) return;
  gem.name = words[0];
  gem.version = words[1];
}

void read_line(std::string_view line, Gem& gem) {
  constexpr std::string_view kStub = "# stub: ";
  if (line.starts_with(kStub)) return read_stub(line.substr(kStub.size()), gem);
  if (gem.name.empty()) gem.name = literal_of(assigned(line, "name"));
  if (gem.version.empty()) gem.version = literal_of(assigned(line, "version"));
  if (!gem.license.empty()) return;
  gem.license = licenses_of(assigned(line, "licenses"));
  if (gem.license.empty()) gem.license = licenses_of(assigned(line, "license"));
}

bool is_section(std::string_view line) {
  constexpr std::string_view kSections[] = {"GEM", "GIT", "PATH", "PLUGIN SOURCE"};
  return std::ranges::find(kSections, line) != std::end(kSections);
}

/// "name (version)" and "name (version-platform)"; a "!" may follow.
void add_spec(std::string_view line, LibraryList& out) {
  const std::size_t open = line.find(" (");
  const std::size_t close = line.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return out.refuse();
  const std::string_view version = line.substr(open + 2, close - open - 2);
  out.add(line.substr(0, open), version.substr(0, version.find('-')));
}

}  // namespace

Result<void> parse_gemspec(std::string_view text, LibraryList& out) {
  Gem gem;
  while (!text.empty()) read_line(trim(take_line(text)), gem);
  if (gem.name.empty() || gem.version.empty()) {
    return fail(Code::malformed, "no literal name and version");
  }
  out.add(gem.name, gem.version, gem.license);
  return {};
}

Result<void> parse_gemfile_lock(std::string_view text, LibraryList& out) {
  bool has_section = trim(text).empty();
  bool is_in_specs = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    if (indent == 0) {
      is_in_specs = false;
      has_section = has_section || is_section(line) || line == "DEPENDENCIES";
    } else if (line == "  specs:") {
      is_in_specs = true;
    } else if (is_in_specs && indent == 4) {  // deeper: what a gem needs
      add_spec(line.substr(indent), out);
    }
  }
  if (!has_section) return fail(Code::malformed, "no section of a lock file");
  return {};
}

}  // namespace bulkhead::catalog::ruby
