#include "settings.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "nearest.h"

namespace bulkhead::app {
namespace {

constexpr std::string_view kDefaultFile = "bulkhead.yaml";

/// Options that say the same thing in two ways: what the stronger source says of one silences what
/// a weaker one says of the other. "-o table" after a file's "format: json" is a table.
constexpr std::pair<std::string_view, std::string_view> kRivals[] = {
    {"target", "input"},
    {"output", "format"},
};

CLI::Option* option_of(CLI::App& app, const OptionRow& row) {
  const std::string name = (is_positional(row) ? "" : "--") + std::string(option_key(row));
  return app.get_option_no_throw(name);
}

/// What the parsed `app` says: what came by the command line stands in its order of parsing, what
/// came by the environment does not.
Origin origin_in(const CLI::App& app, const CLI::Option& option) {
  if (option.count() == 0) return Origin::standard;
  const bool is_typed = std::ranges::find(app.parse_order(), &option) != app.parse_order().end();
  return is_typed ? Origin::command_line : Origin::environment;
}

Setting* find(std::vector<Setting>& list, std::string_view key) {
  const auto found =
      std::ranges::find(list, key, [](const Setting& setting) { return option_key(*setting.row); });
  return found == list.end() ? nullptr : &*found;
}

/// Two names of one field (--only-fixed, --ignore-unfixed) are settled alike.
void share_among_names(std::vector<Setting>& list) {
  for (Setting& setting : list) {
    for (const Setting& other : list) {
      if (other.row->field == setting.row->field && other.origin > setting.origin) {
        setting.origin = other.origin;
        setting.source = other.source;
        setting.line = other.line;
      }
    }
  }
}

void take_file(CLI::App& app, unsigned commands, const ConfigFile& file,
               std::vector<Setting>& list) {
  for (const FileValue& value : file.values) {
    if ((value.row->commands & commands) == 0) continue;
    Setting* setting = find(list, option_key(*value.row));
    if (setting == nullptr || setting->origin > Origin::file) continue;
    CLI::Option* option = option_of(app, *value.row);
    for (const std::string& text : value.values) option->add_result(text);
    option->run_callback();  // it cannot fail: read_config has run the same checks
    setting->origin = Origin::file;
    setting->source = option_key(*setting->row);
    setting->line = value.line;
  }
}

void reset(Options& options, Setting& setting) {
  const Options standard;
  with_field(options, *setting.row, [&](auto& field) {
    with_field(standard, *setting.row, [&](const auto& value) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>,
                                   std::remove_cvref_t<decltype(field)>>) {
        field = value;
      }
    });
  });
  setting.origin = Origin::standard;
}

}  // namespace

std::string Settings::origin_text(const Setting& setting) const {
  switch (setting.origin) {
    case Origin::standard:
      return "default";
    case Origin::file:
      return fmt::format("{}:{}", file, setting.line);
    case Origin::environment:
      return environment_name(*find_option(setting.source));
    case Origin::command_line:
      return "command line";
  }
  return {};
}

Result<Settings> settle(CLI::App& app, unsigned commands, Options& options) {
  Settings settings;
  for (const OptionRow& row : option_rows()) {
    const CLI::Option* option = (row.commands & commands) != 0 ? option_of(app, row) : nullptr;
    if (option == nullptr || find(settings.list, option_key(row)) != nullptr) continue;
    settings.list.push_back({&row, origin_in(app, *option), option_key(row), 0});
  }
  share_among_names(settings.list);

  std::error_code ignored;  // a folder that cannot be looked into has no file for us
  settings.file = options.config;
  if (settings.file.empty() && std::filesystem::exists(kDefaultFile, ignored)) {
    settings.file = kDefaultFile;
  }
  if (!settings.file.empty()) {
    BH_TRY(const ConfigFile file, read_config(settings.file));
    take_file(app, commands, file, settings.list);
    share_among_names(settings.list);
  }
  for (const auto& [one, other] : kRivals) {
    Setting* a = find(settings.list, one);
    Setting* b = find(settings.list, other);
    if (a == nullptr || b == nullptr || a->origin == b->origin) continue;
    Setting& weaker = a->origin < b->origin ? *a : *b;
    if (weaker.origin != Origin::standard) reset(options, weaker);
  }
  return settings;
}

std::vector<std::string> odd_variables() {
  constexpr std::string_view kPrefix = "BULKHEAD_";
  std::vector<std::string> names;
  for (const OptionRow& row : option_rows()) {
    if (!is_positional(row)) names.push_back(environment_name(row));
  }
  std::vector<std::string> sentences;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    std::string_view name(*variable);
    name = name.substr(0, name.find('='));
    if (!name.starts_with(kPrefix) || std::ranges::find(names, name) != names.end()) continue;
    // Others may use the prefix for what is not ours, so only a near miss is worth a word.
    const std::size_t most = std::min<std::size_t>(2, (name.size() - kPrefix.size()) / 3);
    const std::string meant = nearest(name, names, most);
    if (meant.empty()) continue;
    sentences.push_back(fmt::format("{} is no option; did you mean {}?", name, meant));
  }
  return sentences;
}

}  // namespace bulkhead::app
