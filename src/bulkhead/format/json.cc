#include "bulkhead/format/json.h"

#include <bit>
#include <type_traits>
#include <utility>

#include <simdjson.h>

namespace bulkhead::format {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxDepth = 64;

// A parser keeps the memory of the largest text that it has seen, about ten bytes for each byte
// of it. After one large feed the next small record need not pay for that.
constexpr std::size_t kLargeBytes = 16 << 20;

// simdjson's element is a document's address and an index into its tape, and cannot be made from
// these two by its public interface: the handle keeps the two words and turns back into an
// element by value. The round trip is checked here by size and in json_test.cc by use.
struct Words {
  const void* document;
  std::size_t index;
};
static_assert(sizeof(Words) == sizeof(dom::element));
static_assert(std::is_trivially_copyable_v<dom::element>);

dom::element element_of(const void* document, std::size_t index) {
  return std::bit_cast<dom::element>(Words{document, index});
}

Code code_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::DEPTH_ERROR:
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return Code::limit_exceeded;
    default:
      return Code::malformed;
  }
}

}  // namespace

struct JsonDocument::State {
  dom::parser parser;
};

bool JsonValue::is_object() const { return exists() && element_of(document_, index_).is_object(); }

bool JsonValue::is_array() const { return exists() && element_of(document_, index_).is_array(); }

bool JsonValue::is_string() const { return exists() && element_of(document_, index_).is_string(); }

JsonValue JsonValue::operator[](std::string_view key) const {
  dom::object object;
  if (!exists() || element_of(document_, index_).get(object) != simdjson::SUCCESS) return {};
  dom::element found;
  if (object.at_key(key).get(found) != simdjson::SUCCESS) return {};
  const Words words = std::bit_cast<Words>(found);
  return {words.document, words.index};
}

std::optional<std::string_view> JsonValue::text() const {
  std::string_view value;
  if (!exists() || element_of(document_, index_).get(value) != simdjson::SUCCESS) return {};
  return value;
}

std::optional<std::int64_t> JsonValue::integer() const {
  std::int64_t value = 0;
  if (!exists() || element_of(document_, index_).get(value) != simdjson::SUCCESS) return {};
  return value;
}

std::optional<double> JsonValue::number() const {
  double value = 0;
  if (!exists() || element_of(document_, index_).get(value) != simdjson::SUCCESS) return {};
  return value;
}

std::optional<bool> JsonValue::boolean() const {
  bool value = false;
  if (!exists() || element_of(document_, index_).get(value) != simdjson::SUCCESS) return {};
  return value;
}

std::size_t JsonValue::size() const {
  // Counted, since the number that simdjson keeps stops at 2^24 - 1.
  std::size_t count = 0;
  if (is_array()) for_each_element([&](JsonValue) { ++count; });
  if (is_object()) for_each_member([&](std::string_view, JsonValue) { ++count; });
  return count;
}

void JsonValue::walk_elements(void (*visit)(void*, JsonValue), void* state) const {
  dom::array array;
  if (!exists() || element_of(document_, index_).get(array) != simdjson::SUCCESS) return;
  for (const dom::element element : array) {
    const Words words = std::bit_cast<Words>(element);
    visit(state, {words.document, words.index});
  }
}

void JsonValue::walk_members(void (*visit)(void*, std::string_view, JsonValue), void* state) const {
  dom::object object;
  if (!exists() || element_of(document_, index_).get(object) != simdjson::SUCCESS) return;
  for (const dom::key_value_pair member : object) {
    const Words words = std::bit_cast<Words>(member.value);
    visit(state, member.key, {words.document, words.index});
  }
}

JsonDocument::JsonDocument() : state_(std::make_unique<State>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonValue> JsonDocument::parse(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (state_->parser.capacity() > kLargeBytes && text.size() < kLargeBytes / 8) {
    state_ = std::make_unique<State>();
  }
  dom::parser& parser = state_->parser;
  if (parser.max_depth() != kMaxDepth || parser.capacity() < text.size()) {
    const simdjson::error_code allocated = parser.allocate(text.size() + 64, kMaxDepth);
    if (allocated != simdjson::SUCCESS) {
      return fail(code_of(allocated), std::string("json: ") + simdjson::error_message(allocated));
    }
  }
  dom::element root;
  const simdjson::error_code error = parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return fail(code_of(error), std::string("json: ") + simdjson::error_message(error));
  }
  const Words words = std::bit_cast<Words>(root);
  return JsonValue(words.document, words.index);
}

}  // namespace bulkhead::format
