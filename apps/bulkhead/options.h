#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <CLI/App.hpp>

#include "bulkhead/base/limits.h"

namespace bulkhead::app {

/// Everything that can be set from outside; one field an option, whatever the command.
struct Options {
  std::string id;  // of why
  std::string target;
  std::string input;
  std::string config;         // the file of options; empty: ./bulkhead.yaml, if it is there
  std::string shown_command;  // of config show: whose options; empty: all
  std::vector<std::string> outputs;
  std::string format;
  std::string platform;
  std::string database;
  std::string cache_folder;
  std::string scanners = "vuln";
  std::vector<std::string> severities;
  std::string fail_on;
  std::string unknown_as = "medium";
  std::string sort_by = "priority";
  std::vector<std::string> ignored_ids;
  std::vector<std::string> ignore_files;
  std::vector<std::string> vex_files;
  std::string baseline;
  std::string mirror;
  std::string pending_from;
  std::vector<std::string> addresses;
  std::string max_age = "24h";
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
  bool is_offline = false;
  bool is_fixed_only = false;
  bool is_all = false;
  bool has_package_files = false;
  bool is_strict = false;
  bool is_pending = false;
  bool has_suppressed = false;
  bool is_quiet = false;
  bool is_verbose = false;
  bool has_no_progress = false;
  bool is_stdin = false;
  bool has_password_on_stdin = false;
  bool is_insecure = false;
  std::vector<std::string> words;  // of the command itself: paths, a scheme and versions, a shell
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
  kConfigShow = 64,
  kCompletion = 128,
  kMan = 256,
  kDbUpdate = 512,
  kDbSources = 1024,
  kWhy = 2048,
  kSbom = 4096,
  kScans = kScan | kWhy,
  kReads = kScans | kFiles | kSbom,
  kFetches = kScans | kDbUpdate,  // advisory data
  kDb = kDbImport | kDbStatus | kDbSearch | kDbUpdate | kDbSources,
  kConfigured = kReads | kDb,  // they heed bulkhead.yaml and the environment
};

/// One option: the row from which the command line, the environment (BULKHEAD_<NAME>), the keys of
/// bulkhead.yaml, the help, the manual page and the shells' completions are made.
struct OptionRow {
  using Field =
      std::variant<bool Options::*, std::string Options::*, std::vector<std::string> Options::*,
                   std::uint64_t Options::*, std::int64_t Options::*, std::uint64_t Limits::*>;
  std::string_view names;  // as CLI11 writes them: "-o,--output"; no dashes: positional
  std::string_view value;  // its placeholder; empty for a flag
  unsigned commands;
  Field field;
  std::string_view choices;  // "a,b,c", or empty
  std::string_view help;
};

/// All options, those that raise a limit last. Where one name has several rows (-o means other
/// formats to other commands), the file and `config show` speak of the first.
std::span<const OptionRow> option_rows();

bool is_positional(const OptionRow& row);
bool is_limit(const OptionRow& row);
/// "fail-on" of "--fail-on", "output" of "-o,--output", "target" of "target".
std::string_view option_key(const OptionRow& row);
/// "-o" of "-o,--output"; empty where there is none.
std::string_view short_name(const OptionRow& row);
/// "BULKHEAD_FAIL_ON" of "--fail-on".
std::string environment_name(const OptionRow& row);
/// The first row of this key; null where there is none.
const OptionRow* find_option(std::string_view key);

/// What `row` holds in `options`, for `std::visit`-like use: calls `use` with the member.
template <class AnyOptions, class Use>
decltype(auto) with_field(AnyOptions& options, const OptionRow& row, Use&& use) {
  return std::visit(
      [&](auto field) -> decltype(auto) {
        if constexpr (std::is_same_v<decltype(field), std::uint64_t Limits::*>) {
          return use(options.limits.*field);
        } else {
          return use(options.*field);
        }
      },
      row.field);
}

/// Adds one option to `app`, with its checks; it writes to `options`, which outlives `app`.
CLI::Option* add_option(CLI::App& app, const OptionRow& row, Options& options);
/// Adds the options of any of `commands` to `app`, each name once.
void add_options(CLI::App& app, unsigned commands, Options& options);

}  // namespace bulkhead::app
