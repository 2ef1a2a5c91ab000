#include "bulkhead/advisory/cve_scores.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "bulkhead/advisory/words.h"

namespace bulkhead::advisory {
namespace {

constexpr std::string_view kPrefix = "CVE-";
constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kLeastDigits = 4;  // of the number, with zeros in front
constexpr unsigned kNumberBits = 32;

constexpr unsigned kShareBits = 20;
constexpr std::uint64_t kShareMask = (1U << kShareBits) - 1;
constexpr std::uint64_t kDistanceEnd = 1U << 24;
constexpr std::uint64_t kMillion = 1'000'000;
static_assert(kMillion <= kShareMask);

/// Digits alone.
std::optional<std::uint32_t> parse_digits(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return {};
  return value;
}

/// A share of one in millionths; nothing where it is none.
std::optional<std::uint32_t> millionths_of(double share) {
  const bool is_share = share >= 0 && share <= 1;  // false for what is no number
  if (!is_share) return {};
  return static_cast<std::uint32_t>(std::llround(share * static_cast<double>(kMillion)));
}

bool is_about_cve_alone(const AffectedPackage& affected, const std::string& cve) {
  return affected.name == cve && affected.ecosystem.empty() && affected.ranges.empty() &&
         affected.versions.empty() && affected.status == AffectedStatus::affected &&
         affected.fix_state == FixState::unknown && affected.severity == Severity::unknown &&
         affected.repository.empty() && affected.names == NameKind::source &&
         affected.module.empty() && affected.architectures.empty();
}

bool has_nothing_else(const Advisory& advisory) {
  return advisory.aliases.empty() && advisory.title.empty() && advisory.detail.empty() &&
         advisory.references.empty() && advisory.cvss.empty() && !advisory.is_malicious &&
         advisory.severity == Severity::unknown && advisory.published_unix_s == 0;
}

}  // namespace

std::optional<std::uint64_t> pack_cve(std::string_view cve) {
  if (!cve.starts_with(kPrefix)) return {};
  cve.remove_prefix(kPrefix.size());
  if (cve.size() < kYearDigits + 1 + kLeastDigits || cve[kYearDigits] != '-') return {};
  const std::string_view digits = cve.substr(kYearDigits + 1);
  if (digits.size() > kLeastDigits && digits[0] == '0') return {};
  const auto year = parse_digits(cve.substr(0, kYearDigits));
  const auto number = parse_digits(digits);
  if (!year || !number) return {};
  return (static_cast<std::uint64_t>(*year) << kNumberBits) | *number;
}

std::optional<CveScore> score_of(const Advisory& advisory) {
  const bool is_one = advisory.epss && advisory.cves.size() == 1 && advisory.affected.size() == 1 &&
                      advisory.cves[0] == advisory.id &&
                      is_about_cve_alone(advisory.affected[0], advisory.id);
  if (!is_one || !has_nothing_else(advisory)) return {};
  const auto cve = pack_cve(advisory.id);
  const auto score = millionths_of(advisory.epss->score);
  const auto percentile = millionths_of(advisory.epss->percentile);
  if (!cve || !score || !percentile) return {};
  return CveScore{*cve, *score, *percentile};
}

std::size_t fill_block(std::span<const CveScore> sorted, std::string& block) {
  block.clear();
  std::size_t count = 0;
  for (const CveScore& one : sorted.first(std::min(sorted.size(), kMostInBlock))) {
    const std::uint64_t distance = one.cve - sorted.front().cve;
    if (distance >= kDistanceEnd) break;
    const std::uint64_t shares =
        (static_cast<std::uint64_t>(one.score) << kShareBits) | one.percentile;
    append_word((distance << (2 * kShareBits)) | shares, block);
    ++count;
  }
  return count;
}

Result<std::optional<Epss>> find_in_block(std::string_view block, std::uint64_t first,
                                          std::uint64_t cve) {
  if (block.size() % kWordBytes != 0 || block.size() > kMostInBlock * kWordBytes || cve < first) {
    return fail(Code::malformed, "advisory store: a block of scores is damaged");
  }
  const std::uint64_t distance = cve - first;
  std::size_t begin = 0;
  std::size_t end = block.size() / kWordBytes;
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    const std::uint64_t word = word_at(block, middle);
    const std::uint64_t found = word >> (2 * kShareBits);
    if (found == distance) {
      const std::uint64_t score = (word >> kShareBits) & kShareMask;
      const std::uint64_t percentile = word & kShareMask;
      if (score > kMillion || percentile > kMillion) {
        return fail(Code::malformed, "advisory store: a score is damaged");
      }
      return Epss{static_cast<double>(score) / static_cast<double>(kMillion),
                  static_cast<double>(percentile) / static_cast<double>(kMillion)};
    }
    if (found < distance) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::optional<Epss>();
}

}  // namespace bulkhead::advisory
