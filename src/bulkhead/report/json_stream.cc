#include "bulkhead/report/json_stream.h"

namespace bulkhead::report {

JsonStream::JsonStream(std::ostream& out) : out_(out) { open('}'); }

void JsonStream::member(std::string_view key, std::string_view json) {
  begin(key);
  out_ << json;
}

void JsonStream::element(std::string_view json) {
  new_line();
  out_ << json;
}

void JsonStream::open_object(std::string_view key) {
  begin(key);
  open('}');
}

void JsonStream::open_object() {
  new_line();
  open('}');
}

void JsonStream::open_list(std::string_view key) {
  begin(key);
  open(']');
}

void JsonStream::close() {
  const Level closed = open_.back();
  open_.pop_back();
  if (!closed.is_empty) {
    out_ << '\n';
    for (std::size_t i = 0; i < open_.size(); ++i) out_ << "  ";
  }
  out_ << closed.closing;
}

void JsonStream::end() {
  while (!open_.empty()) close();
  out_ << '\n';
}

void JsonStream::begin(std::string_view key) {
  new_line();
  out_ << '"' << key << "\": ";
}

void JsonStream::new_line() {
  out_ << (open_.back().is_empty ? "\n" : ",\n");
  open_.back().is_empty = false;
  for (std::size_t i = 0; i < open_.size(); ++i) out_ << "  ";
}

void JsonStream::open(char closing) {
  out_ << (closing == '}' ? '{' : '[');
  open_.push_back({closing});
}

}  // namespace bulkhead::report
