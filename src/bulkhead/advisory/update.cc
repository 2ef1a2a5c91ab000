#include "bulkhead/advisory/update.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/advisory/download.h"
#include "bulkhead/advisory/durable.h"
#include "bulkhead/advisory/fetch_state.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/manifest.h"
#include "bulkhead/advisory/repository.h"
#include "bulkhead/io/source.h"
#include "bulkhead/net/url.h"

namespace bulkhead::advisory {
namespace {

using Outcome = FileUpdate::Outcome;

constexpr std::size_t kMostThreads = 4;  // publishers ask for no more connections than that
constexpr auto kLockWait = std::chrono::milliseconds(50);

/// A file name for the path in a mirror: "osv_Rocky_Linux_all.zip".
std::string name_of(const SourceFile& file) {
  std::string name = file.mirror_path();
  for (char& c : name) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
    if (!is_plain) c = '_';
  }
  return name;
}

/// All that one call of update() shares between its threads.
class Updater {
 public:
  Updater(std::string folder, const UpdateOptions& options, const RunContext& context)
      : store_(std::move(folder)),
        folder_(store_ + "/updates"),
        options_(options),
        context_(context) {}

  Result<void> prepare();
  /// All but `file` and `wanted` is filled in.
  void bring(FileUpdate& update);

 private:
  bool is_known(FileUpdate& update, const std::optional<FetchState>& state) const;
  bool is_fresh(const FileUpdate& update) const;
  Result<std::optional<WriteLock>> lock(const std::string& name, bool may_wait,
                                        bool& has_waited) const;
  std::string failure_path(const std::string& name) const {
    return folder_ + "/" + name + ".failed";
  }
  Result<void> fetch(FileUpdate& update, const std::string& name,
                     const std::optional<FetchState>& state);
  Result<Download> bring_file(const FileUpdate& update, const DownloadRequest& request);
  Result<void> take(FileUpdate& update, const DownloadRequest& request, const Download& brought);
  Result<std::shared_ptr<net::Client>> client();
  std::optional<std::string> others_failure(const std::string& name) const;

  const std::string store_;
  const std::string folder_;  // locks, states and parts
  const UpdateOptions& options_;
  const RunContext& context_;
  std::mutex client_mutex_ = {};
  std::shared_ptr<net::Client> client_ = {};
  std::mutex import_mutex_ = {};  // one import at a time: each has memory and threads of its own
};

Result<void> Updater::prepare() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (!error) return {};
  return std::unexpected(
      Error{Code::io, fmt::format("advisory store: cannot make the folder: {}", error.message()),
            folder_});
}

/// Are there data of the file in the store? Says of when they are.
bool Updater::is_known(FileUpdate& update, const std::optional<FetchState>& state) const {
  const auto manifest = read_manifest(store_);
  if (!manifest) return false;
  const auto has = [&](const std::string& name) {
    return std::ranges::any_of(
        *manifest, [&](const auto& f) { return f.info.name == name && f.is_readable(); });
  };
  if (state && !state->feeds.empty() && std::ranges::all_of(state->feeds, has)) {
    update.known_unix_s = state->checked_unix_s;
    return true;
  }
  if (state) return false;
  // Not fetched, but perhaps imported by hand: then all that is wanted of the file counts.
  std::int64_t oldest = context_.now_unix_s;
  for (const std::string& wanted : update.wanted) {
    std::int64_t newest = 0;
    for (const ManifestFeed& feed : *manifest) {
      if (!feed.is_readable()) continue;
      // The data of one of an ecosystem's files say nothing of the other.
      const std::string& part = update.file.part;
      const bool is_part = part.empty() || feed.info.name.ends_with("/" + part);
      const bool is_it = wanted.empty() ? feed.info.name == update.file.site
                                        : feed.info.ecosystem == wanted && is_part;
      if (is_it) newest = std::max(newest, feed.info.imported_unix_s);
    }
    oldest = std::min(oldest, newest);
  }
  update.known_unix_s = oldest;
  return oldest > 0;
}

bool Updater::is_fresh(const FileUpdate& update) const {
  return options_.max_age_s > 0 && context_.now_unix_s - update.known_unix_s < options_.max_age_s;
}

/// @param has_waited  Set where another process had it: that one has tried meanwhile.
Result<std::optional<WriteLock>> Updater::lock(const std::string& name, bool may_wait,
                                               bool& has_waited) const {
  for (;;) {
    BH_TRY(std::optional<WriteLock> taken,
           WriteLock::try_take(fmt::format("{}/{}.lock", folder_, name)));
    if (taken || !may_wait) return taken;
    // What an earlier fetch left must not pass for the failure of the one that is waited for.
    if (!std::exchange(has_waited, true)) ::unlink(failure_path(name).c_str());
    if (context_.is_cancelled()) return fail(Code::io, "cancelled");
    std::this_thread::sleep_for(kLockWait);
  }
}

/// Why the process that was waited for could not fetch the file; nothing where it did not say so.
std::optional<std::string> Updater::others_failure(const std::string& name) const {
  constexpr std::uint64_t kMostBytes = 64 << 10;
  const auto source = io::open_file(failure_path(name));
  if (!source) return std::nullopt;
  const auto text = io::read_all(**source, kMostBytes);
  if (!text) return std::nullopt;
  return *text;
}

Result<std::shared_ptr<net::Client>> Updater::client() {
  const std::lock_guard guard(client_mutex_);
  if (!client_) {
    BH_TRY(client_, net::Client::create(options_.network, context_));
  }
  return client_;
}

/// A mirror's file is read where it lies; its time and size stand for an ETag.
Result<Download> look_into_mirror(const FileUpdate& update, const FetchState& known) {
  struct stat info{};
  if (::stat(update.address.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return std::unexpected(
        Error{Code::not_found, "advisory data: the mirror has no such file", update.address});
  }
  Download found;
  found.path = update.address;
  found.state.address = update.address;
  found.state.etag =
      fmt::format("\"{}.{}-{}\"", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size);
  if (static_cast<std::uint64_t>(info.st_size) > update.file.most_bytes) {
    return std::unexpected(
        Error{Code::limit_exceeded,
              fmt::format("advisory data: it has {} bytes, more than the {} that are its budget",
                          info.st_size, update.file.most_bytes),
              update.address});
  }
  found.is_unchanged = known.address == update.address && known.etag == found.state.etag;
  return found;
}

Result<Download> Updater::bring_file(const FileUpdate& update, const DownloadRequest& request) {
  const bool is_repository = update.file.kind != SourceKind::file;
  if (!net::is_url(update.address)) {
    BH_TRY(Download found, look_into_mirror(update, request.known));
    if (!is_repository || found.is_unchanged) return found;
    return look_into_repository(found, request);
  }
  BH_TRY(const std::shared_ptr<net::Client> client, this->client());
  if (!is_repository) return download(*client, request, context_);
  const bool is_list = update.file.kind == SourceKind::mirror_list && options_.mirror.empty();
  return is_list ? download_by_mirror_list(*client, request, context_)
                 : download_from_repository(*client, request, context_);
}

/// Puts what was brought into the store.
Result<void> Updater::take(FileUpdate& update, const DownloadRequest& request,
                           const Download& brought) {
  RunContext quiet = context_;
  quiet.progress = quiet_context().progress;
  const std::lock_guard guard(import_mutex_);
  auto result = import_publication(store_, brought.path, update.file, quiet);
  if (net::is_url(update.address)) remove_download(request);
  if (!result) {
    Error error = std::move(result).error();
    error.where = update.address;
    return std::unexpected(std::move(error));
  }
  FetchState state = brought.state;
  state.checked_unix_s = context_.now_unix_s;
  for (const FeedInfo& feed : result->feeds) state.feeds.push_back(feed.name);
  update.feeds = std::move(result->feeds);
  update.outcome = Outcome::replaced;
  for (const Note& note : result->notes) {
    context_.log->write(LogLevel::debug, fmt::format("{}: {}", note.where, note.what));
  }
  return write_fetch_state(folder_, request.name + ".json", state);
}

Result<void> Updater::fetch(FileUpdate& update, const std::string& name,
                            const std::optional<FetchState>& state) {
  DownloadRequest request{.address = update.address,
                          .folder = folder_,
                          .name = name,
                          .most_bytes = update.file.most_bytes};
  // A validator is of use only where the data that it speaks of are still in the store.
  if (state && update.known_unix_s > 0) request.known = *state;
  BH_TRY(Download brought, bring_file(update, request));
  update.brought_bytes = brought.brought_bytes;
  if (brought.is_unchanged) {
    FetchState checked = *state;
    // The index may be another, with the same file in it.
    if (!brought.state.content.empty()) {
      checked = brought.state;
      checked.feeds = state->feeds;
    }
    checked.checked_unix_s = context_.now_unix_s;
    update.outcome = Outcome::unchanged;
    return write_fetch_state(folder_, name + ".json", checked);
  }
  auto taken = take(update, request, brought);
  // The pieces of an earlier connection may be of another file, whatever the server said.
  if (!taken && brought.is_resumed && !context_.is_cancelled()) {
    BH_TRY(brought, bring_file(update, request));
    update.brought_bytes += brought.brought_bytes;
    if (!brought.is_unchanged) taken = take(update, request, brought);
  }
  return taken;
}

void Updater::bring(FileUpdate& update) {
  update.address = address_of(update.file, options_);
  const std::string name = name_of(update.file);
  bool has_data = is_known(update, read_fetch_state(folder_, name + ".json"));
  if (has_data && is_fresh(update)) {
    update.outcome = Outcome::fresh;
    return;
  }
  if (!options_.has_network && net::is_url(update.address)) {
    update.error =
        Error{Code::unsupported, "advisory data: --offline forbids the network", update.address};
    return;
  }
  bool has_waited = false;
  auto locked = lock(name, !has_data, has_waited);
  if (!locked) {
    update.error = locked.error();
    return;
  }
  if (!*locked) {
    update.outcome = Outcome::busy;
    return;
  }
  // Whoever had the lock before may have brought it meanwhile.
  const std::optional<FetchState> state = read_fetch_state(folder_, name + ".json");
  has_data = is_known(update, state);
  if (has_data && is_fresh(update)) {
    update.outcome = Outcome::fresh;
    return;
  }
  if (has_waited) {
    // A publisher that did not answer that one need not be waited for by all others in turn.
    if (auto failure = others_failure(name)) {
      update.error = Error{Code::io, *std::move(failure), update.address};
      return;
    }
  }
  if (const auto done = fetch(update, name, state); !done) {
    update.outcome = Outcome::failed;
    update.error = done.error();
    // It helps those who wait; that it cannot be written harms nobody.
    const auto told = replace_file(folder_, name + ".failed", done.error().what);
    if (!told) context_.log->write(LogLevel::debug, describe(told.error()));
  } else {
    ::unlink(failure_path(name).c_str());
  }
}

}  // namespace

std::string address_of(const SourceFile& file, const UpdateOptions& options) {
  if (!options.mirror.empty()) {
    const bool has_slash = options.mirror.ends_with('/');
    const std::string path = file.mirror_path();
    return fmt::format("{}{}{}", options.mirror, has_slash ? "" : "/",
                       net::is_url(options.mirror) ? encode_path(path) : path);
  }
  const auto own = options.addresses.find(file.site);
  const Site* site = find_site(file.site);
  std::string address(site == nullptr ? "" : site->address);
  if (own != options.addresses.end()) address = own->second;
  if (!address.ends_with('/')) address.push_back('/');
  return address + encode_path(file.path);
}

Result<std::vector<FileUpdate>> update(const std::string& folder,
                                       const std::vector<std::string>& ecosystems,
                                       const UpdateOptions& options, const RunContext& context) {
  std::map<std::string, FileUpdate> files;
  const auto add = [&](std::string_view ecosystem, std::vector<SourceFile> list) {
    for (SourceFile& file : list) {
      FileUpdate& one = files[file.mirror_path()];
      one.file = std::move(file);
      one.wanted.emplace_back(ecosystem);
    }
  };
  // Where only support is asked about, nobody will look at a CVE.
  if (ecosystems.empty() || !std::ranges::all_of(ecosystems, is_support_ecosystem)) {
    add("", files_about_cves());
  }
  for (const std::string& ecosystem : ecosystems) add(ecosystem, files_of(ecosystem));

  BH_CHECK(read_manifest(folder));
  Updater updater(folder, options, context);
  BH_CHECK(updater.prepare());
  std::vector<FileUpdate> updates;
  updates.reserve(files.size());
  for (auto& [path, one] : files) updates.push_back(std::move(one));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < updates.size(); i = next++) {
      updater.bring(updates[i]);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(kMostThreads, updates.size()); ++i) {
      threads.emplace_back(work);
    }
    work();
  }
  if (context.is_cancelled()) return fail(Code::io, "advisory data: cancelled");
  return updates;
}

}  // namespace bulkhead::advisory
