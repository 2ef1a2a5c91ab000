#include "bulkhead/report/fingerprint.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include <fmt/format.h>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/text.h"
#include "bulkhead/io/hash.h"

namespace bulkhead::report {
namespace {

void add_field(std::string& key, std::string_view field) {
  key += fmt::format("{}:", field.size());
  key.append(field).push_back(',');
}

std::string key_of(const Finding& finding, const PackageIndex& packages, std::size_t number) {
  std::string key;
  add_field(key, finding_kind_name(finding.kind));
  add_field(key, finding.rule);
  const Package* package = packages.find(finding.package_id);
  if (package != nullptr) {
    add_field(key, type_name(package->type));
    add_field(key, package->name);
    add_field(key, package->architecture);
  } else {
    add_field(key, finding.package_id);
  }
  if (number > 1) add_field(key, fmt::format("{}", number));
  return key;
}

char digit_value(char digit) {
  return static_cast<char>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

Result<Fingerprints> Fingerprints::create(const std::vector<Finding>& findings,
                                          const PackageIndex& packages) {
  const auto hash_of = [&](std::size_t i, std::size_t number) -> Result<Hash> {
    BH_TRY(io::Hasher hasher, io::Hasher::create("sha256"));
    hasher.update(as_bytes(key_of(findings[i], packages, number)));
    const std::string hex = hasher.finish_hex();
    Hash hash{};
    for (std::size_t b = 0; b < hash.size(); ++b) {
      hash[b] = static_cast<char>(digit_value(hex[2 * b]) << 4 | digit_value(hex[2 * b + 1]));
    }
    return hash;
  };
  Fingerprints made;
  made.hashes_.reserve(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    BH_TRY(const Hash hash, hash_of(i, 1));
    made.hashes_.push_back(hash);
  }
  std::vector<std::uint32_t> order(findings.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const auto compared = made.hashes_[a] <=> made.hashes_[b];
    return compared == 0 ? a < b : compared < 0;
  });
  const std::vector<Hash>& hashes = made.hashes_;
  std::vector<std::pair<std::uint32_t, Hash>> numbered;
  for (std::size_t i = 1, number = 1; i < order.size(); ++i) {
    number = hashes[order[i]] == hashes[order[i - 1]] ? number + 1 : 1;
    if (number == 1) continue;
    BH_TRY(const Hash hash, hash_of(order[i], number));
    numbered.emplace_back(order[i], hash);
  }
  for (const auto& [finding, hash] : numbered) made.hashes_[finding] = hash;
  return made;
}

std::string Fingerprints::hex(std::size_t finding) const {
  const Hash& hash = hashes_[finding];
  return to_hex({hash.data(), hash.size()});
}

std::string Fingerprints::uuid(std::size_t finding) const {
  Hash hash = hashes_[finding];
  hash[6] = static_cast<char>((hash[6] & 0x0F) | 0x80);  // the version
  hash[8] = static_cast<char>((hash[8] & 0x3F) | 0x80);  // the variant
  std::string text = to_hex({hash.data(), hash.size()});
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return text;
}

}  // namespace bulkhead::report
