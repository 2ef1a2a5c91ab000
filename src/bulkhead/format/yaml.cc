#include "bulkhead/format/yaml.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <yaml.h>

#include "bulkhead/base/bytes.h"

namespace bulkhead::format {
namespace {

constexpr std::uint32_t kMaxDepth = 64;
constexpr std::uint64_t kMaxNodes = 2'000'000;
// Text after expansion: an alias of a long scalar is small in the file and large in memory.
constexpr std::uint64_t kMaxTextBytes = 256 << 20;

class Parser {
 public:
  explicit Parser(std::string_view text)
      : is_ready_(yaml_parser_initialize(&parser_) != 0), rest_(as_bytes(text)) {
    if (!is_ready_) return;
    // Set, so that a UTF-16 mark is an error and not another way to write a document.
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser_, &Parser::read, this);
  }
  ~Parser() {
    if (is_ready_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool is_ready() const { return is_ready_; }
  bool next(yaml_event_t& event) { return yaml_parser_parse(&parser_, &event) != 0; }
  Error error() const {
    const char* problem = parser_.problem != nullptr ? parser_.problem : "cannot be read";
    return {Code::malformed,
            fmt::format("yaml: line {}, column {}: {}", parser_.problem_mark.line + 1,
                        parser_.problem_mark.column + 1, problem),
            {},
            parser_.problem_offset};
  }

 private:
  static int read(void* state, unsigned char* buffer, std::size_t size, std::size_t* got) {
    ByteView& rest = static_cast<Parser*>(state)->rest_;
    *got = std::min(size, rest.size());
    std::copy_n(rest.begin(), *got, std::as_writable_bytes(std::span(buffer, size)).begin());
    rest = rest.subspan(*got);
    return 1;
  }

  yaml_parser_t parser_;
  bool is_ready_;
  ByteView rest_;
};

class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t event{};
};

std::string_view text_of(const yaml_char_t* text, std::size_t size) {
  return as_text(std::as_bytes(std::span(text, size)));
}

std::string name_of(const yaml_char_t* text) {
  if (text == nullptr) return {};
  std::size_t size = 0;
  while (text[size] != 0) ++size;
  return std::string(text_of(text, size));
}

/// A finished node with what the limits need of it.
struct Built {
  YamlNode node;
  std::uint64_t nodes = 1;
  std::uint64_t text_bytes = 0;
  std::uint32_t height = 1;
};

/// A sequence or mapping that is still open.
struct Frame {
  Built built;
  std::string anchor;
  std::optional<YamlNode> key = {};  // of a mapping: the key whose value comes next
};

/// Turns events into one tree. Copies of aliases count like nodes that were written out.
class Builder {
 public:
  Result<void> take(const yaml_event_t& event);
  bool is_done() const { return root_.has_value(); }
  YamlNode take_root() { return std::move(*root_); }

 private:
  Result<void> spend(const yaml_event_t& event, std::uint64_t nodes, std::uint64_t text_bytes,
                     std::uint32_t height);
  Result<void> open(const yaml_event_t& event, YamlNode::Kind kind, const yaml_char_t* anchor);
  Result<void> close(const yaml_event_t& event);
  Result<void> scalar(const yaml_event_t& event);
  Result<void> alias(const yaml_event_t& event);
  Result<void> keep(const yaml_event_t& event, const std::string& anchor, const Built& built);
  void attach(Built built);

  std::vector<Frame> open_;
  std::map<std::string, Built, std::less<>> anchors_;
  std::uint64_t nodes_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::optional<YamlNode> root_;
};

Error at(const yaml_event_t& event, Code code, std::string_view what) {
  return {code,
          fmt::format("yaml: line {}, column {}: {}", event.start_mark.line + 1,
                      event.start_mark.column + 1, what),
          {},
          event.start_mark.index};
}

YamlNode node_of(const yaml_event_t& event, YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  node.line = static_cast<std::uint32_t>(event.start_mark.line + 1);
  node.column = static_cast<std::uint32_t>(event.start_mark.column + 1);
  return node;
}

Result<void> Builder::spend(const yaml_event_t& event, std::uint64_t nodes,
                            std::uint64_t text_bytes, std::uint32_t height) {
  nodes_ += nodes;
  text_bytes_ += text_bytes;
  if (open_.size() + height > kMaxDepth) {
    return std::unexpected(at(event, Code::limit_exceeded, "nested deeper than 64"));
  }
  if (nodes_ > kMaxNodes || text_bytes_ > kMaxTextBytes) {
    return std::unexpected(at(event, Code::limit_exceeded, "too large once aliases are expanded"));
  }
  return {};
}

void Builder::attach(Built built) {
  if (open_.empty()) {
    root_ = std::move(built.node);
    return;
  }
  Frame& parent = open_.back();
  parent.built.nodes += built.nodes;
  parent.built.text_bytes += built.text_bytes;
  parent.built.height = std::max(parent.built.height, built.height + 1);
  YamlNode& into = parent.built.node;
  if (into.kind == YamlNode::Kind::sequence) {
    into.items.push_back(std::move(built.node));
  } else if (!parent.key) {
    parent.key = std::move(built.node);
  } else {
    into.members.emplace_back(std::move(*parent.key), std::move(built.node));
    parent.key.reset();
  }
}

Result<void> Builder::keep(const yaml_event_t& event, const std::string& anchor,
                           const Built& built) {
  if (anchor.empty()) return {};
  // What is kept for later aliases takes memory, too.
  BH_CHECK(spend(event, built.nodes, built.text_bytes + anchor.size(), 0));
  anchors_.insert_or_assign(anchor, built);
  return {};
}

Result<void> Builder::open(const yaml_event_t& event, YamlNode::Kind kind,
                           const yaml_char_t* anchor) {
  BH_CHECK(spend(event, 1, 0, 1));
  open_.push_back({{node_of(event, kind)}, name_of(anchor)});
  return {};
}

Result<void> Builder::close(const yaml_event_t& event) {
  Frame frame = std::move(open_.back());
  open_.pop_back();
  BH_CHECK(keep(event, frame.anchor, frame.built));
  attach(std::move(frame.built));
  return {};
}

Result<void> Builder::scalar(const yaml_event_t& event) {
  const auto& data = event.data.scalar;
  BH_CHECK(spend(event, 1, data.length, 1));
  Built built{node_of(event, YamlNode::Kind::scalar), 1, data.length, 1};
  built.node.text = text_of(data.value, data.length);
  built.node.is_quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
  BH_CHECK(keep(event, name_of(data.anchor), built));
  attach(std::move(built));
  return {};
}

Result<void> Builder::alias(const yaml_event_t& event) {
  const auto found = anchors_.find(name_of(event.data.alias.anchor));
  // An anchor that is still open is not there yet, so an alias can never hold itself.
  if (found == anchors_.end()) {
    return std::unexpected(at(event, Code::malformed, "an alias of nothing that came before"));
  }
  const Built& built = found->second;
  BH_CHECK(spend(event, built.nodes, built.text_bytes, built.height));
  attach(built);
  return {};
}

Result<void> Builder::take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      if (is_done()) return std::unexpected(at(event, Code::malformed, "a second document"));
      return {};
    case YAML_SCALAR_EVENT:
      return scalar(event);
    case YAML_ALIAS_EVENT:
      return alias(event);
    case YAML_SEQUENCE_START_EVENT:
      return open(event, YamlNode::Kind::sequence, event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
      return open(event, YamlNode::Kind::mapping, event.data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return close(event);
    default:
      return {};
  }
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name.kind == Kind::scalar && name.text == key) return &value;
  }
  return nullptr;
}

Result<YamlNode> parse_yaml(std::string_view text) {
  Parser parser(text);
  if (!parser.is_ready()) return fail(Code::limit_exceeded, "yaml: no memory");
  Builder builder;
  for (;;) {
    Event step;
    if (!parser.next(step.event)) return std::unexpected(parser.error());
    if (step.event.type == YAML_STREAM_END_EVENT) break;
    BH_CHECK(builder.take(step.event));
  }
  // A text without any document (empty, or comments alone) is an empty scalar, YAML's null.
  if (!builder.is_done()) return YamlNode{.line = 1, .column = 1};
  return builder.take_root();
}

}  // namespace bulkhead::format
