#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/store.h"
#include "bulkhead/base/text.h"
#include "commands.h"
#include "session.h"
#include "statement_text.h"

namespace bulkhead::app {
namespace {

using nlohmann::ordered_json;

std::string date_of(std::int64_t unix_s) {
  return unix_s > 0 ? format_utc(unix_s).substr(0, 10) : std::string("unknown");
}

ordered_json json_of(const FeedInfo& feed) {
  ordered_json object;
  object["feed"] = feed.name;
  object["ecosystem"] = feed.ecosystem;
  object["records"] = feed.records;
  object["updated"] =
      feed.updated_unix_s > 0 ? ordered_json(format_utc(feed.updated_unix_s)) : ordered_json();
  object["imported"] = format_utc(feed.imported_unix_s);
  object["file"] = feed.file;
  return object;
}

ordered_json json_of(const advisory::Store::SearchRow& row) {
  const advisory::Statement& statement = row.statement;
  ordered_json object;
  object["ecosystem"] = row.ecosystem;
  object["package"] = statement.affected.name;
  object["id"] = statement.advisory_id;
  object["cves"] = statement.cves;
  object["aliases"] = statement.aliases;
  object["affected"] = affected_text(statement.affected);
  object["fix_state"] = fix_state_name(statement.affected.fix_state);
  object["severity"] =
      severity_name(std::max(statement.affected.severity, statement.advisory_severity));
  object["title"] = row.title;
  object["feed"] = statement.feed;
  return object;
}

}  // namespace

int run_db_import(const Options& options) {
  Session session(options);
  if (options.words.empty()) {
    complain("db import takes files or folders");
    return kExitUsage;
  }
  const auto result =
      advisory::import_paths(advisory_folder(options), options.words, session.context());
  session.end_progress();
  if (!result) return give_up(result.error(), session.context());
  bool has_gap = false;
  for (const Note& note : result->notes) {
    has_gap = has_gap || note.level == NoteLevel::incomplete;
    if (options.is_quiet) continue;
    complain(fmt::format("{}: {}: {}", note.code, note.where, note.what));
  }
  for (const FeedInfo& feed : result->feeds) {
    fmt::print("{:<40} {:>8} records, newest {}\n", to_terminal(feed.name), feed.records,
               date_of(feed.updated_unix_s));
  }
  for (const advisory::FormatTally& tally : result->formats) {
    fmt::print(
        "{}: {} documents, {} records kept, {} withdrawn, {} documents without packages, "
        "{} notes\n",
        tally.format, tally.documents, tally.kept, tally.withdrawn, tally.empty, tally.noted);
  }
  fmt::print("{} advisories in {} feeds\n", result->records, result->feeds.size());
  return has_gap ? kExitGap : kExitOk;
}

int run_db_status(const Options& options) {
  Session session(options);
  const std::string folder = advisory_folder(options);
  const auto store = advisory::Store::open(folder);
  if (!store) return give_up(store.error(), session.context());
  if (wants_json(options)) {
    ordered_json feeds = ordered_json::array();
    for (const FeedInfo& feed : store->feeds()) feeds.push_back(json_of(feed));
    fmt::print("{}\n", ordered_json{{"folder", folder}, {"feeds", feeds}}.dump(2));
    return kExitOk;
  }
  fmt::print("{}\n", to_terminal(folder));
  if (store->feeds().empty()) {
    fmt::print("no data yet: `bulkhead db import PATH` brings some\n");
    return kExitOk;
  }
  for (const FeedInfo& feed : store->feeds()) {
    const std::int64_t days = (session.context().now_unix_s - feed.updated_unix_s) / 86400;
    fmt::print("{:<40} {:>8} records  newest {}{}  imported {}\n", to_terminal(feed.name),
               feed.records, date_of(feed.updated_unix_s),
               feed.updated_unix_s > 0 ? fmt::format(" ({} days old)", days) : std::string(),
               date_of(feed.imported_unix_s));
  }
  return kExitOk;
}

int run_db_search(const Options& options) {
  if (options.words.size() != 1) {
    complain("db search takes one id or package");
    return kExitUsage;
  }
  Session session(options);
  auto store = advisory::Store::open(advisory_folder(options));
  if (!store) return give_up(store.error(), session.context());
  const auto rows = store->search(options.words.front(), options.most_rows);
  if (!rows) return give_up(rows.error(), session.context());
  const auto is_exploited = store->is_known_exploited(options.words.front());
  if (!is_exploited) return give_up(is_exploited.error(), session.context());
  if (wants_json(options)) {
    ordered_json list = ordered_json::array();
    for (const advisory::Store::SearchRow& row : *rows) list.push_back(json_of(row));
    fmt::print("{}\n", ordered_json{{"query", to_utf8(options.words.front()).text},
                                    {"known_exploited", *is_exploited},
                                    {"rows", list}}
                           .dump(2));
    return kExitOk;
  }
  if (*is_exploited) fmt::print("known to be exploited (CISA)\n");
  for (const advisory::Store::SearchRow& row : *rows) {
    const advisory::Statement& statement = row.statement;
    fmt::print("{:<18} {:<28} {:<18} {:<28} {}\n", to_terminal(row.ecosystem),
               to_terminal(statement.affected.name), to_terminal(statement.advisory_id),
               to_terminal(affected_text(statement.affected)), to_terminal(row.title));
  }
  if (rows->empty()) fmt::print("nothing is known of it\n");
  if (rows->size() == options.most_rows) fmt::print("(more may exist: --limit)\n");
  return kExitOk;
}

}  // namespace bulkhead::app
