#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead {

enum class SupportState { supported, ended, unknown };

/// The operating system that a target's os-release (or an older release file) names.
struct OsInfo {
  std::string id;        // os-release ID, lower case: "debian", "alpine"
  std::string version;   // VERSION_ID; may be empty (Debian testing and sid)
  std::string codename;  // VERSION_CODENAME, or what can be had of VERSION or debian_version;
                         // openEuler's kind of release ("lts-sp4")
  std::string pretty_name;
  std::vector<std::string> id_like;
  std::string source_path;  // the file that said so
  std::string variant =
      {};                // "stream" of CentOS Stream, which calls itself centos; else VARIANT_ID
  std::string cpe = {};  // CPE_NAME, as written
  SupportState support = SupportState::unknown;
  /// The last day of the support that everybody has: "2026-06-10"; at first as SUPPORT_END says.
  std::string support_ends = {};
  std::string support_extended_ends = {};  // of one that takes more: a subscription, a contract
  std::string support_source = {};         // the page or file that says so
};

}  // namespace bulkhead
