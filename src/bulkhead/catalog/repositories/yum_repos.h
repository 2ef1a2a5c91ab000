#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/note.h"
#include "bulkhead/model/repository.h"

namespace bulkhead::catalog::repositories {

/// Variables of dnf and zypp by name: "releasever" -> "9".
using YumVars = std::map<std::string, std::string, std::less<>>;

/// Puts variables in: $name, ${name}, ${name:-else}, ${name:+then}. An unknown one stays as it is.
/// @see dnf.conf(5), "Variables"; libzypp, zypp/repo/RepoVariables.h
std::string expand_yum_vars(std::string_view text, const YumVars& vars);

/// The enabled repositories of a .repo file of yum, dnf or zypp. One with several URLs gets the
/// first: they are mirrors of each other.
/// @see dnf.conf(5), "[repo] Options"
std::vector<Repository> parse_yum_repos(std::string_view text, const YumVars& vars,
                                        const std::string& path, Notes& notes);

}  // namespace bulkhead::catalog::repositories
