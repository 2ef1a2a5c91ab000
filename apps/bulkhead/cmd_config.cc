#include <algorithm>

#include <fmt/format.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "commands.h"
#include "session.h"
#include "settings.h"

namespace bulkhead::app {
namespace {

using nlohmann::ordered_json;

/// Is the value nobody's business? Options that take a secret from standard input hold none.
bool is_secret(const OptionRow& row) {
  if (std::holds_alternative<bool Options::*>(row.field)) return false;
  const std::string_view key = option_key(row);
  return key.ends_with("password") || key.ends_with("token") || key.ends_with("secret");
}

ordered_json value_of(const Options& options, const OptionRow& row) {
  return with_field(options, row, [&](const auto& field) -> ordered_json {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::string>) {
      return is_secret(row) && !field.empty() ? "(hidden)" : to_utf8(field).text;
    } else if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
      ordered_json list = ordered_json::array();
      for (const std::string& item : field) list.push_back(to_utf8(item).text);
      return list;
    } else {
      return field;
    }
  });
}

std::string text_of(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const ordered_json& item : value) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", item.get<std::string>());
  }
  return text;
}

/// The commands that have an option of this key, whichever row makes it.
ordered_json commands_with(std::string_view key) {
  unsigned bits = 0;
  for (const OptionRow& row : option_rows()) {
    if (option_key(row) == key) bits |= row.commands;
  }
  ordered_json list = ordered_json::array();
  for (const Command& command : commands()) {
    if ((command.bit & bits & kConfigured) != 0) list.push_back(command.name);
  }
  return list;
}

ordered_json json_of(const Setting& setting, const Settings& settings, const Options& options) {
  constexpr std::string_view kOrigins[] = {"default", "file", "environment", "command-line"};
  const OptionRow& row = *setting.row;
  ordered_json object;
  object["name"] = option_key(row);
  object["value"] = value_of(options, row);
  object["default"] = value_of(Options(), row);
  object["origin"] = kOrigins[static_cast<std::size_t>(setting.origin)];
  if (setting.origin == Origin::file) {
    object["file"] = to_utf8(settings.file).text;
    object["line"] = setting.line;
  }
  object["variable"] = environment_name(row);
  object["is_file_key"] = is_file_key(row);
  object["commands"] = commands_with(option_key(row));
  object["help"] = row.help;
  return object;
}

void write_table(const Settings& settings, const Options& options) {
  fmt::print("{:<24} {:<24} {}\n", "option", "value", "from");
  for (const Setting& setting : settings.list) {
    const std::string value = to_terminal(text_of(value_of(options, *setting.row)));
    fmt::print("{:<24} {:<24} {}\n", option_key(*setting.row), value.empty() ? "-" : value,
               to_terminal(settings.origin_text(setting)));
  }
}

/// The bits of the command that --for names, or of all.
std::optional<unsigned> commands_named(const std::string& name) {
  if (name.empty()) return kConfigured;
  std::string names;
  for (const Command& command : commands()) {
    if ((command.bit & kConfigured) == 0) continue;
    if (command.name == name) return command.bit;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", command.name);
  }
  complain(fmt::format("'{}' is no command with options to show (there are {})", name, names));
  return std::nullopt;
}

}  // namespace

int run_config_show(const Options& options) {
  const auto bits = commands_named(options.shown_command);
  if (!bits) return kExitUsage;
  // The options that are shown are parsed as their own command would parse them.
  CLI::App shown;
  Options values;
  for (const OptionRow& row : option_rows()) {
    const bool is_wanted = (row.commands & *bits) != 0 && !is_positional(row);
    const std::string name = "--" + std::string(option_key(row));
    if (is_wanted && shown.get_option_no_throw(name) == nullptr) add_option(shown, row, values);
  }
  std::vector<std::string> reversed(options.words.rbegin(), options.words.rend());
  try {
    shown.parse(reversed);
  } catch (const CLI::ParseError& error) {
    complain(error.what());
    return kExitUsage;
  }
  const auto settings = settle(shown, *bits, values);
  if (!settings) {
    complain(describe(settings.error()));
    return kExitUsage;
  }
  if (!values.is_quiet) {
    for (const std::string& sentence : odd_variables()) complain(sentence);
  }
  if (wants_json(options)) {
    ordered_json list = ordered_json::array();
    for (const Setting& setting : settings->list) {
      list.push_back(json_of(setting, *settings, values));
    }
    const ordered_json file =
        settings->file.empty() ? ordered_json() : ordered_json(to_utf8(settings->file).text);
    fmt::print(
        "{}\n",
        ordered_json{{"schema", "bulkhead.config/1"}, {"file", file}, {"options", list}}.dump(2));
  } else {
    write_table(*settings, values);
  }
  return kExitOk;
}

}  // namespace bulkhead::app
