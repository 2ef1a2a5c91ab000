#pragma once

#include <CLI/App.hpp>

#include "options.h"

namespace bulkhead::app {

// Exit codes (docs/errors.md).
inline constexpr int kExitOk = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitGap = 3;
inline constexpr int kExitInterrupted = 130;

/// One subcommand: a row of the table in commands.cc.
struct Command {
  std::string_view name;  // "scan", or "db import" for a command in a group
  std::string_view summary;
  CommandBit bit;
  int (*run)(const Options& options);
  std::string_view footer;  // more for its help
};

std::span<const Command> commands();

/// What the words before a space are for: "db" in "db import".
struct Group {
  std::string_view name;
  std::string_view summary;
};
std::span<const Group> groups();

int run_scan(const Options& options);
int run_why(const Options& options);
int run_sbom(const Options& options);
int run_files(const Options& options);
int run_db_import(const Options& options);
int run_db_update(const Options& options);
int run_db_sources(const Options& options);
int run_db_status(const Options& options);
int run_db_search(const Options& options);
int run_version_compare(const Options& options);
int run_config_show(const Options& options);
int run_completion(const Options& options);
int run_man(const Options& options);

}  // namespace bulkhead::app
