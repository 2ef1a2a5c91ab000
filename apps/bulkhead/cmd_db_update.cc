#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/store.h"
#include "bulkhead/advisory/update.h"
#include "bulkhead/base/nearest.h"
#include "bulkhead/base/text.h"
#include "commands.h"
#include "session.h"
#include "update_request.h"

namespace bulkhead::app {
namespace {

using advisory::FileUpdate;
using nlohmann::ordered_json;

/// Says on standard error what an ecosystem that nobody publishes may have meant.
void complain_of(const std::string& ecosystem) {
  std::vector<std::string_view> known;
  for (const advisory::Source& source : advisory::sources()) {
    if (!source.ecosystem.empty()) known.push_back(source.ecosystem);
  }
  const std::size_t colon = ecosystem.find(':');
  const std::string family =
      colon == std::string::npos ? ecosystem : ecosystem.substr(0, colon + 1);
  const std::string_view meant = nearest(family, known, 2);
  complain(
      fmt::format("no source of advisory data is known for '{}'{} (bulkhead db sources lists "
                  "them)",
                  ecosystem,
                  meant.empty() || meant == family ? std::string()
                                                   : fmt::format("; did you mean '{}'?", meant)));
}

/// The ecosystems of the command line as the store names them. Nothing, and a word on standard
/// error, where one has no source.
std::optional<std::vector<std::string>> named_ecosystems(const Options& options) {
  std::vector<std::string> ecosystems;
  for (const std::string& word : options.words) {
    ecosystems.push_back(advisory::normal_ecosystem(word));
    if (!advisory::files_of(ecosystems.back()).empty()) continue;
    complain_of(word);
    return std::nullopt;
  }
  return ecosystems;
}

std::string_view outcome_name(FileUpdate::Outcome outcome) {
  switch (outcome) {
    case FileUpdate::Outcome::fresh:
      return "fresh";
    case FileUpdate::Outcome::unchanged:
      return "not changed";
    case FileUpdate::Outcome::replaced:
      return "replaced";
    case FileUpdate::Outcome::busy:
      return "being fetched by another";
    case FileUpdate::Outcome::failed:
      return "failed";
  }
  return "";
}

ordered_json json_of(const FileUpdate& update) {
  ordered_json object;
  object["file"] = update.file.mirror_path();
  object["address"] = to_utf8(update.address).text;
  object["outcome"] = outcome_name(update.outcome);
  object["bytes"] = update.brought_bytes;
  if (update.error) object["error"] = to_utf8(update.error->what).text;
  object["feeds"] = ordered_json::array();
  for (const FeedInfo& feed : update.feeds) {
    object["feeds"].push_back({{"feed", feed.name}, {"records", feed.records}});
  }
  return object;
}

void print(const FileUpdate& update) {
  fmt::print("{:<44} {}", to_terminal(update.file.mirror_path()), outcome_name(update.outcome));
  if (update.outcome == FileUpdate::Outcome::replaced) {
    std::uint64_t records = 0;
    for (const FeedInfo& feed : update.feeds) records += feed.records;
    fmt::print(", {} records in {} {}", records, update.feeds.size(),
               update.feeds.size() == 1 ? "feed" : "feeds");
  }
  if (update.brought_bytes > 0) {
    fmt::print(", {:.1f} MiB", static_cast<double>(update.brought_bytes) / (1 << 20));
  }
  fmt::print("\n");
}

}  // namespace

int run_db_update(const Options& options) {
  const auto update_with = update_options(options);
  if (!update_with) {
    complain(update_with.error().what);
    return kExitUsage;
  }
  auto ecosystems = named_ecosystems(options);
  if (!ecosystems) return kExitUsage;
  Session session(options);
  const RunContext& context = session.context();
  const std::string folder = advisory_folder(options);
  if (options.words.empty()) {
    const auto store = advisory::Store::open(folder);
    if (!store) return give_up(store.error(), context);
    std::set<std::string> known;
    for (const FeedInfo& feed : store->feeds()) known.insert(feed.ecosystem);
    known.erase("");
    ecosystems->assign(known.begin(), known.end());
  }
  context.progress->begin("fetching advisories");
  const auto updates = advisory::update(folder, *ecosystems, *update_with, context);
  session.end_progress();
  if (!updates) return give_up(updates.error(), context);
  bool has_failed = false;
  ordered_json list = ordered_json::array();
  for (const FileUpdate& update : *updates) {
    if (wants_json(options)) {
      list.push_back(json_of(update));
    } else {
      print(update);
    }
    if (!update.error) continue;
    has_failed = true;
    complain(describe(*update.error));
  }
  if (wants_json(options)) fmt::print("{}\n", ordered_json{{"files", list}}.dump(2));
  return has_failed ? kExitGap : kExitOk;
}

int run_db_sources(const Options& options) {
  const auto update_with = update_options(options);
  if (!update_with) {
    complain(update_with.error().what);
    return kExitUsage;
  }
  const auto ecosystems = named_ecosystems(options);
  if (!ecosystems) return kExitUsage;
  // The table's own rows are patterns; with ecosystems they are files.
  constexpr std::string_view kRelease = "{release}";
  std::vector<std::pair<std::string, advisory::SourceFile>> rows;
  const auto add = [&](std::string_view ecosystem, const advisory::SourceFile& file) {
    const bool is_there = std::ranges::any_of(rows, [&](const auto& row) {
      return !options.words.empty() && row.second.mirror_path() == file.mirror_path();
    });
    if (!is_there) rows.emplace_back(ecosystem, file);
  };
  if (options.words.empty()) {
    for (const advisory::Source& source : advisory::sources()) {
      std::string path(source.path);
      if (const std::size_t at = path.find(kRelease); at != std::string::npos) {
        path.replace(at, kRelease.size(), "RELEASE");
      }
      add(source.ecosystem, {std::string(source.ecosystem),
                             std::string(source.site),
                             std::move(path),
                             source.most_bytes,
                             {},
                             source.kind});
    }
  } else {
    for (const advisory::SourceFile& file : advisory::files_about_cves()) add("", file);
    for (const std::string& ecosystem : *ecosystems) {
      for (const advisory::SourceFile& file : advisory::files_of(ecosystem)) add(ecosystem, file);
    }
  }
  ordered_json list = ordered_json::array();
  for (const auto& [ecosystem, file] : rows) {
    const std::string address = advisory::address_of(file, *update_with);
    if (wants_json(options)) {
      list.push_back({{"ecosystem", ecosystem},
                      {"path", file.mirror_path()},
                      {"address", to_utf8(address).text},
                      {"most_bytes", file.most_bytes},
                      {"documentation", advisory::find_site(file.site)->documentation}});
    } else {
      fmt::print("{}\t{}\n", file.mirror_path(), to_terminal(address));
    }
  }
  if (wants_json(options)) fmt::print("{}\n", ordered_json{{"sources", list}}.dump(2));
  return kExitOk;
}

}  // namespace bulkhead::app
