#include "session.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "bulkhead/base/text.h"
#include "commands.h"

namespace bulkhead::app {
namespace {

std::atomic<bool> g_cancelled = false;  // set by signals and the timeout
static_assert(std::atomic<bool>::is_always_lock_free);

void cancel(int) { g_cancelled.store(true, std::memory_order_relaxed); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

constexpr const char* kPasswordVariable = "BULKHEAD_PASSWORD";

/// The first line of standard input.
std::string read_password() {
  constexpr std::size_t kMostBytes = 64 << 10;
  std::string line;
  for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < kMostBytes;
       c = std::getchar()) {
    line.push_back(static_cast<char>(c));
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::int64_t now_unix_s() {
  const std::string fixed = environment("SOURCE_DATE_EPOCH");
  if (!fixed.empty() && fixed.find_first_not_of("0123456789") == std::string::npos) {
    return std::strtoll(fixed.c_str(), nullptr, 10);
  }
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// How registries are reached; reads the password from standard input where that is wanted.
Result<remote::RemoteOptions> remote_options(const Options& options) {
  remote::RemoteOptions remote;
  remote.username = options.username;
  remote.is_insecure = options.is_insecure;
  remote.ca_file = options.ca_file;
  remote.client_certificate = options.client_certificate;
  remote.client_key = options.client_key;
  remote.is_offline = options.is_offline;
  BH_TRY(remote.stall_timeout_ms, network_timeout_ms(options));
  if (options.client_certificate.empty() != options.client_key.empty()) {
    return fail(Code::malformed, "--client-cert and --client-key go together");
  }
  if (options.has_password_on_stdin && options.username.empty()) {
    return fail(Code::malformed, "--password-stdin is for the password of --username");
  }
  if (options.username.empty()) return remote;
  if (options.username.find(':') != std::string::npos) {
    return fail(Code::malformed, "--username: a user's name has no colon");
  }
  remote.password =
      options.has_password_on_stdin ? read_password() : environment(kPasswordVariable);
  if (remote.password.empty()) {
    return fail(Code::malformed,
                options.has_password_on_stdin
                    ? std::string("--password-stdin: there is no password on standard input")
                    : fmt::format("--username wants a password too: --password-stdin or {}",
                                  kPasswordVariable));
  }
  return remote;
}

}  // namespace

/// Bytes of layers read against the total, and the rate, on one line that is drawn over.
class Session::TerminalProgress final : public Progress {
 public:
  explicit TerminalProgress(bool is_shown) : is_shown_(is_shown) {}

  void begin(std::string_view job) override {
    const std::lock_guard lock(mutex_);
    job_ = job;
    total_ = 0;
    done_ = 0;
    start_ = std::chrono::steady_clock::now();
  }
  void add_total(std::uint64_t bytes) override { total_ += bytes; }
  void advance(std::uint64_t bytes) override {
    done_ += bytes;
    if (!is_shown_) return;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    const auto now = std::chrono::steady_clock::now();
    if (!lock || now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    draw(now);
  }
  void wipe() {
    const std::lock_guard lock(mutex_);
    if (is_drawn_) fmt::print(stderr, "\r\x1b[K");
    is_drawn_ = false;
    is_shown_ = false;
  }

 private:
  void draw(std::chrono::steady_clock::time_point now) {
    constexpr double kMiB = 1 << 20;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double done = static_cast<double>(done_) / kMiB;
    const double total = static_cast<double>(total_) / kMiB;
    fmt::print(stderr, "\r\x1b[K{} {:.0f} of {:.0f} MiB ({:.0f} %), {:.0f} MiB/s", job_, done,
               total, total > 0 ? 100 * done / total : 100, done / std::max(seconds, 0.001));
    std::fflush(stderr);
    is_drawn_ = true;
  }

  std::atomic<bool> is_shown_;
  std::atomic<std::uint64_t> total_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::string job_ = "reading layers";
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::chrono::steady_clock::time_point drawn_ = start_;
  bool is_drawn_ = false;
};

class Session::TerminalLog final : public Log {
 public:
  explicit TerminalLog(LogLevel least) : least_(least) {
    logger_.set_pattern("bulkhead: %v");
    logger_.set_level(spdlog::level::trace);
  }
  void write(LogLevel level, std::string_view text) override {
    if (level < least_) return;
    logger_.log(level == LogLevel::error ? spdlog::level::err : spdlog::level::info,
                to_terminal(text));
  }

 private:
  LogLevel least_;
  spdlog::logger logger_{"bulkhead", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Session::Session(const Options& options) {
  const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  progress_ = std::make_unique<TerminalProgress>(is_terminal && !options.has_no_progress &&
                                                 !options.is_quiet);
  log_ = std::make_unique<TerminalLog>(options.is_quiet     ? LogLevel::error
                                       : options.is_verbose ? LogLevel::debug
                                                            : LogLevel::warning);
  context_.limits = options.limits;
  // A layer's number is kept in 16 bits, whatever the option says; the last one means none.
  context_.limits.layers = std::min<std::uint64_t>(context_.limits.layers, 0xFFFE);
  context_.jobs = static_cast<unsigned>(std::min<std::uint64_t>(
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency()), 256));
  context_.chunk_bytes = std::clamp<std::uint64_t>(options.chunk_bytes, 512, 16 << 20);
  context_.now_unix_s = now_unix_s();
  context_.cancelled = &g_cancelled;
  context_.log = log_.get();
  context_.progress = progress_.get();

  struct sigaction action{};
  action.sa_handler = cancel;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends the program at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  if (options.timeout_s > 0) {
    action.sa_flags = 0;
    sigaction(SIGALRM, &action, nullptr);
    ::alarm(static_cast<unsigned>(std::min<std::uint64_t>(options.timeout_s, 1U << 30)));
  }
}

Session::~Session() { end_progress(); }

void Session::end_progress() { progress_->wipe(); }

void complain(std::string_view text) { fmt::print(stderr, "bulkhead: {}\n", to_terminal(text)); }

int give_up(const Error& error, const RunContext& context) {
  complain(describe(error));
  return context.is_cancelled() ? kExitInterrupted : kExitGap;
}

Result<scan::ReadRequest> read_request(const Options& options) {
  scan::ReadRequest read;
  image::TargetRequest& request = read.target;
  request.reference = options.target.empty() ? options.input : options.target;
  if (request.reference.empty()) return fail(Code::not_found, "name a target (see --help)");
  if (!options.target.empty() && !options.input.empty()) {
    return fail(Code::malformed, "name one target, not one and --input");
  }
  if (!options.platform.empty()) {
    BH_TRY(request.platform, image::parse_platform(options.platform));
  }
  request.spool_folder = environment("TMPDIR");
  if (request.spool_folder.empty()) request.spool_folder = "/tmp";
  if (options.has_password_on_stdin && scan::is_stdin(request.reference)) {
    return fail(Code::malformed, "standard input is the image or the password, not both");
  }
  BH_TRY(read.remote, remote_options(options));
  read.verify = {.has_digest = true, .is_all = options.verify == "all"};
  return read;
}

Result<std::uint64_t> network_timeout_ms(const Options& options) {
  constexpr std::uint64_t kMostTimeoutS = 86400;
  if (options.network_timeout_s == 0 || options.network_timeout_s > kMostTimeoutS) {
    return fail(Code::malformed, "--network-timeout is a number of seconds from 1 to 86400");
  }
  return options.network_timeout_s * 1000;
}

bool wants_json(const Options& options) {
  return !options.outputs.empty() && options.outputs.back() == "json";
}

std::string advisory_folder(const Options& options) {
  if (!options.database.empty()) return options.database;
  if (!options.cache_folder.empty()) return options.cache_folder + "/advisories";
  const std::string cache = environment("XDG_CACHE_HOME");
  if (!cache.empty()) return cache + "/bulkhead/advisories";
  return environment("HOME") + "/.cache/bulkhead/advisories";
}

}  // namespace bulkhead::app
