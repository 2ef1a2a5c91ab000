#pragma once

#include <string>
#include <string_view>

#include "bulkhead/model/report.h"
#include "bulkhead/policy/policy.h"

namespace bulkhead::policy {

/// A Debian 11 image "registry.example/team/shop:1.4" with these findings, each named by a letter:
///   a  CVE-2023-0001 (GHSA-aaaa-bbbb-cccc, DSA-5001-1)  libssl1.1 of openssl  high
///   b  CVE-2023-0001 (the same)                         openssl               high
///   c  CVE-2023-0002 (DSA-5001-1)                       curl, amd64           critical
///   d  CVE-2024-1000                                    zlib1g                negligible
///   e  DSA-6000-1                                       curl, i386            unknown
///   s  os-end-of-life (of the system)                                         high
ScanReport sample_report();

/// The letters of the findings that are suppressed after `policy` was applied at `now`
/// ("2026-06-30T12:00:00Z").
std::string suppressed(const Policy& policy, std::string_view now, ScanReport& report,
                       std::vector<Note>& notes);
std::string suppressed(const Policy& policy, std::string_view now = "2026-06-30T12:00:00Z");

constexpr std::string_view kImageDigest =
    "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

}  // namespace bulkhead::policy
