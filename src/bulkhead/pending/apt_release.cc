#include "bulkhead/pending/apt_release.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::pending {
namespace {

constexpr std::size_t kMostFiles = 200'000;  // Ubuntu's have some 10,000

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(text, ' ')) {
    if (const std::string_view trimmed = trim(word); !trimmed.empty()) words.push_back(trimmed);
  }
  return words;
}

/// The signed text of a clear-signed file; any other as it is.
std::string signed_text(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN PGP SIGNED MESSAGE-----";
  if (!text.starts_with(kBegin)) return std::string(text);
  std::string plain;
  bool is_in_head = true;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = take_line(rest);
    if (is_in_head) {  // "Hash: ..." up to a blank line
      is_in_head = !trim(line).empty();
      continue;
    }
    if (line.starts_with("-----BEGIN PGP SIGNATURE-----")) break;
    if (line.starts_with("- ")) line.remove_prefix(2);
    plain.append(line).push_back('\n');
  }
  return plain;
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Lines "DIGEST SIZE PATH". Others are passed over: what they name is then not found.
Result<void> read_files(std::string_view value, std::string_view algorithm, AptRelease& release) {
  const std::size_t digits = algorithm == "sha256" ? 64 : 128;
  while (!value.empty()) {
    const std::vector<std::string_view> words = words_of(take_line(value));
    if (words.size() != 3 || !is_hex(words[0], digits)) continue;
    Expected expected{std::string(algorithm), std::string(words[0]), 0};
    std::uint64_t size = 0;
    const auto [stop, error] =
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), size);
    if (error != std::errc() || stop != words[1].data() + words[1].size()) continue;
    expected.size_bytes = size;
    if (release.files.size() >= kMostFiles) {
      return fail(Code::limit_exceeded, "apt Release: it lists too many files");
    }
    release.files.insert_or_assign(std::string(words[2]), std::move(expected));
  }
  return {};
}

bool is_security_name(std::string_view name) {
  return to_lower(name).ends_with("-security") || to_lower(name) == "security";
}

}  // namespace

int AptRelease::priority() const {
  if (!is_not_automatic) return 500;
  return has_automatic_upgrades ? 100 : 1;
}

bool AptRelease::is_security(std::string_view suite_asked) const {
  return to_lower(label).contains("security") || is_security_name(suite) ||
         is_security_name(codename) || is_security_name(suite_asked);
}

Result<AptRelease> parse_apt_release(std::string_view text) {
  const std::string plain = signed_text(text);
  AptRelease release;
  format::StanzaFields fields(plain);
  bool has_sha512 = false;
  while (const auto field = fields.next()) {
    const std::string name = to_lower(field->name);
    const std::string_view value = field->value;
    if (name == "suite") release.suite = value;
    if (name == "codename") release.codename = value;
    if (name == "label") release.label = value;
    if (name == "notautomatic") release.is_not_automatic = to_lower(value) == "yes";
    if (name == "butautomaticupgrades") release.has_automatic_upgrades = to_lower(value) == "yes";
    if (name == "architectures") {
      for (const std::string_view word : words_of(value)) release.architectures.emplace_back(word);
      release.has_all_in_each =
          std::ranges::find(release.architectures, "all") == release.architectures.end();
    }
    if (name == "sha256" && !has_sha512) BH_CHECK(read_files(value, "sha256", release));
    if (name == "sha512") {
      has_sha512 = true;
      release.files.clear();
      BH_CHECK(read_files(value, "sha512", release));
    }
  }
  format::StanzaFields again(plain);
  while (const auto field = again.next()) {
    if (to_lower(field->name) == "no-support-for-architecture-all" &&
        to_lower(field->value) == "packages") {
      release.has_all_in_each = true;
    }
  }
  if (release.files.empty()) {
    return fail(Code::malformed, "apt Release: it lists no files with SHA-256 or SHA-512");
  }
  return release;
}

}  // namespace bulkhead::pending
