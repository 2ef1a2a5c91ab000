#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::advisory {

/// A publisher of advisory data: where its files lie, and who says so.
struct Site {
  std::string_view name;           // stable: the first folder of a mirror, and the key of --source
  std::string_view address;        // ends with "/"
  std::string_view documentation;  // the public page that states the address
};

/// What an address leads to.
enum class SourceKind : std::uint8_t {
  file,         // the data themselves
  repository,   // repomd.xml, the index of a repository of rpm packages: its updateinfo is meant
  mirror_list,  // "mirror.list": addresses of such repositories, one a line
};

/// The files that one ecosystem's data come from.
struct Source {
  /// "Debian:" for every release of it, "Azure Linux:3" or "Wolfi" for that alone, "" for data
  /// that speak of CVEs, whatever the system, "os:debian" for until when its releases are
  /// supported.
  std::string_view ecosystem;
  std::string_view site;
  /// Below the site's address; {release} is what follows "Alpine:".
  std::string_view path;
  std::uint64_t most_bytes;  // the budget: a longer file is refused
  /// Where other files may have data of the ecosystem, too: the last part of this one's feed's
  /// name.
  std::string_view part = {};
  SourceKind kind = SourceKind::file;
};

/// All publishers, sorted by name.
std::span<const Site> sites();
/// Null where there is none of that name.
const Site* find_site(std::string_view name);
/// Sorted by ecosystem, then site and path. No two rows that fit an ecosystem have one path.
std::span<const Source> sources();

/// One file of a source.
struct SourceFile {
  std::string family;  // what it has data of: "Debian:" (any release), "Alpine:v3.20", ""
  std::string site;
  std::string path;  // below the site's address, not encoded
  std::uint64_t most_bytes = 0;
  std::string part = {};
  SourceKind kind = SourceKind::file;

  /// Has it data of `ecosystem` (or, where that is empty, data about CVEs)?
  bool is_of(std::string_view ecosystem) const;
  /// Where it lies in a mirror: "osv/AlmaLinux/all.zip". A mirror has no lists of mirrors: in place
  /// of one stands the repository, "amazon/2/core/latest/x86_64/repodata/repomd.xml".
  std::string mirror_path() const;
};

/// The files that have the data of `ecosystem`; none where nobody is known to publish them, or
/// where the name has letters that no release's name has (it may come from a hostile image).
std::vector<SourceFile> files_of(std::string_view ecosystem);
/// Those of data about CVEs, which every scan wants: exploited ones, and the chance of it.
std::vector<SourceFile> files_about_cves();

/// The name by which the days of a system's support are kept and fetched: "os:debian". No advisory
/// is of it.
/// @param os_id  advisory::support_id.
std::string support_ecosystem(std::string_view os_id);
bool is_support_ecosystem(std::string_view ecosystem);

/// `path` as a URL wants it: all but letters, digits and "-._~/:" percent-encoded.
std::string encode_path(std::string_view path);

}  // namespace bulkhead::advisory
