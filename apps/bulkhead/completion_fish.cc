#include <fmt/format.h>

#include "completion.h"
#include "hints.h"

namespace bulkhead::app {
namespace {

/// A single-quoted word of fish: only the quote and the backslash are special in it.
std::string fish_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

/// Words for -a, which fish splits at spaces unless they are escaped once more.
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text.push_back(' ');
    for (const char c : word) text += c == ' ' ? "\\ " : std::string(1, c);
  }
  return text;
}

/// The part of a `complete` line that says what the value is; fish completes files by itself
/// where nothing forbids it.
std::string value_part(const Hint& hint) {
  switch (hint.kind) {
    case Hint::Kind::none:
      return " -x";
    case Hint::Kind::words:
      return " -x -a " + fish_word(joined(hint.words));
    case Hint::Kind::list:
      return " -x -a " + fish_word(fmt::format("(__fish_append , {})", joined(hint.words)));
    case Hint::Kind::report:
    case Hint::Kind::target:
      return " -r -F -a " + fish_word(joined(hint.words));
    case Hint::Kind::file:
      return " -r -F";
    case Hint::Kind::folder:
      return " -x -a '(__fish_complete_directories)'";
  }
  return {};
}

std::string line_of(const Command& command, const OptionRow& row) {
  std::string text = fmt::format(
      "complete -c bulkhead -n {}",
      fish_word(fmt::format("test (__bulkhead_command) = {}", fish_word(command.name))));
  if (is_positional(row)) {
    std::string part = value_part(hint_of(row));
    if (part.starts_with(" -r -F")) part.erase(0, 3);  // -r is for options
    if (part.starts_with(" -x")) part.replace(0, 3, " -f");
    return text + part + "\n";
  }
  if (!short_name(row).empty()) text += fmt::format(" -s {}", short_name(row).substr(1));
  text += fmt::format(" -l {}", option_key(row));
  if (takes_value(row)) text += value_part(hint_of(row));
  return fmt::format("{} -d {}\n", text, fish_word(row.help));
}

/// Prints the command on the line so far: "scan", "db import", "db" where the rest is missing, "-"
/// where there is none.
std::string command_function() {
  std::string roots;
  std::string group_names;
  for (const Command& command : commands()) {
    if (command.name.find(' ') == std::string_view::npos) {
      roots += fmt::format(" {}", command.name);
    }
  }
  for (const Group& group : groups()) group_names += fmt::format(" {}", group.name);
  return fmt::format(R"fish(function __bulkhead_command
    set -l tokens (commandline -opc)
    set -l group
    for token in $tokens[2..-1]
        switch $token
            case '-*'
                continue
        end
        if set -q group[1]
            echo "$group $token"
            return
        end
        switch $token
            case{}
                set group $token
            case{}
                echo $token
                return
            case '*'
                echo scan
                return
        end
    end
    if set -q group[1]
        echo $group
    else
        echo -
    end
end
)fish",
                     group_names, roots);
}

}  // namespace

std::string fish_completion() {
  std::string text = "# fish completion for bulkhead; made by `bulkhead completion fish`\n";
  text += command_function();
  const auto add = [&](std::string_view at, std::string_view name, std::string_view summary) {
    text += fmt::format("complete -c bulkhead -n {} -a {} -d {}\n",
                        fish_word(fmt::format("test (__bulkhead_command) = {}", fish_word(at))),
                        name, fish_word(summary));
  };
  for (const Group& group : groups()) add("-", group.name, group.summary);
  for (const Command& command : commands()) {
    const std::size_t space = command.name.find(' ');
    if (space == std::string_view::npos) {
      add("-", command.name, command.summary);
    } else {
      add(command.name.substr(0, space), command.name.substr(space + 1), command.summary);
    }
    for (const OptionRow* row : rows_of(command)) text += line_of(command, *row);
  }
  text += "complete -c bulkhead -s h -l help -d 'Print this help message and exit'\n";
  text +=
      "complete -c bulkhead -n 'test (__bulkhead_command) = -' -l version -d 'Display program "
      "version information and exit'\n";
  return text;
}

}  // namespace bulkhead::app
