#include "bulkhead/format/xml.h"

#include <algorithm>
#include <optional>
#include <string>

#include <expat.h>
#include <fmt/format.h>

namespace bulkhead::format {
namespace {

constexpr std::size_t kStepBytes = 1 << 20;  // expat counts in int

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

struct XmlReader::State {
  State(XmlSink& to, const XmlLimits& most) : sink(to), limits(most) {}

  void stop(Error error) {
    if (failure) return;
    failure = std::move(error);
    XML_StopParser(parser.get(), XML_FALSE);
  }
  void refuse(Code code, std::string_view why) {
    stop({code, fmt::format("xml: line {}, column {}: {}", XML_GetCurrentLineNumber(parser.get()),
                            XML_GetCurrentColumnNumber(parser.get()) + 1, why)});
  }
  static State& of(void* user) { return *static_cast<State*>(user); }
  static void on_begin(void* user, const char* name, const char** pairs);
  static void on_end(void* user, const char* name);
  static void on_text(void* user, const char* text, int size);
  static void on_doctype(void* user, const char*, const char*, const char*, int) {
    of(user).refuse(Code::unsupported, "a document type declaration");
  }
  Result<void> parse(std::string_view chunk, bool is_last);

  XmlSink& sink;
  XmlLimits limits;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser{XML_ParserCreate(nullptr),
                                                                      &XML_ParserFree};
  std::optional<Error> failure;
  std::string text;                  // of all open elements, the innermost last
  std::vector<std::string> parents;  // what the text of each open element's parent is so far
  std::size_t held = 0;              // bytes in `parents`
  std::vector<XmlAttribute> attributes;
};

void XmlReader::State::on_begin(void* user, const char* name, const char** pairs) {
  State& self = of(user);
  if (self.failure) return;
  if (self.parents.size() >= self.limits.depth) {
    return self.refuse(Code::limit_exceeded, "nested too deep");
  }
  self.attributes.clear();
  for (; *pairs != nullptr; pairs += 2) {
    if (self.attributes.size() >= self.limits.attributes) {
      return self.refuse(Code::limit_exceeded, "too many attributes");
    }
    self.attributes.push_back({local_name(pairs[0]), pairs[1]});
  }
  self.held += self.text.size();
  self.parents.push_back(std::move(self.text));
  self.text.clear();
  if (auto done = self.sink.begin(local_name(name), self.attributes); !done) {
    self.stop(done.error());
  }
}

void XmlReader::State::on_end(void* user, const char* name) {
  State& self = of(user);
  if (self.failure) return;
  if (auto done = self.sink.end(local_name(name), self.text); !done) self.stop(done.error());
  self.text = std::move(self.parents.back());
  self.parents.pop_back();
  self.held -= self.text.size();
}

void XmlReader::State::on_text(void* user, const char* text, int size) {
  State& self = of(user);
  if (self.failure) return;
  const auto more = static_cast<std::size_t>(size);
  if (more >
      self.limits.text_bytes - std::min(self.limits.text_bytes, self.held + self.text.size())) {
    return self.refuse(Code::limit_exceeded, "too much text in an element");
  }
  self.text.append(text, more);
}

Result<void> XmlReader::State::parse(std::string_view chunk, bool is_last) {
  if (!failure && XML_Parse(parser.get(), chunk.data(), static_cast<int>(chunk.size()),
                            is_last ? 1 : 0) == XML_STATUS_ERROR) {
    if (!failure) {
      refuse(Code::malformed, XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
  }
  if (failure) return std::unexpected(*failure);
  return {};
}

XmlReader::XmlReader(XmlSink& sink, const XmlLimits& limits)
    : state_(std::make_unique<State>(sink, limits)) {
  XML_Parser parser = state_->parser.get();
  XML_SetUserData(parser, state_.get());
  XML_SetElementHandler(parser, &State::on_begin, &State::on_end);
  XML_SetCharacterDataHandler(parser, &State::on_text);
  XML_SetStartDoctypeDeclHandler(parser, &State::on_doctype);
}
XmlReader::~XmlReader() = default;

Result<void> XmlReader::feed(std::string_view chunk) {
  for (; !chunk.empty(); chunk.remove_prefix(std::min(kStepBytes, chunk.size()))) {
    BH_CHECK(state_->parse(chunk.substr(0, kStepBytes), false));
  }
  return {};
}

Result<void> XmlReader::finish() { return state_->parse("", true); }

}  // namespace bulkhead::format
