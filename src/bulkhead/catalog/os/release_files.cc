#include "bulkhead/catalog/os/release_files.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/shell_vars.h"

namespace bulkhead::catalog::os {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// os-release(5): "a lower-case string (no spaces or other characters outside of 0-9, a-z, ".",
/// "_" and "-")".
bool is_id(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
  });
}

std::string_view first_line(std::string_view text) { return trim(take_line(text)); }

std::string_view first_word(std::string_view text) {
  text = trim(text);
  return text.substr(0, text.find_first_of(kBlanks));
}

std::string_view before(std::string_view text, char end) { return text.substr(0, text.find(end)); }

void note_bad_lines(std::string_view format, const format::ShellVars& vars, Notes& notes) {
  if (vars.bad_lines == 0) return;
  notes.add(NoteLevel::info, {Code::malformed,
                              fmt::format("{}: {} lines are no assignment", format, vars.bad_lines),
                              {},
                              vars.first_bad_offset.value_or(0)});
}

/// The codename of a Debian or Ubuntu that has no VERSION_CODENAME: VERSION is "7 (wheezy)" or
/// "14.04.6 LTS, Trusty Tahr", PRETTY_NAME "Debian GNU/Linux trixie/sid".
std::string codename_of(std::string_view version, std::string_view pretty_name) {
  if (const std::size_t open = version.find('('); open != std::string_view::npos) {
    return to_lower(first_word(before(version.substr(open + 1), ')')));
  }
  if (const std::size_t comma = version.find(','); comma != std::string_view::npos) {
    return to_lower(first_word(version.substr(comma + 1)));
  }
  if (pretty_name.ends_with("/sid")) {
    const std::size_t space = pretty_name.find_last_of(kBlanks);
    return to_lower(before(pretty_name.substr(space + 1), '/'));
  }
  return {};
}

struct RedHatName {
  std::string_view prefix;  // of the line
  std::string_view id;      // as the system's later os-release has it
  bool is_major_only;       // os-release's VERSION_ID has no minor version
  std::string_view variant = {};
};

// A longer prefix stands before a shorter one.
constexpr RedHatName kRedHatNames[] = {
    {"Red Hat", "rhel", false},
    {"CentOS Stream", "centos", true, "stream"},
    {"CentOS", "centos", true},
    {"Fedora", "fedora", true},
    {"Oracle", "ol", false},
    {"Rocky", "rocky", false},
    {"AlmaLinux", "almalinux", false},
    {"Amazon Linux AMI", "amzn", false},
    {"Amazon Linux", "amzn", true},
    {"Scientific", "scientific", false},
    {"CloudLinux", "cloudlinux", false},
    {"openEuler", "openeuler", false},
};

/// Of the files whose first line is the name and the version.
struct PlainName {
  std::string_view prefix, id;
  int numbers;  // of the version, as VERSION_ID has them
};

constexpr PlainName kPlainNames[] = {
    {"VMware Photon Linux ", "photon", 2},
    {"VMware Photon OS ", "photon", 2},
    {"CBL-Mariner ", "mariner", 2},
    {"Microsoft Azure Linux ", "azurelinux", 2},
};

struct SuseName {
  std::string_view prefix, id;
};

constexpr SuseName kSuseNames[] = {
    {"SUSE Linux Enterprise Desktop", "sled"},
    {"SUSE Linux Enterprise", "sles"},
    {"openSUSE", "opensuse"},
};

/// openEuler's kind of release: VERSION is "22.03 (LTS-SP4)"; where the brackets hold something
/// else (the embedded edition), VERSION_ID is "24.03-lts".
std::string open_euler_kind(std::string_view version, std::string_view version_id) {
  const std::string in_brackets = codename_of(version, {});
  if (is_id(in_brackets) && !in_brackets.starts_with("openeuler")) return in_brackets;
  const std::size_t dash = version_id.find('-');
  return dash == std::string_view::npos ? std::string() : to_lower(version_id.substr(dash + 1));
}

/// What a derivative names the release that it is built from, whose data are used for it (Linux
/// Mint and others).
std::string_view base_codename(const OsInfo& os, const format::ShellVars& vars) {
  const auto is_like = [&](std::string_view id) {
    return os.id != id && std::ranges::find(os.id_like, id) != os.id_like.end();
  };
  if (is_like("ubuntu")) return trim(vars.find("UBUNTU_CODENAME"));
  return is_like("debian") ? trim(vars.find("DEBIAN_CODENAME")) : std::string_view();
}

/// SUPPORT_END is a day; one that is not is noted and left out.
std::string support_end_of(const format::ShellVars& vars, Notes& notes) {
  constexpr std::size_t kDayLength = 10;  // "2026-06-10"
  const std::string_view day = trim(vars.find("SUPPORT_END"));
  if (day.empty() || (day.size() == kDayLength && parse_utc(day) != 0)) return std::string(day);
  notes.add(NoteLevel::info, {Code::malformed, "os-release: SUPPORT_END is not a day"});
  return {};
}

}  // namespace

Result<OsInfo> parse_os_release(std::string_view text, Notes& notes) {
  const format::ShellVars vars = format::parse_shell_vars(text);
  note_bad_lines("os-release", vars, notes);
  OsInfo os;
  os.id = to_lower(trim(vars.find("ID")));
  if (!is_id(os.id)) return fail(Code::malformed, "os-release: ID is missing or not a name");
  os.version = trim(vars.find("VERSION_ID"));
  os.codename = to_lower(trim(vars.find("VERSION_CODENAME")));
  os.pretty_name = trim(vars.find("PRETTY_NAME"));
  for (const std::string_view like : split(vars.find("ID_LIKE"), ' ')) {
    if (!trim(like).empty()) os.id_like.push_back(to_lower(trim(like)));
  }
  const bool is_debian_like =
      os.id == "debian" || std::ranges::find(os.id_like, "debian") != os.id_like.end();
  if (os.codename.empty() && is_debian_like) {
    os.codename = codename_of(vars.find("VERSION"), os.pretty_name);
  }
  if (const std::string_view base = base_codename(os, vars); !base.empty()) {
    os.codename = to_lower(base);
  }
  if (os.id == "openeuler" && os.codename.empty()) {
    os.codename = open_euler_kind(vars.find("VERSION"), os.version);
  }
  // CoreOS of OpenShift counts OpenShift's releases; what it is built from decides.
  if (const std::string_view base = trim(vars.find("RHEL_VERSION"));
      os.id == "rhcos" && !base.empty()) {
    os.version = base;
  }
  os.variant = to_lower(trim(vars.find("VARIANT_ID")));
  const bool is_stream = vars.find("NAME").contains("Stream") || os.pretty_name.contains("Stream");
  if (os.id == "centos" && is_stream) os.variant = "stream";
  os.cpe = trim(vars.find("CPE_NAME"));
  os.support_ends = support_end_of(vars, notes);
  return os;
}

Result<OsInfo> parse_lsb_release(std::string_view text, Notes& notes) {
  const format::ShellVars vars = format::parse_shell_vars(text);
  note_bad_lines("lsb-release", vars, notes);
  OsInfo os;
  os.id = to_lower(trim(vars.find("DISTRIB_ID")));
  if (!is_id(os.id)) {
    return fail(Code::malformed, "lsb-release: DISTRIB_ID is missing or not a name");
  }
  os.version = trim(vars.find("DISTRIB_RELEASE"));
  os.codename = to_lower(trim(vars.find("DISTRIB_CODENAME")));
  os.pretty_name = trim(vars.find("DISTRIB_DESCRIPTION"));
  return os;
}

Result<OsInfo> parse_alpine_release(std::string_view text, Notes&) {
  const std::string_view version = first_word(first_line(text));
  if (version.empty() || !is_digit(version[0])) {
    return fail(Code::malformed, "alpine-release: not a version");
  }
  OsInfo os;
  os.id = "alpine";
  os.version = version;
  os.pretty_name = fmt::format("Alpine Linux {}", version);
  return os;
}

Result<OsInfo> parse_debian_version(std::string_view text, Notes&) {
  const std::string_view version = first_word(first_line(text));
  if (version.empty()) return fail(Code::malformed, "debian_version: empty");
  OsInfo os;
  os.id = "debian";
  os.pretty_name = fmt::format("Debian GNU/Linux {}", version);
  if (is_digit(version[0])) {
    os.version = before(version, '.');
  } else if (const std::string codename = to_lower(before(version, '/')); is_id(codename)) {
    os.codename = codename;
  } else {
    return fail(Code::malformed, "debian_version: neither a version nor a codename");
  }
  return os;
}

Result<OsInfo> parse_redhat_release(std::string_view text, Notes&) {
  constexpr std::string_view kRelease = " release ";
  const std::string_view line = first_line(text);
  const auto* const name = std::ranges::find_if(
      kRedHatNames, [&](const RedHatName& row) { return line.starts_with(row.prefix); });
  const std::size_t release = line.find(kRelease);
  if (name == std::end(kRedHatNames) || release == std::string_view::npos) {
    return fail(Code::malformed, "redhat-release: not \"NAME release VERSION\" of a known system");
  }
  OsInfo os;
  os.id = name->id;
  os.version = first_word(line.substr(release + kRelease.size()));
  if (name->is_major_only) os.version = before(os.version, '.');
  os.variant = name->variant;
  os.pretty_name = line;
  if (os.id == "openeuler") os.codename = open_euler_kind(line, os.version);
  return os;
}

Result<OsInfo> parse_plain_release(std::string_view text, Notes&) {
  const std::string_view line = first_line(text);
  const auto* const name = std::ranges::find_if(
      kPlainNames, [&](const PlainName& row) { return line.starts_with(row.prefix); });
  if (name == std::end(kPlainNames)) {
    return fail(Code::malformed, "release file: not the name of a known system");
  }
  std::string_view version = first_word(line.substr(name->prefix.size()));
  std::size_t end = 0;
  for (int i = 0; i < name->numbers && end < version.size(); ++i) {
    end = std::min(version.find('.', end + (i > 0 ? 1 : 0)), version.size());
  }
  if (version.empty() || !is_digit(version[0])) {
    return fail(Code::malformed, "release file: no version behind the system's name");
  }
  OsInfo os;
  os.id = name->id;
  os.version = version.substr(0, end);
  os.pretty_name = line;
  return os;
}

Result<OsInfo> parse_arch_release(std::string_view, Notes&) {
  OsInfo os;
  os.id = "arch";
  os.pretty_name = "Arch Linux";
  return os;
}

Result<OsInfo> parse_suse_release(std::string_view text, Notes&) {
  const std::string_view line = first_line(text);
  const auto* const name = std::ranges::find_if(
      kSuseNames, [&](const SuseName& row) { return line.starts_with(row.prefix); });
  if (name == std::end(kSuseNames)) {
    return fail(Code::malformed, "SuSE-release: not the name of a known system");
  }
  OsInfo os;
  os.id = name->id;
  os.pretty_name = line;
  std::string patch_level;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view row = take_line(rest);
    const std::size_t equals = row.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(row.substr(0, equals));
    if (key == "VERSION") os.version = trim(row.substr(equals + 1));
    if (key == "PATCHLEVEL") patch_level = trim(row.substr(equals + 1));
  }
  if (!patch_level.empty() && patch_level != "0") os.version += "." + patch_level;
  return os;
}

}  // namespace bulkhead::catalog::os
