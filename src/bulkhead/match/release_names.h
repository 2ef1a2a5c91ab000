#pragma once

#include "bulkhead/match/distro.h"
#include "bulkhead/model/os.h"

/// What advisory data call the release that an os-release names: one function a distribution, the
/// contract is Distro::names.
namespace bulkhead::match::release_names {

ReleaseNames almalinux(const OsInfo& os, bool is_derived);
ReleaseNames alpine(const OsInfo& os, bool is_derived);
ReleaseNames amazon(const OsInfo& os, bool is_derived);
ReleaseNames arch(const OsInfo& os, bool is_derived);
ReleaseNames azure(const OsInfo& os, bool is_derived);
ReleaseNames bottlerocket(const OsInfo& os, bool is_derived);
ReleaseNames chainguard(const OsInfo& os, bool is_derived);
ReleaseNames debian(const OsInfo& os, bool is_derived);
ReleaseNames fedora(const OsInfo& os, bool is_derived);
ReleaseNames mageia(const OsInfo& os, bool is_derived);
ReleaseNames open_euler(const OsInfo& os, bool is_derived);
ReleaseNames oracle(const OsInfo& os, bool is_derived);
ReleaseNames photon(const OsInfo& os, bool is_derived);
ReleaseNames red_hat(const OsInfo& os, bool is_derived);
ReleaseNames rocky(const OsInfo& os, bool is_derived);
ReleaseNames suse(const OsInfo& os, bool is_derived);
ReleaseNames suse_leap(const OsInfo& os, bool is_derived);
ReleaseNames suse_micro(const OsInfo& os, bool is_derived);
ReleaseNames suse_tumbleweed(const OsInfo& os, bool is_derived);
ReleaseNames ubuntu(const OsInfo& os, bool is_derived);
ReleaseNames wolfi(const OsInfo& os, bool is_derived);

}  // namespace bulkhead::match::release_names
