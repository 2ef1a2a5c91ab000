#include "bulkhead/scan/refresh.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/sources.h"
#include "bulkhead/advisory/support_table.h"
#include "bulkhead/match/coverage.h"
#include "bulkhead/match/distro.h"

namespace bulkhead::scan {
namespace {

using advisory::FileUpdate;

/// "5 hours", "3 days".
std::string age_text(std::int64_t seconds) {
  const std::int64_t hours = std::max<std::int64_t>(seconds, 0) / 3600;
  if (hours < 48) return fmt::format("{} {}", hours, hours == 1 ? "hour" : "hours");
  return fmt::format("{} days", hours / 24);
}

void note_failure(const FileUpdate& update, std::int64_t now_unix_s, Notes& notes) {
  const std::string of = update.file.family.empty() ? update.file.site : update.wanted.front();
  const std::string then =
      update.known_unix_s == 0
          ? "there are none of it"
          : fmt::format("those of {} ago are used", age_text(now_unix_s - update.known_unix_s));
  notes.add({NoteLevel::info, "advisories-not-updated",
             fmt::format("the advisory data of {} could not be updated, {}: {}", of, then,
                         update.error->what),
             update.address});
}

}  // namespace

void refresh_advisories(const std::string& folder, const advisory::UpdateOptions& options,
                        const std::vector<Package>& packages, const std::optional<OsInfo>& os,
                        const RunContext& context, Notes& notes) {
  if (packages.empty()) return;
  const match::Release release = os ? match::find_release(*os) : match::Release{};
  const bool has_source = std::ranges::any_of(release.ecosystems, [](const std::string& name) {
    return !advisory::files_of(name).empty();
  });
  if (!has_source && !release.ecosystems.empty()) {
    notes.add({NoteLevel::info, "no-advisory-source",
               fmt::format("no public source of advisory data that can be read is known for {}; "
                           "`bulkhead db import` takes other files of them",
                           release.ecosystems.front()),
               os->source_path});
  }
  std::vector<std::string> wanted;
  if (has_source) wanted = release.ecosystems;
  if (os) {
    std::string support = advisory::support_ecosystem(advisory::support_id(*os));
    if (!advisory::files_of(support).empty()) wanted.push_back(std::move(support));
  }
  for (const std::string_view library : match::library_ecosystems_of(packages)) {
    if (!advisory::files_of(library).empty()) wanted.emplace_back(library);
  }
  if (wanted.empty()) return;
  context.progress->begin("fetching advisories");
  const auto updates = advisory::update(folder, wanted, options, context);
  if (!updates) {
    notes.add(NoteLevel::info, updates.error());
    return;
  }
  for (const FileUpdate& update : *updates) {
    if (update.outcome != FileUpdate::Outcome::failed) continue;
    if (advisory::is_support_ecosystem(update.wanted.front())) {
      // The built-in table stands in for it.
      context.log->write(LogLevel::debug,
                         fmt::format("{}: the days of support were not updated: {}", update.address,
                                     update.error->what));
    } else {
      note_failure(update, context.now_unix_s, notes);
    }
  }
}

}  // namespace bulkhead::scan
