#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// How a record says that it is about a CVE, not about any package: Store::find_cve finds it.
AffectedPackage about_cve(std::string_view cve);

/// The ids that one string of a feed holds.
struct Ids {
  std::vector<std::string> cves;    // "CVE-2019-14697", in stored order, each once
  std::vector<std::string> others;  // all that is no CVE: "XSA-123", "GHSA-...", "TALOS-2017-0488"
};

/// Takes apart an id as people typed it into a feed; no id of it is lost.
///
/// "CVE 2018-16859" and "cve_2018-16859" are CVE-2018-16859; a tail behind the number
/// ("CVE-2019-19451.patch") is dropped, but for a number that tells parts of one CVE
/// apart ("CVE-2017-17434-1" stays, and CVE-2017-17434 is another id of it); several ids stand
/// apart by spaces, commas or semicolons; words that are no ids ("(+ regression fix)") are remarks.
/// A text in which nothing looks like an id is one id as it stands.
Ids split_ids(std::string_view text);

/// The CVE that `id` means: itself, or a distribution's name for it ("DEBIAN-CVE-2023-1",
/// "UBUNTU-CVE-2024-51988"). Nothing for another id.
std::optional<std::string> cve_of(std::string_view id);

/// The CVEs that a sentence names ("Fix for CVE-2024-1 (and CVE-2024-2)."), in its order.
std::vector<std::string> cves_in(std::string_view prose);

/// Removes later repetitions; the order stays. Takes n log n time.
void keep_first_of_each(std::vector<std::string>& values);

}  // namespace bulkhead::advisory
