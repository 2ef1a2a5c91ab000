#include <clocale>
#include <csignal>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "bulkhead/scan/target.h"
#include "commands.h"
#include "session.h"

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

/// Adds every row of the table; "db import" becomes a subcommand of the group "db".
void add_commands(CLI::App& root, Options& options, const Command*& chosen) {
  std::map<std::string, CLI::App*> groups;
  for (const Command& command : commands()) {
    const std::size_t space = command.name.find(' ');
    CLI::App* parent = &root;
    if (space != std::string_view::npos) {
      const std::string name(command.name.substr(0, space));
      CLI::App*& group = groups[name];
      if (group == nullptr) {
        group = root.add_subcommand(name, "The advisory data");
        group->require_subcommand(1);
      }
      parent = group;
    }
    const std::string name(space == std::string_view::npos ? command.name
                                                           : command.name.substr(space + 1));
    CLI::App* app = parent->add_subcommand(name, std::string(command.summary));
    add_options(*app, command.bit, options);
    std::string footer(command.footer);
    if ((command.bit & kReads) != 0) footer += (footer.empty() ? "" : "\n\n") + targets_help();
    app->footer(footer);
    app->callback([&chosen, &command] { chosen = &command; });
  }
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
      "the environment.\nExit codes: 0 scanned completely, 1 --fail-on was met, 2 wrong "
      "usage, 3 something could not be read\nor there is no advisory data for it, 130 "
      "cancelled.");
  Options options;
  const Command* chosen = nullptr;
  add_commands(root, options, chosen);
  std::vector<std::string> arguments = complete_arguments(argc, argv);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    root.parse(reversed);  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    // Its own codes begin at 100; help and version come out as success.
    return root.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return chosen->run(options);
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
