#include "bulkhead/format/stanza.h"

#include "bulkhead/base/text.h"

namespace bulkhead::format {
namespace {

bool continues_field(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

}  // namespace

void StanzaSplitter::hold(std::string_view part) {
  if (is_too_long_) return;
  // A "\r" that may yet turn out to be a blank line is not counted, so that the place of a chunk
  // border cannot decide.
  const std::uint64_t pending_cr = place_ == Place::after_newline_and_cr ? 1 : 0;
  if (held_.size() + part.size() - pending_cr > most_) {
    is_too_long_ = true;
    held_ = std::string();
    return;
  }
  held_.append(part);
}

std::optional<StanzaSplitter::Stanza> StanzaSplitter::next(std::string_view& rest) {
  if (is_spent_) {
    held_.clear();
    is_spent_ = false;
  }
  std::size_t at = 0;
  std::size_t begin = 0;  // of the stanza's part in `rest`
  while (at < rest.size()) {
    switch (place_) {
      case Place::between_stanzas:
        at = rest.find_first_not_of("\r\n", at);
        if (at == std::string_view::npos) {
          at = begin = rest.size();
          break;
        }
        begin = at;
        start_ = consumed_ + at;
        is_too_long_ = false;
        place_ = Place::in_line;
        break;
      case Place::in_line:
        at = rest.find('\n', at);
        if (at == std::string_view::npos) {
          at = rest.size();
          break;
        }
        ++at;
        place_ = Place::after_newline;
        break;
      case Place::after_newline:
        if (rest[at] == '\r') {
          ++at;
          place_ = Place::after_newline_and_cr;
          break;
        }
        [[fallthrough]];
      case Place::after_newline_and_cr: {
        if (rest[at] != '\n') {
          place_ = Place::in_line;
          break;
        }
        // The blank line is no part of the stanza; its "\r" may be in an earlier chunk.
        const std::uint64_t blank = place_ == Place::after_newline_and_cr ? 1 : 0;
        const std::uint64_t length = consumed_ + at - blank - start_;
        std::string_view text = rest.substr(begin, at - begin);
        if (!held_.empty()) {
          hold(text);
          text = held_;
          is_spent_ = true;
        }
        const bool is_too_long = is_too_long_ || length > most_;
        text = is_too_long ? std::string_view() : text.substr(0, length);
        ++at;
        consumed_ += at;
        rest.remove_prefix(at);
        place_ = Place::between_stanzas;
        return Stanza{text, start_, is_too_long};
      }
    }
  }
  if (place_ != Place::between_stanzas) hold(rest.substr(begin));
  consumed_ += rest.size();
  rest = {};
  return std::nullopt;
}

std::optional<StanzaSplitter::Stanza> StanzaSplitter::last() {
  if (place_ == Place::between_stanzas) return std::nullopt;
  std::string_view text = held_;
  if (place_ == Place::after_newline_and_cr && !text.empty()) text.remove_suffix(1);
  place_ = Place::between_stanzas;
  is_spent_ = true;
  return Stanza{text, start_, is_too_long_};
}

std::optional<StanzaField> StanzaFields::next() {
  if (rest_.empty()) return std::nullopt;
  const auto start = static_cast<std::size_t>(rest_.data() - stanza_.data());
  const std::string_view line = take_line(rest_);
  std::size_t end = start + line.size();
  while (continues_field(rest_)) {
    const std::string_view more = take_line(rest_);
    end = static_cast<std::size_t>(more.data() - stanza_.data()) + more.size();
  }
  StanzaField field{{}, {}, start};
  const std::size_t colon = line.find(':');
  if (continues_field(line) || colon == std::string_view::npos) return field;
  field.name = trim(line.substr(0, colon));
  field.value = trim(stanza_.substr(start + colon + 1, end - start - colon - 1));
  return field;
}

}  // namespace bulkhead::format
