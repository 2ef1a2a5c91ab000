#include "update_request.h"

#include <charconv>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "bulkhead/net/url.h"
#include "session.h"

namespace bulkhead::app {
namespace {

/// "24h" in seconds.
Result<std::int64_t> parse_age(std::string_view text) {
  const auto refuse = [&] {
    return fail(Code::malformed, fmt::format("--max-age: '{}' is no age: 90m, 24h, 7d, 0 (always "
                                             "fetch) or never",
                                             text));
  };
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || number < 0 || number > kMost) return refuse();
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  if (unit.empty() && number == 0) return 0;
  if (unit == "s") return number;
  if (unit == "m") return number * 60;
  if (unit == "h") return number * 3600;
  if (unit == "d") return number * 86400;
  return refuse();
}

}  // namespace

Result<advisory::UpdateOptions> update_options(const Options& options) {
  advisory::UpdateOptions update;
  update.has_network = !options.is_offline;
  update.mirror = options.mirror;
  std::error_code ignored;
  if (net::is_url(update.mirror)) {
    BH_CHECK(net::parse_url(update.mirror));
  } else if (!update.mirror.empty() && !std::filesystem::is_directory(update.mirror, ignored)) {
    return fail(Code::not_found,
                fmt::format("--mirror: '{}' is no folder and no http or https URL", update.mirror));
  }
  for (const std::string& text : options.addresses) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string address = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (advisory::find_site(name) == nullptr || !net::is_url(address) || !net::parse_url(address)) {
      return fail(
          Code::malformed,
          fmt::format("--source: '{}' is not NAME=URL with a name of `bulkhead db sources`", text));
    }
    update.addresses[name] = address;
  }
  update.network.ca_file = options.ca_file;
  BH_TRY(update.network.stall_timeout_ms, network_timeout_ms(options));
  // A machine without a way out is told so soon: nothing is lost, the next scan asks again.
  update.network.connect_timeout_ms = 10'000;
  update.network.retries = 2;
  return update;
}

Result<std::optional<advisory::UpdateOptions>> scan_update(const Options& options) {
  BH_TRY(advisory::UpdateOptions update, update_options(options));
  if (options.max_age == "never") return std::optional<advisory::UpdateOptions>();
  BH_TRY(update.max_age_s, parse_age(options.max_age));
  const bool has_folder = !update.mirror.empty() && !net::is_url(update.mirror);
  if (!update.has_network && !has_folder) return std::optional<advisory::UpdateOptions>();
  return std::optional(std::move(update));
}

}  // namespace bulkhead::app
