#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"

namespace bulkhead::catalog::os {

// Each takes the text of one file and gives the system that it names, without `source_path`.
// @error malformed  It names none.

/// NAME=value lines; ID must be there. A line that is no assignment is noted.
///
/// Where a system says more than os-release(5) has, in fields of its own: UBUNTU_CODENAME and
/// DEBIAN_CODENAME of derivatives become the code name (their own one tells nobody which data
/// hold); RHEL_VERSION of OpenShift's CoreOS becomes the version; what stands in brackets in
/// openEuler's VERSION is its code name.
/// @see os-release(5)
Result<OsInfo> parse_os_release(std::string_view text, Notes& notes);
/// Debian's and Ubuntu's older file: DISTRIB_ID, DISTRIB_RELEASE, DISTRIB_CODENAME.
Result<OsInfo> parse_lsb_release(std::string_view text, Notes& notes);
/// "3.18.4", "3.19_alpha20230901".
Result<OsInfo> parse_alpine_release(std::string_view text, Notes& notes);
/// "12.5", or "trixie/sid" before a release. The version is the major one, as os-release has it.
Result<OsInfo> parse_debian_version(std::string_view text, Notes& notes);
/// "VMware Photon Linux 4.0", "CBL-Mariner 2.0.20220226": a name and a version.
Result<OsInfo> parse_plain_release(std::string_view text, Notes& notes);
/// arch-release is empty: that it is there says it all.
Result<OsInfo> parse_arch_release(std::string_view text, Notes& notes);
/// "CentOS Linux release 7.9.2009 (Core)" and its relatives.
Result<OsInfo> parse_redhat_release(std::string_view text, Notes& notes);
/// "SUSE Linux Enterprise Server 11 (x86_64)", then VERSION = 11 and PATCHLEVEL = 4.
Result<OsInfo> parse_suse_release(std::string_view text, Notes& notes);

}  // namespace bulkhead::catalog::os
