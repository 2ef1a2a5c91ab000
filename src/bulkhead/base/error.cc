#include "bulkhead/base/error.h"

#include <fmt/format.h>

namespace bulkhead {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::truncated:
      return "truncated";
    case Code::malformed:
      return "malformed";
    case Code::unsupported:
      return "unsupported";
    case Code::limit_exceeded:
      return "limit-exceeded";
    case Code::not_found:
      return "not-found";
    case Code::io:
      return "io";
  }
  return "unknown";
}

std::string describe(const Error& error) {
  std::string text =
      error.where.empty() ? error.what : fmt::format("{}: {}", error.where, error.what);
  if (error.offset != 0) text += fmt::format(" (at byte {})", error.offset);
  return text;
}

}  // namespace bulkhead
