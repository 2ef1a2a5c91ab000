#include "commands.h"

namespace bulkhead::app {
namespace {

constexpr Command kCommands[] = {
    {"scan", "List packages and known vulnerabilities of an image or root filesystem", kScan,
     run_scan,
     "Exit codes: 0 scanned completely; 1 --fail-on was met; 2 wrong usage; 3 a gap: something "
     "could\nnot be read, or there is no advisory data for the operating system."},
    {"sbom", "List the packages alone, as CycloneDX or SPDX", kSbom, run_sbom,
     "No advisory takes part. Exit codes: 0 listed completely; 2 wrong usage; 3 a gap: something "
     "could\nnot be read."},
    {"files", "Show the final file tree, and which layer brought each file", kFiles, run_files,
     "Columns: type (f file, d directory, l link, c, b, p), mode, uid, gid, size, layer, path."},
    {"why", "Show the evidence for a finding, or for its absence", kWhy, run_why,
     "Exit codes: 0 answered; 2 wrong usage; 3 a gap: something could not be read, or no data "
     "that\n"
     "are here say anything of it."},
    {"db import", "Read advisory data into the database", kDbImport, run_db_import,
     "Takes OSV (JSON, zip), Alpine secdb (JSON, YAML), the Debian security tracker's JSON, "
     "CISA's\ncatalogue of known exploited vulnerabilities, EPSS, NVD and endoflife.date; each "
     "file's format is\ntold by its content."},
    {"db update", "Fetch what is new of the advisory data that are there", kDbUpdate, run_db_update,
     "Without an ecosystem: all that the database has data of. A scan fetches what it needs by "
     "itself.\nExit codes: 0 all is up to date; 2 wrong usage; 3 something could not be fetched."},
    {"db sources", "Show where advisory data are fetched from", kDbSources, run_db_sources,
     "One line a file: its path in a mirror, a tab, its address. Without an ecosystem: the whole "
     "table."},
    {"db status", "Show what data there is and how old it is", kDbStatus, run_db_status, ""},
    {"db search", "Show what the data says of a CVE, an advisory or a package", kDbSearch,
     run_db_search, ""},
    {"version-compare", "Compare versions as an ecosystem does; prints <, = or >", kVersionCompare,
     run_version_compare, ""},
    {"config show", "Show the value of every option, and where it came from", kConfigShow,
     run_config_show,
     "Options of other commands may follow: bulkhead config show --for scan --fail-on high"},
    {"completion", "Print a shell's completion script", kCompletion, run_completion,
     "bash: source <(bulkhead completion bash)\nzsh:  bulkhead completion zsh > "
     "DIRECTORY_IN_FPATH/_bulkhead\nfish: bulkhead completion fish > "
     "~/.config/fish/completions/bulkhead.fish"},
    {"man", "Print the manual page (roff)", kMan, run_man, "bulkhead man | man -l -"},
};

constexpr Group kGroups[] = {
    {"db", "The advisory data"},
    {"config", "What the options are, and why"},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::span<const Group> groups() { return kGroups; }

}  // namespace bulkhead::app
