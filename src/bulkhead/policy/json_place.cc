#include "bulkhead/policy/json_place.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace bulkhead::policy {
namespace {

using nlohmann::json;

/// Takes no value, and remembers where the text goes wrong.
class Finder final : public nlohmann::json_sax<json> {
 public:
  std::size_t position = 0;  // from 1; 0: nothing was wrong

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return true; }
  bool key(string_t& /*value*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    position = at;
    return false;
  }
};

}  // namespace

Error json_error(std::string_view format, std::string_view text, const Error& error) {
  Finder finder;
  json::sax_parse(text.begin(), text.end(), &finder);
  // What only the first parser minds (the depth) has no place.
  if (finder.position == 0) return {error.code, fmt::format("{}: {}", format, error.what)};
  const std::size_t offset = std::min(finder.position - 1, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? offset + 1 : offset - newline;
  return {error.code,
          fmt::format("{}: line {}, column {}: {}", format, line, column, error.what),
          {},
          offset};
}

}  // namespace bulkhead::policy
