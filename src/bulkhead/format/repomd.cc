#include "bulkhead/format/repomd.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"

namespace bulkhead::format {
namespace {

constexpr std::size_t kMostEntries = 1000;
constexpr std::size_t kMostHrefBytes = 1024;
constexpr XmlLimits kXmlLimits = {.depth = 16, .attributes = 32, .text_bytes = 1 << 16};

struct ChecksumType {
  std::string_view spelling;
  std::string_view name;
  std::size_t digits;
};

constexpr ChecksumType kChecksumTypes[] = {{"md5", "md5", 32},       {"sha", "sha1", 40},
                                           {"sha1", "sha1", 40},     {"sha224", "sha224", 56},
                                           {"sha256", "sha256", 64}, {"sha384", "sha384", 96},
                                           {"sha512", "sha512", 128}};

std::optional<RepomdChecksum> parse_checksum(std::string_view type, std::string_view text) {
  const std::string spelling = to_lower(type);
  const auto* known = std::ranges::find(kChecksumTypes, spelling, &ChecksumType::spelling);
  const std::string hex = to_lower(trim(text));
  if (known == std::end(kChecksumTypes) || hex.size() != known->digits) return {};
  if (hex.find_first_not_of("0123456789abcdef") != std::string::npos) return {};
  return RepomdChecksum{std::string(known->name), hex};
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return {};
  return value;
}

/// Some writers put a fraction behind the seconds ("1559096019.25").
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  return parse_number<std::int64_t>(text.substr(0, text.find('.')));
}

/// Does `href` name a file below the repository, whoever resolves it: a URL or a folder?
bool stays_inside(std::string_view href) {
  if (href.empty() || href.size() > kMostHrefBytes || href.front() == '/') return false;
  const bool is_plain = std::ranges::none_of(href, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == '?' || c == '#';
  });
  if (!is_plain || href.substr(0, href.find('/')).contains(':')) return false;
  return std::ranges::none_of(split(href, '/'), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

/// The value of `name`; empty where there is none.
std::string_view find(const std::vector<XmlAttribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &XmlAttribute::name);
  return found == attributes.end() ? std::string_view() : found->value;
}

class Reader final : public XmlSink {
 public:
  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    ++depth_;
    if (depth_ == 1 && name != "repomd") return fail(Code::malformed, "repomd: another document");
    if (depth_ == 2 && name == "data") {
      entry_ = {.type = std::string(find(attributes, "type")), .href = {}};
      why_not_.clear();
    }
    if (depth_ != 3) return {};
    checksum_type_ = find(attributes, "type");
    if (name != "location") return {};
    entry_.href = find(attributes, "href");
    if (!find(attributes, "base").empty()) refuse("it lies in another repository");
    if (!stays_inside(entry_.href)) refuse("its place is none in the repository");
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    --depth_;
    if (depth_ == 2) read_field(name, trim(text));
    if (depth_ == 1 && name == "revision") repomd.revision = trim(text);
    return depth_ == 1 && name == "data" ? finish_entry() : Result<void>();
  }

  Repomd repomd = {};

 private:
  void read_field(std::string_view name, std::string_view text) {
    if (name == "checksum") take(parse_checksum(checksum_type_, text), entry_.checksum, name);
    if (name == "open-checksum") {
      take(parse_checksum(checksum_type_, text), entry_.open_checksum, name);
    }
    if (name == "size") take(parse_number<std::uint64_t>(text), entry_.size, name);
    if (name == "open-size") take(parse_number<std::uint64_t>(text), entry_.open_size, name);
    if (name == "timestamp") {
      std::optional<std::int64_t> seconds;
      take(parse_seconds(text), seconds, name);
      entry_.timestamp_unix_s = seconds.value_or(0);
    }
  }

  template <class Value>
  void take(std::optional<Value> read, std::optional<Value>& into, std::string_view name) {
    if (!read) refuse(fmt::format("its {} is not understood", name));
    into = std::move(read);
  }

  void refuse(std::string why) {
    if (why_not_.empty()) why_not_ = std::move(why);
  }

  Result<void> finish_entry() {
    if (++count_ > kMostEntries) {
      return fail(Code::limit_exceeded, fmt::format("repomd: more than {} entries", kMostEntries));
    }
    if (entry_.type.empty()) refuse("it has no type");
    if (entry_.href.empty()) refuse("it has no place");
    if (why_not_.empty()) {
      repomd.entries.push_back(std::move(entry_));
    } else {
      repomd.notes.push_back({Code::malformed, fmt::format("repomd: entry {} ({}): {}", count_,
                                                           entry_.type, why_not_)});
    }
    return {};
  }

  int depth_ = 0;  // open elements
  std::size_t count_ = 0;
  RepomdEntry entry_ = {};
  std::string why_not_;
  std::string checksum_type_;  // of the element that is open at depth 3
};

}  // namespace

const RepomdEntry* Repomd::find(std::string_view type) const {
  const auto found = std::ranges::find(entries, type, &RepomdEntry::type);
  return found == entries.end() ? nullptr : &*found;
}

Result<Repomd> parse_repomd(std::string_view text) {
  if (text.size() > kMostRepomdBytes) {
    return fail(Code::limit_exceeded,
                fmt::format("repomd: more than {} MiB", kMostRepomdBytes >> 20));
  }
  Reader reader;
  XmlReader xml(reader, kXmlLimits);
  BH_CHECK(xml.feed(text));
  BH_CHECK(xml.finish());
  return std::move(reader.repomd);
}

}  // namespace bulkhead::format
