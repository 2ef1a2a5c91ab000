#include "bulkhead/advisory/manifest.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "bulkhead/advisory/durable.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

constexpr std::string_view kSchema = "bulkhead.advisories/1";
constexpr std::string_view kName = "current";
// 4096 feeds with names of half a kilobyte.
constexpr std::uint64_t kMaxBytes = 4 << 20;
constexpr std::int64_t kKeepSeconds = std::int64_t{24} * 60 * 60;

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// "<64 hexadecimal digits>.sqlite", so that no manifest can name a file outside the folder.
bool is_feed_file(std::string_view name) {
  constexpr std::string_view kEnding = ".sqlite";
  if (name.size() != 64 + kEnding.size() || !name.ends_with(kEnding)) return false;
  return name.substr(0, 64).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<ManifestFeed> parse_feed(format::JsonValue entry) {
  ManifestFeed feed;
  feed.info.name = entry["name"].text_or("");
  feed.info.ecosystem = entry["ecosystem"].text_or("");
  feed.info.file = entry["file"].text_or("");
  const auto size = entry["size_bytes"].integer();
  const auto records = entry["records"].integer();
  const auto updated = entry["updated"].integer();
  const auto imported = entry["imported"].integer();
  if (feed.info.name.empty() || !is_feed_file(feed.info.file) || size.value_or(-1) < 0 ||
      records.value_or(-1) < 0 || !updated || !imported) {
    return fail(Code::malformed, "advisory store: `current` has a feed that is not well formed");
  }
  feed.size_bytes = static_cast<std::uint64_t>(*size);
  feed.layout = entry["layout"].integer().value_or(0);  // which older ones did not say
  feed.info.records = static_cast<std::uint64_t>(*records);
  feed.info.updated_unix_s = *updated;
  feed.info.imported_unix_s = *imported;
  return feed;
}

/// Does the store's folder hold `name` for itself, so that it may be removed once it is old?
bool is_ours(std::string_view name) { return is_feed_file(name) || name.ends_with(".tmp"); }

void remove_stale(const std::string& folder, const std::vector<ManifestFeed>& feeds,
                  std::int64_t now_unix_s) {
  std::set<std::string, std::less<>> wanted;
  for (const ManifestFeed& feed : feeds) wanted.insert(feed.info.file);
  std::error_code ignored;  // what cannot be removed today is removed by a later import
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    struct stat info{};
    if (!is_ours(name) || wanted.contains(name)) continue;
    if (::lstat(entry.path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (now_unix_s - info.st_mtime > kKeepSeconds) ::unlink(entry.path().c_str());
  }
}

}  // namespace

std::string format_manifest(const std::vector<ManifestFeed>& feeds) {
  std::string text = fmt::format("{{\"schema\":{},\"feeds\":[", json_text(kSchema));
  std::string_view comma = "\n";
  for (const ManifestFeed& feed : feeds) {
    text += fmt::format(
        R"({}{{"name":{},"ecosystem":{},"file":{},"size_bytes":{},"layout":{},"records":{},)"
        R"("updated":{},"imported":{}}})",
        comma, json_text(feed.info.name), json_text(feed.info.ecosystem), json_text(feed.info.file),
        feed.size_bytes, feed.layout, feed.info.records, feed.info.updated_unix_s,
        feed.info.imported_unix_s);
    comma = ",\n";
  }
  return text + "\n]}\n";
}

Result<std::vector<ManifestFeed>> parse_manifest(std::string_view text) {
  format::JsonDocument json;
  BH_TRY(const format::JsonValue root, json.parse(text));
  if (root["schema"].text_or("") != kSchema) {
    return fail(Code::unsupported,
                fmt::format("advisory store: `current` is not of schema {}", kSchema));
  }
  if (!root["feeds"].is_array()) {
    return fail(Code::malformed, "advisory store: `current` has no feeds");
  }
  std::vector<ManifestFeed> feeds;
  Result<void> done = {};
  root["feeds"].for_each_element([&](format::JsonValue entry) {
    if (!done) return;
    Result<ManifestFeed> feed = parse_feed(entry);
    if (feed) {
      feeds.push_back(std::move(*feed));
    } else {
      done = std::unexpected(feed.error());
    }
  });
  BH_CHECK(done);
  const auto name_of = [](const ManifestFeed& feed) -> const std::string& {
    return feed.info.name;
  };
  std::ranges::sort(feeds, {}, name_of);
  if (std::ranges::adjacent_find(feeds, {}, name_of) != feeds.end()) {
    return fail(Code::malformed, "advisory store: `current` names a feed twice");
  }
  return feeds;
}

Result<std::vector<ManifestFeed>> read_manifest(const std::string& folder) {
  const std::string path = fmt::format("{}/{}", folder, kName);
  const auto source = io::open_file(path);
  if (!source && source.error().code == Code::not_found) return std::vector<ManifestFeed>();
  if (!source) return std::unexpected(located(source.error(), path));
  const Result<std::string> text = io::read_all(**source, kMaxBytes);
  if (!text) return std::unexpected(located(text.error(), path));
  Result<std::vector<ManifestFeed>> feeds = parse_manifest(*text);
  if (!feeds) return std::unexpected(located(feeds.error(), path));
  return feeds;
}

Result<void> publish(const std::string& folder, const std::vector<ManifestFeed>& feeds,
                     std::int64_t now_unix_s) {
  BH_TRY(const WriteLock lock, WriteLock::take(folder));
  BH_TRY(std::vector<ManifestFeed> all, read_manifest(folder));
  for (const ManifestFeed& feed : feeds) {
    std::erase_if(all, [&](const ManifestFeed& old) { return old.info.name == feed.info.name; });
  }
  all.insert(all.end(), feeds.begin(), feeds.end());
  std::ranges::sort(all, {},
                    [](const ManifestFeed& f) -> const std::string& { return f.info.name; });
  // The files are on the disk already; their names must be before `current` has them.
  BH_CHECK(sync_file(folder));
  BH_CHECK(replace_file(folder, std::string(kName), format_manifest(all)));
  remove_stale(folder, all, now_unix_s);
  return {};
}

}  // namespace bulkhead::advisory
