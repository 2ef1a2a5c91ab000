#include <fmt/format.h>

#include "completion.h"
#include "hints.h"

namespace bulkhead::app {
namespace {

/// What does not depend on the tables. Works without the package bash-completion.
constexpr std::string_view kBody = R"bash(
_bulkhead() {
  local IFS=$'\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local kind=none words= command= group= word= glue= done= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      if _bulkhead_value "${command:-scan}" "$word"; then
        [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
        ((i++))
      fi
    elif [[ -z $command ]]; then
      if [[ -n $group ]]; then command="$group $word"
      elif _bulkhead_is_group "$word"; then group=$word
      elif _bulkhead_is_command "$word"; then command=$word
      else command=scan
      fi
    fi
  done

  # Readline splits words at "=" and ":", so --option=VALUE, FORMAT=FILE and PREFIX:FILE come here
  # in pieces.
  if [[ $cur == = || $cur == : ]]; then glue=$cur cur=
  elif [[ $prev == = || $prev == : ]]; then glue=$prev prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  kind=none words=
  if [[ $glue == : || ( $glue == = && $prev != -* ) ]]; then kind=file
  elif [[ $prev == -* ]] && _bulkhead_value "${command:-scan}" "$prev"; then :
  elif [[ $cur == -* ]]; then kind=words; _bulkhead_options "${command:-scan}"
  elif [[ -z $command ]]; then kind=words; _bulkhead_commands "$group"
  else _bulkhead_argument "$command"
  fi

  case $kind in
    words)
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      COMPREPLY=("${COMPREPLY[@]// /\\ }")
      # A target may stand where a command does.
      if [[ -z $command$group && -n $cur && $cur != -* ]]; then
        COMPREPLY+=($(compgen -f -- "$cur"))
      fi ;;
    list)
      [[ $cur == *,* ]] && done=${cur%,*},
      COMPREPLY=($(compgen -P "$done" -W "$words" -- "${cur##*,}")) ;;
    report)
      compopt -o nospace 2>/dev/null
      COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
    target)
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      if ((${#COMPREPLY[@]})); then compopt -o nospace 2>/dev/null
      else compopt -o filenames 2>/dev/null
      fi
      COMPREPLY+=($(compgen -f -- "$cur")) ;;
    file)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur")) ;;
    folder)
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -d -- "$cur")) ;;
  esac
}
complete -F _bulkhead bulkhead
)bash";

std::string_view kind_word(Hint::Kind kind) {
  constexpr std::string_view kWords[] = {"none",   "words", "list",  "report",
                                         "target", "file",  "folder"};
  return kWords[static_cast<std::size_t>(kind)];
}

/// `$'a\nb'`: our words have no quotes and no backslashes.
std::string quoted_lines(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "\\n") + word;
  return "$'" + text + "'";
}

std::string set_hint(const Hint& hint) {
  return fmt::format("kind={} words={}", kind_word(hint.kind), quoted_lines(hint.words));
}

std::vector<std::string> names_of(const OptionRow& row) {
  std::vector<std::string> names{fmt::format("--{}", option_key(row))};
  if (!short_name(row).empty()) names.emplace_back(short_name(row));
  return names;
}

std::string values_function() {
  std::string text = "_bulkhead_value() {\n  case \"$1 $2\" in\n";
  for (const Command& command : commands()) {
    for (const OptionRow* row : rows_of(command)) {
      if (is_positional(*row) || !takes_value(*row)) continue;
      std::string pattern;
      for (const std::string& name : names_of(*row)) {
        pattern += fmt::format("{}'{} {}'", pattern.empty() ? "" : "|", command.name, name);
      }
      text += fmt::format("    {}) {} ;;\n", pattern, set_hint(hint_of(*row)));
    }
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

std::string options_function() {
  std::string text = "_bulkhead_options() {\n  case $1 in\n";
  for (const Command& command : commands()) {
    std::vector<std::string> names{"--help", "-h"};
    for (const OptionRow* row : rows_of(command)) {
      if (is_positional(*row)) continue;
      for (std::string& name : names_of(*row)) names.push_back(std::move(name));
    }
    text += fmt::format("    '{}') words={} ;;\n", command.name, quoted_lines(names));
  }
  return text + "  esac\n}\n";
}

std::string argument_function() {
  std::string text = "_bulkhead_argument() {\n  case $1 in\n";
  for (const Command& command : commands()) {
    for (const OptionRow* row : rows_of(command)) {
      if (!is_positional(*row)) continue;
      text += fmt::format("    '{}') {} ;;\n", command.name, set_hint(hint_of(*row)));
    }
  }
  return text + "  esac\n}\n";
}

/// The names that may come next: at the root, and in each group.
std::string commands_functions() {
  std::vector<std::string> roots;
  std::string cases;
  std::string group_pattern;
  std::string command_pattern;
  for (const Command& command : commands()) {
    if (command.name.find(' ') != std::string_view::npos) continue;
    roots.emplace_back(command.name);
    command_pattern += fmt::format("{}{}", command_pattern.empty() ? "" : "|", command.name);
  }
  for (const Group& group : groups()) {
    roots.emplace_back(group.name);
    group_pattern += fmt::format("{}{}", group_pattern.empty() ? "" : "|", group.name);
    std::vector<std::string> members;
    for (const Command& command : commands()) {
      if (!command.name.starts_with(std::string(group.name) + " ")) continue;
      members.emplace_back(command.name.substr(group.name.size() + 1));
    }
    cases += fmt::format("    {}) words={} ;;\n", group.name, quoted_lines(members));
  }
  roots.emplace_back("--help");
  roots.emplace_back("--version");
  return fmt::format(
      "_bulkhead_is_group() {{ [[ $1 == @({}) ]]; }}\n"
      "_bulkhead_is_command() {{ [[ $1 == @({}) ]]; }}\n"
      "_bulkhead_commands() {{\n  case $1 in\n{}    *) words={} ;;\n  esac\n}}\n",
      group_pattern, command_pattern, cases, quoted_lines(roots));
}

}  // namespace

std::string bash_completion() {
  return "# bash completion for bulkhead; made by `bulkhead completion bash`\n" +
         values_function() + options_function() + argument_function() + commands_functions() +
         std::string(kBody.substr(1));
}

}  // namespace bulkhead::app
