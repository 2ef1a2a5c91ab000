// The input is a byte that picks the syntax, a requirement up to the first newline, and a version.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/version/requirement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace version = bulkhead::version;
  if (size == 0) return 0;
  const std::string_view text = bulkhead::as_text(std::as_bytes(std::span(data + 1, size - 1)));
  const std::size_t end = text.find('\n');
  const std::string_view requirement = text.substr(0, end);
  const std::string_view wanted = end == std::string_view::npos ? "1.2" : text.substr(end + 1);
  constexpr struct {
    const char* scheme;
    bulkhead::Result<version::Intervals> (*parse)(std::string_view);
  } kSyntaxes[] = {{"rubygems", version::parse_gem_requirement},
                   {"maven", version::parse_maven_range},
                   {"packagist", version::parse_composer_constraint}};
  const auto& syntax = kSyntaxes[data[0] % std::size(kSyntaxes)];
  const auto& scheme = *version::find_scheme(syntax.scheme);
  const auto intervals = syntax.parse(requirement);
  if (!intervals) return 0;
  const auto in = version::is_in_intervals(scheme, *intervals, wanted);
  if (in.has_value() != scheme.check(wanted).has_value()) std::abort();
  if (!in) return 0;
  // A version is in the intervals or in what they leave, and in both never.
  const auto rest = version::complement(scheme, *intervals);
  if (*in == version::is_in_intervals(scheme, rest, wanted).value()) std::abort();
  return 0;
}
