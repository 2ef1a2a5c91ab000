#include <algorithm>
#include <clocale>
#include <csignal>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/scan/target.h"
#include "commands.h"
#include "session.h"
#include "settings.h"

namespace bulkhead::app {
namespace {

std::string targets_help() {
  std::string text = "Targets: a path is looked into; a prefix says what it is:";
  for (const scan::TargetName& name : scan::target_names()) {
    text += fmt::format("\n  {:<16} {}", name.prefix, name.description);
  }
  return text +
         "\nWithout a prefix, what is no path is asked of a local engine, then of the registry.";
}

bool is_command(std::string_view word) {
  for (const Command& command : commands()) {
    if (command.name.substr(0, command.name.find(' ')) == word) return true;
  }
  return false;
}

/// `bulkhead REF` and `bulkhead image REF` are `bulkhead scan REF`.
std::vector<std::string> complete_arguments(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return arguments;
  const std::string& first = arguments.front();
  if (first == "image") {
    arguments.front() = "scan";
  } else if (!is_command(first) && first != "-h" && first != "--help" && first != "--version") {
    arguments.insert(arguments.begin(), "scan");
  }
  return arguments;
}

/// The command that was named, and what has parsed its options.
struct Chosen {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
};

/// Do `arguments` begin with the name of `command`?
bool is_named(const Command& command, const std::vector<std::string>& arguments) {
  const std::vector<std::string_view> words = split(command.name, ' ');
  return arguments.size() >= words.size() &&
         std::equal(words.begin(), words.end(), arguments.begin());
}

/// Adds every row of the table; "db import" becomes a subcommand of the group "db".
///
/// Only the command that `arguments` name heeds the environment: commands share their options'
/// fields, and the parser would let the variables of one overrule the command line of another.
void add_commands(CLI::App& root, const std::vector<std::string>& arguments, Options& options,
                  Chosen& chosen) {
  std::map<std::string_view, CLI::App*> parents;
  for (const Command& command : commands()) {
    const std::size_t space = command.name.find(' ');
    CLI::App* parent = &root;
    if (space != std::string_view::npos) {
      CLI::App*& group = parents[command.name.substr(0, space)];
      if (group == nullptr) {
        const auto row = std::ranges::find(groups(), command.name.substr(0, space), &Group::name);
        group = root.add_subcommand(std::string(row->name), std::string(row->summary));
        group->require_subcommand(1);
      }
      parent = group;
    }
    const std::string name(space == std::string_view::npos ? command.name
                                                           : command.name.substr(space + 1));
    CLI::App* app = parent->add_subcommand(name, std::string(command.summary));
    add_options(*app, command.bit, options);
    if (!is_named(command, arguments)) {
      for (CLI::Option* option : app->get_options()) option->envname("");
    }
    std::string footer(command.footer);
    if ((command.bit & kReads) != 0) footer += (footer.empty() ? "" : "\n\n") + targets_help();
    app->footer(footer);
    if (command.bit == kConfigShow) app->allow_extras();  // options of the commands it shows
    app->callback([&chosen, &command, app] { chosen = {&command, app}; });
  }
}

/// What a file of options says, and a word on variables that look like a misspelt option.
/// @return What is settled; nothing where the file is wrong, which has been said.
std::optional<Settings> configure(const Chosen& chosen, Options& options) {
  auto settings = settle(*chosen.app, chosen.command->bit, options);
  if (!settings) {
    complain(describe(settings.error()));
    return std::nullopt;
  }
  if (!options.is_quiet) {
    for (const std::string& sentence : odd_variables()) complain(sentence);
  }
  if (options.is_verbose) {
    for (const Setting& setting : settings->list) {
      if (setting.origin == Origin::standard) continue;
      complain(fmt::format("{} from {}", option_key(*setting.row), settings->origin_text(setting)));
    }
  }
  return std::move(*settings);
}

/// Some values are only refused by their command; says which ones a file has brought.
void blame_file(const Settings& settings) {
  std::string brought;
  for (const Setting& setting : settings.list) {
    if (setting.origin != Origin::file) continue;
    brought += fmt::format("{}{} (line {})", brought.empty() ? "" : ", ", option_key(*setting.row),
                           setting.line);
  }
  if (!brought.empty()) complain(fmt::format("{} has set {}", settings.file, brought));
}

int run(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // for the width of characters alone
  // A reader that went away and a file that may not grow are errors of writing, which are said and
  // give exit code 3, not a silent end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App root(
      "Finds, explains and closes the ways in which a container can hurt the people who "
      "run it.",
      "bulkhead");
  root.set_version_flag("--version", "bulkhead " BULKHEAD_VERSION);
  root.require_subcommand(1);
  root.footer(
      "bulkhead TARGET is bulkhead scan TARGET. Every option is also BULKHEAD_<OPTION> in "
      "the environment\nand a key of bulkhead.yaml (--config FILE); the command line goes first, "
      "then the environment.\nExit codes: 0 scanned completely, 1 --fail-on was met, 2 wrong "
      "usage, 3 something could not be read\nor there is no advisory data for it, 130 "
      "cancelled.");
  Options options;
  Chosen chosen;
  const std::vector<std::string> arguments = complete_arguments(argc, argv);
  add_commands(root, arguments, options, chosen);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    root.parse(reversed);  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    // Its own codes begin at 100; help and version come out as success.
    return root.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  if (chosen.command->bit == kConfigShow) options.words = chosen.app->remaining();
  if ((chosen.command->bit & kConfigured) == 0) return chosen.command->run(options);
  const auto settings = configure(chosen, options);
  if (!settings) return kExitUsage;
  const int code = chosen.command->run(options);
  if (code == kExitUsage) blame_file(*settings);
  return code;
}

}  // namespace
}  // namespace bulkhead::app

int main(int argc, char** argv) {
  try {
    return bulkhead::app::run(argc, argv);
  } catch (const std::exception& error) {
    // Out of memory and the like: nothing below throws on purpose.
    bulkhead::app::complain(error.what());
    return bulkhead::app::kExitGap;
  }
}
