#include "bulkhead/report/terminal.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kEllipsis = "…";

/// Each column shows at least one byte and seldom more than these, combining characters included;
/// a name of megabytes is not escaped as a whole to show its beginning.
constexpr std::size_t kMostBytesPerColumn = 16;

/// Bytes of the UTF-8 character that `text` (well-formed) begins with.
std::size_t character_bytes(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

/// Bytes of the longest beginning of `text` (terminal text) that takes at most `columns`.
std::size_t prefix_bytes(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  std::size_t used = 0;
  while (end < text.size()) {
    const std::size_t length = character_bytes(text.substr(end));
    used += terminal_width(text.substr(end, length));
    if (used > columns) break;
    end += length;
  }
  return end;
}

}  // namespace

std::string fit(std::string_view bytes, std::size_t columns) {
  const std::size_t most_bytes = (columns + 1) * kMostBytesPerColumn;
  const bool is_long = bytes.size() > most_bytes;
  std::string text = to_terminal(bytes.substr(0, most_bytes));
  if (!is_long && terminal_width(text) <= columns) return text;
  text.resize(prefix_bytes(text, columns == 0 ? 0 : columns - 1));
  if (columns > 0) text += kEllipsis;
  return text;
}

std::string pad(std::string text, std::size_t columns) {
  const std::size_t width = terminal_width(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

std::vector<std::string> wrap(std::string_view bytes, std::size_t columns, std::size_t most) {
  const std::string text = fit(bytes, columns * most);
  std::vector<std::string> lines;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (terminal_width(rest) <= columns || lines.size() + 1 == most) {
      lines.push_back(fit(rest, columns));
      break;
    }
    std::size_t end = prefix_bytes(rest, columns);
    if (end == 0) end = character_bytes(rest);  // wider than a line: it must go somewhere
    const std::size_t space = rest.substr(0, end + 1).rfind(' ');
    const bool has_break = space != std::string_view::npos && space > 0;
    lines.emplace_back(rest.substr(0, has_break ? space : end));
    rest.remove_prefix(has_break ? space + 1 : end);
  }
  return lines;
}

std::string Painter::paint(std::string_view code, std::string_view text) const {
  if (!is_color_ || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Painter::severity(Severity severity, std::string_view text) const {
  switch (severity) {
    case Severity::critical:
      return paint("1;31", text);
    case Severity::high:
      return paint("31", text);
    case Severity::medium:
      return paint("33", text);
    case Severity::low:
      return paint("36", text);
    case Severity::negligible:
    case Severity::unknown:
      return std::string(text);
  }
  return std::string(text);
}

}  // namespace bulkhead::report
