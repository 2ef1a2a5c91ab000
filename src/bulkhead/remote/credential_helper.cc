#include "bulkhead/remote/credential_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/fd.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): as POSIX wants it

namespace bulkhead::remote {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMostOutputBytes = 64 << 10;
constexpr std::size_t kMostNameBytes = 64;
constexpr int kLookEveryMs = 100;  // for a cancelled run
constexpr std::size_t kShownBytes = 200;

bool is_helper_name(std::string_view name) {
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMostNameBytes && std::ranges::all_of(name, is_fine);
}

std::unexpected<Error> system_failure(std::string_view what, int code) {
  return fail(Code::io, fmt::format("credential helper: {}: {}", what, io::system_message(code)));
}

/// A child process; killed with its owner, unless it has been waited for.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (has_ended()) return;
    ::kill(pid_, SIGKILL);
    io::retry_interrupted([&] { return ::waitpid(pid_, &status_, 0); });
  }
  bool has_ended() {
    if (pid_ == 0) return true;
    if (io::retry_interrupted([&] { return ::waitpid(pid_, &status_, WNOHANG); }) == 0) {
      return false;
    }
    pid_ = 0;
    return true;
  }
  /// @pre has_ended()
  bool has_succeeded() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

 private:
  pid_t pid_;
  int status_ = -1;
};

/// Starts PROGRAM get with `channel` as its standard input and output.
Result<pid_t> start(const std::string& program, int channel) {
  std::string command = program;
  std::string verb = "get";
  std::array<char*, 3> arguments = {command.data(), verb.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO);
  // Errors come on standard output by the protocol; what else it says is not for our terminal.
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  // This program ignores SIGPIPE, and what is ignored would stay so in the helper.
  sigset_t pipes;
  sigemptyset(&pipes);
  sigaddset(&pipes, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &pipes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int code =
      ::posix_spawnp(&pid, program.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) {
    return fail(Code::not_found, fmt::format("credential helper: there is no {} in PATH", program));
  }
  if (code != 0) return system_failure(program, code);
  return pid;
}

/// Time that is left, and whether the run goes on.
class Patience {
 public:
  Patience(std::uint64_t timeout_ms, const RunContext& context)
      : end_(steady_clock::now() + std::chrono::milliseconds(timeout_ms)), context_(context) {}
  Result<void> check() const {
    if (context_.is_cancelled()) return fail(Code::io, "cancelled");
    if (steady_clock::now() < end_) return {};
    return fail(Code::limit_exceeded, "credential helper: it did not answer in time");
  }

 private:
  steady_clock::time_point end_;
  const RunContext& context_;
};

/// All that it writes, up to its end: an agent that it started may keep the channel open.
Result<std::string> read_output(int channel, Child& child, const Patience& patience) {
  std::string output;
  for (;;) {
    const bool has_ended = child.has_ended();  // asked first: what it wrote before is there then
    pollfd wait{channel, POLLIN, 0};
    const int ready = ::poll(&wait, 1, has_ended ? 0 : kLookEveryMs);
    BH_CHECK(patience.check());
    if (ready <= 0 && has_ended) return output;
    if (ready <= 0) continue;
    std::array<char, 4096> part{};
    const ssize_t got =
        io::retry_interrupted([&] { return ::recv(channel, part.data(), part.size(), 0); });
    if (got < 0 && errno != ECONNRESET) return system_failure("reading its answer", errno);
    if (got <= 0) return output;
    output.append(part.data(), static_cast<std::size_t>(got));
    if (output.size() > kMostOutputBytes) {
      return fail(Code::limit_exceeded, fmt::format("credential helper: its answer is longer than "
                                                    "{} bytes",
                                                    kMostOutputBytes));
    }
  }
}

Result<std::optional<Credential>> parse_answer(const std::string& output) {
  format::JsonDocument document;
  const auto root = document.parse(output);
  if (!root || !root->is_object()) {
    return fail(Code::malformed, "credential helper: its answer is no JSON object");
  }
  Credential credential;
  const std::string_view username = (*root)["Username"].text_or("");
  const std::string_view secret = (*root)["Secret"].text_or("");
  if (secret.empty()) return std::nullopt;
  // Helpers mark a refresh token by this name.
  if (username == "<token>") {
    credential.identity_token = secret;
  } else {
    credential.username = username;
    credential.password = secret;
  }
  return credential;
}

/// Helpers have only words to say that there is nothing.
bool says_none(std::string_view output) {
  const std::string text = to_lower(output);
  return text.contains("credentials not found") || text.contains("no credentials");
}

}  // namespace

Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& server,
                                             const RunContext& context, std::uint64_t timeout_ms) {
  if (!is_helper_name(name)) {
    return fail(Code::malformed, "credential helper: its name is no program's name");
  }
  // A socket, since writing to a pipe that nobody reads would end us by a signal.
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return system_failure("socketpair", errno);
  }
  const io::Fd ours(pair[0]);
  io::Fd theirs(pair[1]);
  const Patience patience(timeout_ms, context);
  BH_TRY(const pid_t pid, start("docker-credential-" + name, theirs.get()));
  Child child(pid);
  theirs = io::Fd();
  // Shorter than any socket's buffer. A helper that ended already has its answer to give.
  io::retry_interrupted(
      [&] { return ::send(ours.get(), server.data(), server.size(), MSG_NOSIGNAL); });
  ::shutdown(ours.get(), SHUT_WR);
  BH_TRY(const std::string output, read_output(ours.get(), child, patience));
  while (!child.has_ended()) {  // it has closed its output and is about to end
    BH_CHECK(patience.check());
    ::poll(nullptr, 0, 2);
  }
  if (child.has_succeeded()) return parse_answer(output);
  if (says_none(output)) return std::nullopt;
  // Words, not an answer that holds a secret.
  const bool is_shown = !output.contains('{');
  return fail(Code::io, fmt::format("credential helper: it failed: {}",
                                    is_shown ? trim(std::string_view(output).substr(0, kShownBytes))
                                             : std::string_view("it did not say why")));
}

}  // namespace bulkhead::remote
