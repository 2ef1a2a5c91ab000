#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <CLI/App.hpp>

#include "bulkhead/base/limits.h"

namespace bulkhead::app {

/// Everything that can be set from outside; one field an option, whatever the command.
struct Options {
  std::string target;
  std::string input;
  std::vector<std::string> outputs;
  std::string format;
  std::string platform;
  std::string database;
  std::string cache_folder;
  std::string scanners = "vuln";
  std::vector<std::string> severities;
  std::string fail_on;
  std::string unknown_as = "medium";
  std::vector<std::string> ignored_ids;
  std::vector<std::string> ignore_files;
  std::vector<std::string> vex_files;
  std::string baseline;
  std::string verify = "digests";
  std::string username;
  std::string ca_file;
  std::string client_certificate;
  std::string client_key;
  std::uint64_t network_timeout_s = 30;
  std::uint64_t exit_code = 1;
  std::uint64_t jobs = 0;  // 0: one a core
  std::uint64_t chunk_bytes = 256 << 10;
  std::uint64_t timeout_s = 0;
  std::uint64_t most_rows = 100;
  std::int64_t layer = -1;  // -1: the final tree
  bool is_fixed_only = false;
  bool is_all = false;
  bool has_package_files = false;
  bool is_strict = false;
  bool has_suppressed = false;
  bool is_quiet = false;
  bool is_verbose = false;
  bool has_no_progress = false;
  bool is_stdin = false;
  bool has_password_on_stdin = false;
  bool is_insecure = false;
  std::vector<std::string> words;  // of the command itself: paths, a scheme and versions
  Limits limits;
};

/// The commands that an option belongs to.
enum CommandBit : unsigned {
  kScan = 1,
  kFiles = 2,
  kDbImport = 4,
  kDbStatus = 8,
  kDbSearch = 16,
  kVersionCompare = 32,
  kReads = kScan | kFiles,
  kDb = kDbImport | kDbStatus | kDbSearch,
};

/// One option: the row from which the command line, the environment (BULKHEAD_<NAME>) and the
/// help are made.
struct OptionRow {
  std::string_view names;  // as CLI11 writes them: "-o,--output"; no dashes: positional
  std::string_view value;  // its placeholder; empty for a flag
  unsigned commands;
  std::variant<bool Options::*, std::string Options::*, std::vector<std::string> Options::*,
               std::uint64_t Options::*, std::int64_t Options::*>
      field;
  std::string_view choices;  // "a,b,c", or empty
  std::string_view help;
};

std::span<const OptionRow> option_rows();

/// Adds the options of `command` to `app`, writing to `options`, which outlives it.
void add_options(CLI::App& app, CommandBit command, Options& options);

}  // namespace bulkhead::app
