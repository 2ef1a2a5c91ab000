#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "bulkhead/base/error.h"
#include "config_file.h"
#include "options.h"

namespace bulkhead::app {

/// Where a value came from; a greater one goes before a lesser one.
enum class Origin { standard, file, environment, command_line };

struct Setting {
  const OptionRow* row = nullptr;
  Origin origin = Origin::standard;
  std::string_view source;  // key of the option that set it (another name of `row`'s, perhaps)
  std::uint32_t line = 0;   // in the file
};

/// Every option of an application (a parsed command), settled.
struct Settings {
  std::string file;  // the file of options that was read; empty: none
  std::vector<Setting> list;

  /// "default", "bulkhead.yaml:3", "BULKHEAD_FAIL_ON", "command line".
  std::string origin_text(const Setting& setting) const;
};

/// Fills `options`, as the parsed `app` has left it, with what the file of options has for
/// `commands` and neither the environment nor the command line say.
///
/// @error as read_config has them.
Result<Settings> settle(CLI::App& app, unsigned commands, Options& options);

/// Variables of the environment that look like a misspelt option of ours, one sentence each.
std::vector<std::string> odd_variables();

}  // namespace bulkhead::app
