#include <fmt/format.h>

#include "completion.h"
#include "hints.h"

namespace bulkhead::app {
namespace {

/// `text` for a description in a single-quoted specification of _arguments: "[", "]" and ":" mean
/// something there, and so does the quote.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(' ');
    for (const char c : word) text += c == ' ' ? "\\ " : c == ':' ? "\\:" : std::string(1, c);
  }
  return text;
}

std::string action_of(const Hint& hint) {
  switch (hint.kind) {
    case Hint::Kind::none:
      return " ";
    case Hint::Kind::words:
      return fmt::format("({})", joined(hint.words));
    case Hint::Kind::list:
      return fmt::format("_values -s , value {}", joined(hint.words));
    case Hint::Kind::report:
      return fmt::format("_bulkhead_report {}", joined(hint.words));
    case Hint::Kind::target:
      return fmt::format("_bulkhead_target {}", joined(hint.words));
    case Hint::Kind::file:
      return "_files";
    case Hint::Kind::folder:
      return "_files -/";
  }
  return " ";
}

/// The specifications of one row, one a name.
std::string specifications(const OptionRow& row) {
  const bool is_list = std::holds_alternative<std::vector<std::string> Options::*>(row.field);
  const std::string action = action_of(hint_of(row));
  if (is_positional(row)) {
    return fmt::format("    '{}:{}:{}' \\\n", is_list ? "*" : "1", option_key(row), action);
  }
  const std::string name = fmt::format("--{}", option_key(row));
  const std::string head =
      is_list ? "*"
              : fmt::format("({})", short_name(row).empty()
                                        ? name
                                        : fmt::format("{} {}", short_name(row), name));
  std::string value;
  if (takes_value(row)) value = fmt::format(":{}:{}", escaped(row.value), action);
  std::string text = fmt::format("    '{}{}{}[{}]{}' \\\n", head, name, takes_value(row) ? "=" : "",
                                 escaped(row.help), value);
  if (!short_name(row).empty()) {
    text += fmt::format("    '{}{}[{}]{}' \\\n", head, short_name(row), escaped(row.help), value);
  }
  return text;
}

std::string function_name(std::string_view command) {
  std::string name = "_bulkhead_";
  for (const char c : command) name.push_back(c == ' ' || c == '-' ? '_' : c);
  return name;
}

std::string command_function(const Command& command) {
  std::string text = fmt::format("{}() {{\n  _arguments -s \\\n", function_name(command.name));
  for (const OptionRow* row : rows_of(command)) text += specifications(*row);
  return text + "    '(- *)'{-h,--help}'[Print this help message and exit]'\n}\n";
}

/// A function that chooses the next word among the commands of a group, or of the root ("").
std::string chooser(std::string_view group) {
  const std::string prefix = group.empty() ? std::string() : std::string(group) + " ";
  std::string described;
  std::string cases;
  for (const Command& command : commands()) {
    if (!command.name.starts_with(prefix)) continue;
    const std::string_view name = command.name.substr(prefix.size());
    if (name.find(' ') != std::string_view::npos) continue;
    described += fmt::format("    '{}:{}'\n", name, escaped(command.summary));
    cases += fmt::format("      {}) {} ;;\n", name, function_name(command.name));
  }
  std::string tail = "      *) return 1 ;;\n";
  if (group.empty()) {
    for (const Group& row : groups()) {
      described += fmt::format("    '{}:{}'\n", row.name, escaped(row.summary));
      cases += fmt::format("      {}) {} ;;\n", row.name, function_name(row.name));
    }
    tail = "      *) _bulkhead_scan ;;\n";
  }
  const std::string name = group.empty() ? "_bulkhead" : function_name(group);
  return fmt::format(
      R"zsh({0}() {{
  local curcontext="$curcontext" state line
  local -a next=(
{1}  )
  typeset -A opt_args
  _arguments -C '(- *)'{{-h,--help}}'[Print this help message and exit]' \
    {4}'1: :->next' '*:: :->rest'
  case $state in
    next) _describe -t commands command next{5} ;;
    rest) case $words[1] in
{2}{3}    esac ;;
  esac
}}
)zsh",
      name, described, cases, tail,
      group.empty() ? "'(- *)--version[Display program version information and exit]' " : "",
      group.empty() ? "; _files" : "");
}

constexpr std::string_view kHelpers = R"zsh(
_bulkhead_report() {
  if compset -P '*='; then _files; else compadd -S '' -- "$@"; fi
}
_bulkhead_target() {
  if compset -P '*:'; then _files; else compadd -S '' -- "$@"; _files; fi
}
)zsh";

}  // namespace

std::string zsh_completion() {
  std::string text =
      "#compdef bulkhead\n# zsh completion for bulkhead; made by `bulkhead completion zsh`\n";
  text += kHelpers.substr(1);
  for (const Command& command : commands()) text += command_function(command);
  for (const Group& group : groups()) text += chooser(group.name);
  text += chooser("");
  // Loaded from fpath the file is the function's body; sourced, it names the function.
  return text +
         "if [ \"$funcstack[1]\" = \"_bulkhead\" ]; then _bulkhead \"$@\"\n"
         "else compdef _bulkhead bulkhead\nfi\n";
}

}  // namespace bulkhead::app
