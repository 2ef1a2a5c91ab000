#include "bulkhead/format/toml.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

// Headers alone, errors as values. Its own bound of nested values stays behind ours.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 128
#include <toml++/toml.h>

namespace bulkhead::format {
namespace {

constexpr std::size_t kMaxDepth = 64;

const toml::node& node_of(const void* node) { return *static_cast<const toml::node*>(node); }

/// Where nesting gets too deep, before anything is built: toml++ 3.3 bounds nested values, but not
/// the tables that a dotted key makes ("a.a.a...."), and takes trees down by recursion.
///
/// Outside of strings and comments a "." stands in keys and, once each, in numbers and times. Up to
/// a text's first error this reads it as the parser does, and there the parser stops.
class DepthCheck {
 public:
  explicit DepthCheck(std::string_view text) : text_(text) {}

  Result<void> run() {
    while (at_ < text_.size()) {
      step(text_[at_]);
      if (depth_ > kMaxDepth) return std::unexpected(too_deep());
    }
    return {};
  }

 private:
  void step(char c) {
    switch (c) {
      case '#':
        skip_comment();
        return;
      case '"':
      case '\'':
        skip_string(c);
        return;
      case '[':
      case '{':
        open_.push_back(depth_);
        ++depth_;
        break;
      case ']':
      case '}':
        if (!open_.empty()) {
          depth_ = open_.back();
          open_.pop_back();
        }
        break;
      case '.':
        ++depth_;
        break;
      case ',':
      case '\n':
        if (open_.empty()) {
          depth_ = 0;
        } else if (c == ',') {
          depth_ = open_.back() + 1;
        }
        break;
      default:
        break;
    }
    ++at_;
  }

  void skip_comment() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end;
  }

  void skip_string(char quote) {
    const std::string_view rest = text_.substr(at_);
    const bool is_long = rest.size() >= 3 && rest[1] == quote && rest[2] == quote;
    if (!is_long && rest.size() >= 2 && rest[1] == quote) {
      at_ += 2;
      return;
    }
    at_ += is_long ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n' && !is_long) return;  // an error, which the parser tells
      if (c == '\\' && quote == '"') {
        at_ += 2;
      } else if (c == quote && (!is_long || text_.substr(at_, 3) == std::string(3, quote))) {
        at_ += is_long ? 3 : 1;
        // Up to two quotes may stand before the closing three.
        for (int i = 0; is_long && i < 2 && at_ < text_.size() && text_[at_] == quote; ++i) ++at_;
        return;
      } else {
        ++at_;
      }
    }
  }

  Error too_deep() const {
    std::size_t line = 1;
    std::size_t start = 0;
    for (std::size_t end = 0; (end = text_.substr(0, at_).find('\n', start)) < at_; start = end + 1)
      ++line;
    return {Code::limit_exceeded,
            fmt::format("toml: line {}, column {}: nested deeper than {}", line, at_ - start,
                        kMaxDepth),
            {},
            at_};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::size_t> open_;  // the depth around each bracket that is open
};

}  // namespace

struct TomlDocument::State {
  toml::table root;
};

bool TomlValue::is_table() const { return exists() && node_of(node_).is_table(); }

bool TomlValue::is_array() const { return exists() && node_of(node_).is_array(); }

TomlValue TomlValue::operator[](std::string_view key) const {
  if (!is_table()) return {};
  return TomlValue(node_of(node_).as_table()->get(key));
}

std::optional<std::string_view> TomlValue::text() const {
  if (!exists() || !node_of(node_).is_string()) return {};
  return std::string_view(node_of(node_).as_string()->get());
}

std::optional<std::int64_t> TomlValue::integer() const {
  if (!exists() || !node_of(node_).is_integer()) return {};
  return node_of(node_).as_integer()->get();
}

std::optional<bool> TomlValue::boolean() const {
  if (!exists() || !node_of(node_).is_boolean()) return {};
  return node_of(node_).as_boolean()->get();
}

std::uint32_t TomlValue::line() const { return exists() ? node_of(node_).source().begin.line : 0; }

std::uint32_t TomlValue::column() const {
  return exists() ? node_of(node_).source().begin.column : 0;
}

void TomlValue::walk_elements(void (*visit)(void*, TomlValue), void* state) const {
  if (!is_array()) return;
  for (const toml::node& element : *node_of(node_).as_array()) visit(state, TomlValue(&element));
}

void TomlValue::walk_members(void (*visit)(void*, std::string_view, TomlValue), void* state) const {
  if (!is_table()) return;
  for (const auto& [key, member] : *node_of(node_).as_table()) {
    visit(state, key.str(), TomlValue(&member));
  }
}

TomlDocument::TomlDocument() : state_(std::make_unique<State>()) {}
TomlDocument::~TomlDocument() = default;
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;
TomlDocument& TomlDocument::operator=(TomlDocument&&) noexcept = default;

Result<TomlValue> TomlDocument::parse(std::string_view text) {
  BH_CHECK(DepthCheck(text).run());
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::source_position place = parsed.error().source().begin;
    return fail(Code::malformed, fmt::format("toml: line {}, column {}: {}", place.line,
                                             place.column, parsed.error().description()));
  }
  state_->root = std::move(parsed).table();
  return TomlValue(&state_->root);
}

}  // namespace bulkhead::format
