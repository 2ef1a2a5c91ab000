#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/severity.h"

namespace bulkhead::report {

/// `bytes` of whatever origin as terminal text of at most `columns`; what is cut ends with "…".
std::string fit(std::string_view bytes, std::size_t columns);

/// `text` (terminal text) with spaces up to `columns`.
std::string pad(std::string text, std::size_t columns);

/// `bytes` as terminal text in lines of at most `columns`, broken at spaces where there are some.
/// At most `most` lines; the last one ends with "…" if that is not all.
std::vector<std::string> wrap(std::string_view bytes, std::size_t columns, std::size_t most);

/// Puts terminal text in colour, or leaves it as it is.
class Painter {
 public:
  explicit Painter(bool is_color) : is_color_(is_color) {}
  std::string strong(std::string_view text) const { return paint("1", text); }
  std::string faint(std::string_view text) const { return paint("2", text); }
  std::string alarm(std::string_view text) const { return paint("1;31", text); }
  std::string warning(std::string_view text) const { return paint("33", text); }
  std::string good(std::string_view text) const { return paint("32", text); }
  std::string severity(Severity severity, std::string_view text) const;

 private:
  std::string paint(std::string_view code, std::string_view text) const;

  bool is_color_;
};

}  // namespace bulkhead::report
