#include "bulkhead/version/evr.h"

#include <algorithm>

#include "bulkhead/version/parts.h"

namespace bulkhead::version {

Evr take_evr_apart(std::string_view version) {
  Evr evr;
  std::string_view rest = version;
  const std::string_view digits = take_digits(rest);
  if (rest.starts_with(':')) {
    evr.epoch = digits;
    rest.remove_prefix(1);
  } else {
    rest = version;
  }
  if (const std::size_t dash = rest.rfind('-'); dash != std::string_view::npos) {
    evr.has_release = true;
    evr.release = rest.substr(dash + 1);
    rest = rest.substr(0, dash);
  }
  evr.version = rest;
  return evr;
}

std::strong_ordering compare_segments(std::string_view& a, std::string_view& b) {
  const bool is_number = is_digit(a.front());
  if (is_number != is_digit(b.front())) {
    return is_number ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  if (is_number) return compare_numbers(take_digits(a), take_digits(b));
  return take_letters(a).compare(take_letters(b)) <=> 0;
}

Result<void> check_evr(std::string_view format, std::string_view version) {
  if (version.empty()) return refuse(format, version, "it is empty");
  const auto is_bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (const auto bad = std::ranges::find_if(version, is_bad); bad != version.end()) {
    return refuse(format, version, "it holds a space or a control character",
                  static_cast<std::size_t>(bad - version.begin()));
  }
  const Evr evr = take_evr_apart(version);
  if (evr.version.empty()) return refuse(format, version, "the version part is empty");
  if (evr.has_release && evr.release.empty()) {
    return refuse(format, version, "nothing after the last '-'");
  }
  return {};
}

}  // namespace bulkhead::version
