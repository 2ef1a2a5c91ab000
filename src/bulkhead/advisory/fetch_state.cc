#include "bulkhead/advisory/fetch_state.h"

#include <nlohmann/json.hpp>

#include "bulkhead/advisory/durable.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

constexpr std::uint64_t kMostBytes = 4 << 20;  // 4096 feeds with long names
constexpr std::string_view kSchema = "bulkhead.fetch/1";

}  // namespace

const std::string& FetchState::strong_validator() const {
  return etag.empty() || etag.starts_with("W/") ? last_modified : etag;
}

std::optional<FetchState> parse_fetch_state(std::string_view text) {
  format::JsonDocument json;
  const auto root = json.parse(text);
  if (!root || (*root)["schema"].text_or("") != kSchema) return std::nullopt;
  FetchState state;
  state.address = (*root)["address"].text_or("");
  state.etag = (*root)["etag"].text_or("");
  state.last_modified = (*root)["last_modified"].text_or("");
  state.checked_unix_s = (*root)["checked"].integer().value_or(0);
  const auto size = (*root)["size_bytes"].integer();
  if (size && *size >= 0) state.size_bytes = static_cast<std::uint64_t>(*size);
  (*root)["feeds"].for_each_element(
      [&](format::JsonValue feed) { state.feeds.emplace_back(feed.text_or("")); });
  state.content = (*root)["content"].text_or("");
  return state;
}

std::string format_fetch_state(const FetchState& state) {
  nlohmann::ordered_json json{{"schema", kSchema},
                              {"address", state.address},
                              {"etag", state.etag},
                              {"last_modified", state.last_modified},
                              {"checked", state.checked_unix_s}};
  if (state.size_bytes) json["size_bytes"] = *state.size_bytes;
  json["feeds"] = state.feeds;
  if (!state.content.empty()) json["content"] = state.content;
  // Headers may be of any bytes.
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::optional<FetchState> read_fetch_state(const std::string& folder, const std::string& name) {
  const auto source = io::open_file(folder + "/" + name);
  if (!source) return std::nullopt;
  const auto text = io::read_all(**source, kMostBytes);
  if (!text) return std::nullopt;
  return parse_fetch_state(*text);
}

Result<void> write_fetch_state(const std::string& folder, const std::string& name,
                               const FetchState& state) {
  return replace_file(folder, name, format_fetch_state(state));
}

}  // namespace bulkhead::advisory
