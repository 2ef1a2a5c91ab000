#include "bulkhead/catalog/repositories/repositories.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/repositories/apk_repositories.h"
#include "bulkhead/catalog/repositories/apt_sources.h"
#include "bulkhead/catalog/repositories/words.h"
#include "bulkhead/catalog/repositories/yum_repos.h"
#include "bulkhead/catalog/text_file.h"

namespace bulkhead::catalog::repositories {
namespace {

// Values of variables are words; more of a file is not looked at.
constexpr std::size_t kMostVarBytes = 1000;

/// Architectures by rpm's names, and what yum's $basearch has for them where that differs.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kBaseArchitectures = {{
    {"amd64", "x86_64"},
    {"i486", "i386"},
    {"i586", "i386"},
    {"i686", "i386"},
    {"armv7hl", "armhfp"},
    {"armv7l", "arm"},
    {"armv6hl", "arm"},
}};

bool is_in(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && !path.substr(folder.size()).contains('/');
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Does $releasever of this system have the major version alone, as the Red Hat family has it?
bool has_major_release(const OsInfo& os) {
  const auto is_family = [](std::string_view id) {
    return id == "rhel" || id == "centos" || id == "fedora";
  };
  return is_family(os.id) || std::ranges::any_of(os.id_like, is_family);
}

/// What dnf would say of the system: its release package's version where that is how it is told.
YumVars system_vars(const Inventory& inventory) {
  YumVars vars;
  std::map<std::string_view, std::uint64_t> architectures;
  std::string release;
  for (const Package& package : inventory.packages) {
    if (package.type != PackageType::rpm) continue;
    if (package.architecture != "noarch" && !package.architecture.empty()) {
      ++architectures[package.architecture];
    }
    // Amazon Linux: its repositories are of a dated release, which os-release does not name.
    if (package.name == "system-release") release = package.version;
  }
  if (!architectures.empty()) {
    const std::string_view most = std::ranges::max_element(architectures, {}, [](const auto& row) {
                                    return row.second;
                                  })->first;
    const auto base = std::ranges::find(kBaseArchitectures, most,
                                        &decltype(kBaseArchitectures)::value_type::first);
    vars["arch"] = most;
    vars["basearch"] = base == kBaseArchitectures.end() ? most : base->second;
  }
  if (const std::size_t colon = release.find(':'); colon != std::string::npos) {
    release.erase(0, colon + 1);
  }
  release = release.substr(0, release.find('-'));
  if (release.empty() && inventory.os) {
    release = inventory.os->version;
    if (has_major_release(*inventory.os)) release = release.substr(0, release.find('.'));
  }
  if (!release.empty()) {
    vars["releasever"] = release;
    vars["releasever_major"] = release.substr(0, release.find('.'));
    const std::size_t dot = release.find('.');
    vars["releasever_minor"] = dot == std::string::npos ? "" : release.substr(dot + 1);
  }
  return vars;
}

/// A file of variables of one file each: its first line.
void add_var(std::string_view path, std::string_view text, YumVars& vars) {
  std::string_view rest = text.substr(0, kMostVarBytes);
  const std::string value(trim(take_line(rest)));
  const std::string name(name_of(path));
  if (!value.empty()) vars[name] = value;
}

/// apt's "mirror+file:/etc/apt/mirrors/debian.list": the first address of that file. A list that is
/// on the network ("mirror+http:") stays what it is.
void resolve_mirror_file(Repository& repository,
                         const std::map<std::string, const std::string*>& texts) {
  constexpr std::string_view kScheme = "mirror+file:";
  if (!repository.url.starts_with(kScheme)) return;
  std::string path = repository.url.substr(kScheme.size());
  path.erase(0, path.find_first_not_of('/'));
  const auto file = texts.find(path);
  if (file == texts.end()) return;
  for (std::string_view rest = *file->second; !rest.empty();) {
    const std::vector<std::string_view> words = words_of(take_line(rest));
    if (words.empty() || words.front().starts_with('#')) continue;
    repository.url = words.front();
    return;
  }
}

/// "$(ARCH)" in apt's addresses and suites.
void put_architecture_in(Repository& repository, std::string_view architecture) {
  constexpr std::string_view kWord = "$(ARCH)";
  for (std::string* text : {&repository.url, &repository.suite}) {
    if (const std::size_t at = text->find(kWord); at != std::string::npos) {
      text->replace(at, kWord.size(), architecture);
    }
  }
}

std::string_view deb_architecture(const Inventory& inventory) {
  std::string_view any;
  for (const Package& package : inventory.packages) {
    if (package.type != PackageType::deb || package.architecture == "all") continue;
    if (package.name == "dpkg") return package.architecture;
    any = package.architecture;
  }
  return any;
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_text_file("package sources", file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  std::map<std::string, const std::string*> texts;  // by path: apt reads in this order
  for (const JoinFile& file : files) {
    if (const std::string* text = text_of(file.facts)) texts[std::string(file.path)] = text;
  }
  YumVars vars = system_vars(out);
  for (const auto& [path, text] : texts) {
    if (is_in(path, "etc/yum/vars/") || is_in(path, "etc/dnf/vars/") ||
        is_in(path, "etc/zypp/vars.d/")) {
      add_var(path, *text, vars);
    }
  }
  bool has_preferences = false;
  for (const auto& [path, text] : texts) {
    const std::string where = "/" + path;
    std::vector<Repository> found;
    const bool is_in_apt = is_in(path, "etc/apt/sources.list.d/");
    if (path == "etc/apt/sources.list" || (is_in_apt && path.ends_with(".list"))) {
      found = parse_apt_list(*text, where, notes);
    } else if (is_in_apt && path.ends_with(".sources")) {
      found = parse_apt_deb822(*text, where, notes);
    } else if (path == "etc/apk/repositories") {
      found = parse_apk_repositories(*text, where, notes);
    } else if ((is_in(path, "etc/yum.repos.d/") || is_in(path, "etc/zypp/repos.d/")) &&
               path.ends_with(".repo")) {
      found = parse_yum_repos(*text, vars, where, notes);
    } else if (path.starts_with("etc/apt/preferences") && text->contains("Pin-Priority")) {
      has_preferences = true;
    }
    for (Repository& repository : found) {
      if (repository.type == PackageType::deb) {
        resolve_mirror_file(repository, texts);
        put_architecture_in(repository, deb_architecture(out));
      }
      out.repositories.push_back(std::move(repository));
    }
  }
  if (has_preferences) {
    notes.add({NoteLevel::info, "preferences-not-heeded",
               "apt's preferences (pins) are not heeded: each source counts as its own Release "
               "file says",
               "/etc/apt/preferences"});
  }
}

}  // namespace bulkhead::catalog::repositories
