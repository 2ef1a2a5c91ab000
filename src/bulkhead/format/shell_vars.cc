#include "bulkhead/format/shell_vars.h"

#include "bulkhead/base/text.h"

namespace bulkhead::format {
namespace {

// What a backslash inside double quotes escapes; before anything else it is itself.
constexpr std::string_view kEscapedInQuotes = "$`\"\\";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return false;
  for (const char c : text) {
    if (!is_letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

/// Removes the quoting from what follows the "=", or gives nothing where a quote stays open.
std::optional<std::string> unquote(std::string_view text) {
  std::string value;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool has_next = i + 1 < text.size();
    if (quote == '\'') {
      if (c == quote) {
        quote = 0;
      } else {
        value.push_back(c);
      }
    } else if (quote == '"') {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && has_next && kEscapedInQuotes.contains(text[i + 1])) {
        value.push_back(text[++i]);
      } else {
        value.push_back(c);
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\') {
      if (has_next) value.push_back(text[++i]);
    } else {
      value.push_back(c);
    }
  }
  if (quote != 0) return std::nullopt;
  return value;
}

}  // namespace

std::string_view ShellVars::find(std::string_view name) const {
  for (auto var = vars.rbegin(); var != vars.rend(); ++var) {
    if (var->first == name) return var->second;
  }
  return {};
}

ShellVars parse_shell_vars(std::string_view text) {
  ShellVars result;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::uint64_t offset = text.size() - rest.size();
    const std::string_view line = trim(take_line(rest));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && is_name(line.substr(0, equals))) {
      if (std::optional<std::string> value = unquote(line.substr(equals + 1))) {
        result.vars.emplace_back(line.substr(0, equals), *std::move(value));
        continue;
      }
    }
    ++result.bad_lines;
    if (!result.first_bad_offset) result.first_bad_offset = offset;
  }
  return result;
}

}  // namespace bulkhead::format
