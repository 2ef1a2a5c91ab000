#include "bulkhead/report/licence.h"

#include <algorithm>
#include <optional>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/text.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/report/spdx_ids.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kReference = "LicenseRef-";
constexpr std::string_view kForeignReference = "DocumentRef-";
constexpr std::size_t kMostNesting = 64;  // of parentheses
constexpr std::size_t kRefDigits = 16;

bool is_id_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

/// The list's spelling of `id`; empty where it is not on it.
std::string_view find_id(std::span<const std::string_view> ids, std::string_view id) {
  const std::string key = to_lower(id);
  const auto at = std::ranges::lower_bound(ids, key, {}, to_lower);
  return at != ids.end() && to_lower(*at) == key ? *at : std::string_view();
}

/// Recursive descent over "a AND (b OR c WITH d)"; what it has read is written as it goes.
class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : rest_(text) { next(); }

  /// Nothing where the text is no expression.
  std::optional<std::string> read() {
    if (!read_choice() || !token_.empty()) return std::nullopt;
    return std::move(written_);
  }
  std::size_t parts() const { return parts_; }

 private:
  /// A run of id bytes (and what follows it in "DocumentRef-x:LicenseRef-y"), "(", ")" or "+".
  void next() {
    rest_ = trim(rest_);
    std::size_t length = 0;
    while (length < rest_.size() && (is_id_byte(rest_[length]) || rest_[length] == ':')) ++length;
    // "+" belongs to the id that it follows without a blank.
    const bool has_plus = length > 0 && length < rest_.size() && rest_[length] == '+';
    if (length == 0 && !rest_.empty()) length = 1;
    token_ = rest_.substr(0, length + (has_plus ? 1 : 0));
    rest_.remove_prefix(token_.size());
  }

  bool take_word(std::string_view upper, std::string_view lower) {
    if (token_ != upper && token_ != lower) return false;
    written_.append(" ").append(upper).append(" ");
    ++parts_;
    next();
    return true;
  }

  bool read_choice() {
    do {
      if (!read_together()) return false;
    } while (take_word("OR", "or"));
    return true;
  }

  bool read_together() {
    do {
      if (!read_one()) return false;
    } while (take_word("AND", "and"));
    return true;
  }

  bool read_one() {
    if (token_ != "(") return read_licence();
    if (++nesting_ > kMostNesting) return false;
    written_ += '(';
    ++parts_;
    next();
    if (!read_choice() || token_ != ")") return false;
    --nesting_;
    written_ += ')';
    next();
    return true;
  }

  bool read_licence() {
    if (is_reference(token_)) {
      written_ += token_;
      ++parts_;
      next();
      return true;
    }
    std::string_view id = find_id(spdx_licence_ids(), token_);
    bool has_plus = false;
    if (id.empty() && token_.ends_with('+')) {
      id = find_id(spdx_licence_ids(), token_.substr(0, token_.size() - 1));
      has_plus = true;
      ++parts_;
    }
    if (id.empty()) return false;
    written_ += id;
    if (has_plus) written_ += '+';
    next();
    if (!take_word("WITH", "with")) return true;
    const std::string_view exception = find_id(spdx_exception_ids(), token_);
    if (exception.empty()) return false;
    written_ += exception;
    next();
    return true;
  }

  static bool is_reference(std::string_view token) {
    if (token.starts_with(kForeignReference)) {
      const std::size_t colon = token.find(':');
      if (colon == std::string_view::npos || colon == kForeignReference.size()) return false;
      token.remove_prefix(colon + 1);
    }
    return token.starts_with(kReference) && token.size() > kReference.size() &&
           std::ranges::all_of(token, is_id_byte);
  }

  std::string_view rest_;
  std::string_view token_;
  std::string written_;
  std::size_t parts_ = 0;  // operators and whatever else makes it more than one id
  std::size_t nesting_ = 0;
};

}  // namespace

Licence parse_licence(std::string_view text) {
  if (text.size() > kMostLicenceBytes) return {};
  ExpressionReader reader(text);
  std::optional<std::string> expression = reader.read();
  if (!expression) return {};
  return {*std::move(expression), reader.parts() == 0};
}

std::string licence_ref(std::string_view text) {
  auto hasher = io::Hasher::create("sha256");
  if (!hasher) return std::string(kReference) + "unknown";
  hasher->update(as_bytes(text));
  return std::string(kReference) + hasher->finish_hex().substr(0, kRefDigits);
}

std::string whole_expression(const std::vector<std::string>& declared,
                             std::vector<std::string_view>& texts) {
  std::string whole;
  std::size_t count = 0;
  for (const std::string& text : declared) {
    if (trim(text).empty() || text == "NOASSERTION" || text == "NONE") continue;
    Licence licence = parse_licence(text);
    if (licence.expression.empty()) {
      licence = {licence_ref(text), true};
      texts.push_back(text);
    }
    // "a OR b" beside another one needs its parentheses.
    const bool is_wrapped = declared.size() > 1 && !licence.is_single;
    if (count++ > 0) whole += " AND ";
    whole += is_wrapped ? "(" + licence.expression + ")" : licence.expression;
  }
  return count == 0 ? "NOASSERTION" : whole;
}

}  // namespace bulkhead::report
