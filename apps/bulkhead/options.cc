#include "options.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <deque>
#include <iterator>
#include <system_error>

#include <fmt/format.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include "bulkhead/base/text.h"

namespace bulkhead::app {
namespace {

constexpr std::string_view kSeverities = "unknown,negligible,low,medium,high,critical";
constexpr std::string_view kKnownSeverities = "negligible,low,medium,high,critical";

// clang-format off
const OptionRow kRows[] = {
    {"finding", "ID", kWhy, &Options::id, "", "A CVE, an advisory's id or alias, or the id of a finding"},
    {"target", "TARGET", kReads, &Options::target, "", "What to look at (see Targets below)"},
    {"--input", "FILE", kReads, &Options::input, "", "The target, as other tools name it"},
    {"-o,--output", "FORMAT[=FILE]", kScan, &Options::outputs, "", "A report: table (default), json, sarif, gitlab, junit, trivy-json, cyclonedx, spdx; repeatable. With -f: the file"},
    {"-o,--output", "FORMAT[=FILE]", kSbom, &Options::outputs, "", "The list: cyclonedx (default) or spdx; repeatable. With -f: the file"},
    {"-o,--output", "FORMAT", kFiles | kWhy | kDbStatus | kDbSearch | kDbUpdate | kDbSources, &Options::outputs, "table,json", "table (default) or json"},
    {"-o,--output", "FORMAT", kConfigShow, &Options::outputs, "table,json", "table (default) or json"},
    {"-f,--format", "FORMAT", kScan, &Options::format, "", "The report's format; -o then names its file"},
    {"-f,--format", "FORMAT", kSbom, &Options::format, "", "The list's format; -o then names its file"},
    {"--all", "", kScan, &Options::is_all, "", "The table shows every finding and every note"},
    {"--sort-by", "KEY", kScan, &Options::sort_by, "priority,severity,epss,package", "The order of the rows of --all: priority (default: exploited, severity, EPSS, a fix), severity, epss, package"},
    {"--package-files", "", kScan, &Options::has_package_files, "", "The JSON report lists the files that each package installed"},
    {"-s,--severity", "LIST", kScan, &Options::severities, kSeverities, "Show only these, separated by commas"},
    {"--ignore-unfixed", "", kScan, &Options::is_fixed_only, "", "Show only what a fixed version exists for"},
    {"--only-fixed", "", kScan, &Options::is_fixed_only, "", "The same"},
    {"--fail-on", "SEVERITY", kScan, &Options::fail_on, kKnownSeverities, "Exit with 1 (--exit-code) if anything shown is at least this severe"},
    {"--unknown-as", "SEVERITY", kScan, &Options::unknown_as, kKnownSeverities, "How --fail-on ranks what nobody rated"},
    {"--exit-code", "N", kScan, &Options::exit_code, "", "The exit code for --fail-on"},
    {"--ignore", "ID", kScans, &Options::ignored_ids, "", "Do not count findings of this id (an alias, \"CVE-2023-*\", a list with commas); repeatable"},
    {"--ignore-file", "FILE", kScans, &Options::ignore_files, "", "Ignore entries, in place of .bulkheadignore, .trivyignore and .trivyignore.yaml here; repeatable"},
    {"--vex", "FILE", kScans, &Options::vex_files, "", "Do not count what this OpenVEX, CSAF or CycloneDX document calls not affected or fixed; repeatable"},
    {"--baseline", "REPORT", kScan, &Options::baseline, "", "Count only what is new since this JSON report of an earlier scan"},
    {"--show-suppressed", "", kScan, &Options::has_suppressed, "", "The table lists what --ignore, ignore files, --vex and --baseline left out"},
    {"--strict", "", kScan | kSbom, &Options::is_strict, "", "Any note on the target or the data counts as a gap: exit code 3"},
    {"--scanners", "LIST", kScan, &Options::scanners, "vuln", "What to look for"},
    {"--pending", "", kScan, &Options::is_pending, "", "Also say which installed packages have a newer version in the repositories that the target names (docs/pending.md)"},
    {"--pending-from", "URL|DIR", kScan, &Options::pending_from, "", "With --pending: read the package indexes from here, in place of the hosts that the target names"},
    {"--platform", "OS/ARCH", kReads, &Options::platform, "", "Which image of an index (default: this machine's)"},
    {"--verify", "WHAT", kReads, &Options::verify, "digests,all", "all: check the diff IDs of compressed layers, too"},
    {"--username", "NAME", kReads, &Options::username, "", "The user at the registry (default: docker login's credentials)"},
    {"--password-stdin", "", kReads, &Options::has_password_on_stdin, "", "Read the password of --username from standard input (or BULKHEAD_PASSWORD)"},
    {"--insecure", "", kReads, &Options::is_insecure, "", "Trust any registry's certificate, and speak http with one that has none"},
    {"--offline", "", kReads | kDbUpdate, &Options::is_offline, "", "Never use the network, but for engines on a socket of this machine"},
    {"--max-age", "AGE", kScans, &Options::max_age, "", "Fetch advisory data that are older: 24h, 90m, 7d; 0: always, never: not at all"},
    {"--mirror", "URL|DIR", kFetches | kDbSources, &Options::mirror, "", "Fetch advisory data from this mirror of all sources (docs/advisory-data.md)"},
    {"--source", "NAME=URL", kFetches | kDbSources, &Options::addresses, "", "Fetch the data of one source from another address; repeatable"},
    {"ecosystems", "ECOSYSTEM", kDbUpdate | kDbSources, &Options::words, "", "Whose data: Debian:12, Alpine:v3.20, \"Rocky Linux:9\", Wolfi, ..."},
    {"--ca-file", "FILE", kReads | kDbUpdate, &Options::ca_file, "", "Also trust the certificates of this authority (PEM)"},
    {"--client-cert", "FILE", kReads, &Options::client_certificate, "", "The certificate to show to the registry (PEM)"},
    {"--client-key", "FILE", kReads, &Options::client_key, "", "Its key (PEM)"},
    {"--network-timeout", "SECONDS", kReads | kDbUpdate, &Options::network_timeout_s, "", "Give up on a connection on which nothing comes for so long"},
    {"--layer", "N", kFiles, &Options::layer, "", "Only what layer N added (A), changed (C) or removed (R); 0 is the lowest"},
    {"paths", "PATH", kDbImport, &Options::words, "", "Files, folders, zips and tars of advisories"},
    {"id", "ID", kDbSearch, &Options::words, "", "A CVE, an advisory's id or a package's name"},
    {"--limit", "N", kDbSearch, &Options::most_rows, "", "Show at most this many rows"},
    {"shell", "SHELL", kCompletion, &Options::words, "bash,zsh,fish", "bash, zsh or fish"},
    {"--for", "COMMAND", kConfigShow, &Options::shown_command, "", "Only the options of this command"},
    {"words", "SCHEME A B", kVersionCompare, &Options::words, "", "A scheme and two versions"},
    {"--stdin", "", kVersionCompare, &Options::is_stdin, "", "Read lines of scheme, version and version, separated by tabs"},
    {"--db", "DIR", kScans | kDb, &Options::database, "", "The advisory data (default: advisories/ in the cache folder)"},
    {"--cache-dir", "DIR", kScans | kDb, &Options::cache_folder, "", "The cache folder (default: $XDG_CACHE_HOME/bulkhead)"},
    {"-j,--jobs", "N", kReads, &Options::jobs, "", "Threads that read layers (default: one a core)"},
    {"--chunk-bytes", "N", kReads, &Options::chunk_bytes, "", "Size of the read buffer; no result depends on it"},
    {"--timeout", "SECONDS", kReads | kDbImport | kDbUpdate, &Options::timeout_s, "", "Give up after this long (default: never)"},
    {"--no-progress", "", kReads | kDbImport | kDbUpdate, &Options::has_no_progress, "", "No progress on the terminal"},
    {"-c,--config", "FILE", kConfigured, &Options::config, "", "Options from this file (default: bulkhead.yaml here, if there is one)"},
    {"-q,--quiet", "", kReads | kDb, &Options::is_quiet, "", "Only errors on standard error"},
    {"-v,--verbose", "", kReads | kDb, &Options::is_verbose, "", "Say more on standard error"},
};
// clang-format on

/// What is wrong with the text of a number, or nothing: strtoull, which the parser of options
/// uses, takes "-1" and whatever is too large for the greatest number there is.
std::string refuse_odd_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) return fmt::format("{} is too large", text);
  const bool is_number = error == std::errc() && stop == end;
  return is_number ? std::string() : fmt::format("{} is not a number from 0 on", text);
}

std::vector<std::string> list_of(std::string_view choices) {
  std::vector<std::string> list;
  for (const std::string_view choice : split(choices, ',')) list.emplace_back(choice);
  return list;
}

/// The table above and a row for each limit, whose names and defaults base/limits.cc has.
std::vector<OptionRow> make_rows() {
  static std::deque<std::string> texts;  // what the rows of limits point into
  std::vector<OptionRow> rows(std::begin(kRows), std::end(kRows));
  const Limits standard;
  for (const LimitRow& limit : limit_rows()) {
    const std::string& name = texts.emplace_back(fmt::format("--{}", limit.name));
    const std::string& help =
        texts.emplace_back(fmt::format("{} [{}]", limit.help, standard.*limit.field));
    rows.push_back({name, "N", kReads | kDbImport | kDbUpdate, limit.field, "", help});
  }
  return rows;
}

}  // namespace

std::span<const OptionRow> option_rows() {
  static const std::vector<OptionRow> rows = make_rows();
  return rows;
}

bool is_positional(const OptionRow& row) { return !row.names.starts_with('-'); }

bool is_limit(const OptionRow& row) {
  return std::holds_alternative<std::uint64_t Limits::*>(row.field);
}

std::string_view option_key(const OptionRow& row) {
  if (is_positional(row)) return row.names;
  const std::size_t at = row.names.find("--") + 2;
  return row.names.substr(at, row.names.find(',', at) - at);
}

std::string_view short_name(const OptionRow& row) {
  const bool has_one = !is_positional(row) && !row.names.starts_with("--");
  return has_one ? row.names.substr(0, row.names.find(',')) : std::string_view();
}

std::string environment_name(const OptionRow& row) {
  std::string name = "BULKHEAD_";
  for (const char c : option_key(row)) {
    name.push_back(c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return name;
}

const OptionRow* find_option(std::string_view key) {
  const auto row = std::ranges::find(option_rows(), key, option_key);
  return row == option_rows().end() ? nullptr : &*row;
}

CLI::Option* add_option(CLI::App& app, const OptionRow& row, Options& options) {
  const std::string names(row.names);
  const std::string help(row.help);
  CLI::Option* option = with_field(options, row, [&](auto& field) -> CLI::Option* {
    using Field = std::remove_reference_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, bool>) {
      return app.add_flag(names, field, help);
    } else {
      CLI::Option* made = app.add_option(names, field, help);
      made->type_name(std::string(row.value));
      if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
        if (!row.choices.empty()) made->delimiter(',');
        if (!is_positional(row)) made->allow_extra_args(false);
      }
      if constexpr (std::is_same_v<Field, std::uint64_t>) made->check(refuse_odd_number);
      if (!row.choices.empty()) made->check(CLI::IsMember(list_of(row.choices)));
      return made;
    }
  });
  if (is_limit(row)) option->group("Limits on hostile input");
  if (!is_positional(row) && (row.commands & kConfigured) != 0) {
    option->envname(environment_name(row));
  }
  return option;
}

void add_options(CLI::App& app, unsigned commands, Options& options) {
  for (const OptionRow& row : option_rows()) {
    if ((row.commands & commands) == 0) continue;
    const std::string name = (is_positional(row) ? "" : "--") + std::string(option_key(row));
    if (app.get_option_no_throw(name) == nullptr) add_option(app, row, options);
  }
}

}  // namespace bulkhead::app
