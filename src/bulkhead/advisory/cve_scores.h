#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

// Scores by CVE in eight bytes each: EPSS has a quarter of a million, of which a scan asks a few.
namespace bulkhead::advisory {

/// An EPSS of one CVE, in millionths: publishers give five decimals.
struct CveScore {
  std::uint64_t cve = 0;  // see pack_cve
  std::uint32_t score = 0;
  std::uint32_t percentile = 0;
};

/// "CVE-2019-14697" as one number that sorts by year, then number; nothing for another spelling
/// than the CVE program's (https://www.cve.org/about/Process), or a number of more than 32 bits.
std::optional<std::uint64_t> pack_cve(std::string_view cve);

/// What `advisory` says, where it is an EPSS of one CVE and nothing besides but its date.
std::optional<CveScore> score_of(const Advisory& advisory);

/// The most scores in one block, which then fills a page of SQLite's.
inline constexpr std::size_t kMostInBlock = 500;

/// Writes scores from the front of `sorted` into `block`, as many as one block takes: eight bytes
/// each, little-endian, of the CVE's distance from the first one (24 bits), score and percentile
/// (20 bits each), from the upper end.
/// @param sorted  By CVE, each once; not empty.
/// @return  How many, at least one.
std::size_t fill_block(std::span<const CveScore> sorted, std::string& block);

/// The score of `cve` in a block whose first CVE is `first`.
/// @error malformed  It is no block.
Result<std::optional<Epss>> find_in_block(std::string_view block, std::uint64_t first,
                                          std::uint64_t cve);

}  // namespace bulkhead::advisory
