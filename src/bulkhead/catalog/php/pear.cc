#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/php/records.h"

namespace bulkhead::catalog::php {
namespace {

// A package's array has its files' attributes at depth 4 or so.
constexpr std::size_t kMaxDepth = 64;

/// Walks a serialized value: s:4:"name"; i:1; b:1; d:0.5; N; a:2:{key value key value}.
class Walk {
 public:
  explicit Walk(std::string_view text) : rest_(text) {}

  /// Takes a string; nothing where the next value is another.
  std::optional<std::string_view> text() {
    if (!rest_.starts_with("s:")) return std::nullopt;
    const std::optional<std::size_t> size = number_behind(2);
    if (!size || !rest_.starts_with(":\"")) return std::nullopt;
    const std::string_view value = rest_.substr(2);
    if (*size > value.size() || !value.substr(*size).starts_with("\";")) return std::nullopt;
    rest_ = value.substr(*size + 2);
    return value.substr(0, *size);
  }

  /// Takes "a:N:{"; false where the next value is no array.
  bool open() {
    if (!rest_.starts_with("a:") || !number_behind(2) || !rest_.starts_with(":{")) return false;
    rest_.remove_prefix(2);
    return true;
  }

  /// Takes "}".
  bool close() {
    if (!rest_.starts_with('}')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Passes over one value, with all that is in it; false where it is none.
  bool skip() {
    std::size_t depth = 0;
    do {
      if (depth > 0 && close()) {
        --depth;
      } else if (open()) {
        if (++depth > kMaxDepth) return false;
      } else if (!text() && !skip_plain()) {
        return false;
      }
    } while (depth > 0);
    return true;
  }

 private:
  /// The number behind `prefix` bytes, and takes both.
  std::optional<std::size_t> number_behind(std::size_t prefix) {
    const std::string_view digits =
        rest_.substr(prefix, rest_.find_first_of(":;", prefix) - prefix);
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    rest_.remove_prefix(prefix + digits.size());
    return value;
  }

  bool skip_plain() {
    if (rest_.empty() || !std::string_view("ibdN").contains(rest_.front())) return false;
    const std::size_t end = rest_.find(';');
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
};

struct Pear {
  std::string_view name;
  std::string_view version;
  std::string_view channel = "pear.php.net";  // what package.xml 1.0 could not name
};

/// The member "release" of package.xml 2.0's version, or 1.0's version itself.
bool read_version(Walk& walk, Pear& pear) {
  if (const auto plain = walk.text()) {
    pear.version = *plain;
    return true;
  }
  if (!walk.open()) return false;
  while (!walk.close()) {
    const auto key = walk.text();
    if (key == "release") {
      const auto release = walk.text();
      if (!release) return false;
      pear.version = *release;
    } else if ((!key && !walk.skip()) || !walk.skip()) {
      return false;
    }
  }
  return true;
}

bool read_member(Walk& walk, Pear& pear) {
  const auto key = walk.text();
  if (!key) return walk.skip() && walk.skip();
  if (key == "version") return read_version(walk, pear);
  if (key != "name" && key != "package" && key != "channel") return walk.skip();
  const auto value = walk.text();
  if (!value) return walk.skip();
  if (key == "channel") {
    pear.channel = *value;
  } else if (pear.name.empty()) {
    pear.name = *value;
  }
  return true;
}

}  // namespace

Result<void> parse_pear(std::string_view text, LibraryList& out) {
  Walk walk(text);
  if (!walk.open()) return fail(Code::malformed, "no serialized array");
  Pear pear;
  while (!walk.close()) {
    if (!read_member(walk, pear)) return fail(Code::malformed, "a value of no known kind");
  }
  if (pear.name.empty() || pear.channel != "pear.php.net") {
    out.refuse();
  } else {
    out.add("pear/" + to_lower(pear.name), pear.version);
  }
  return {};
}

}  // namespace bulkhead::catalog::php
