#include "bulkhead/remote/credential_helper.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace bulkhead::remote {
namespace {

namespace fs = std::filesystem;

/// A folder in PATH with helpers that are shell scripts.
class CredentialHelper : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    path_ = std::getenv("PATH");
    ::setenv("PATH", (folder_ + ":" + path_).c_str(), 1);
  }
  void TearDown() override {
    ::setenv("PATH", path_.c_str(), 1);
    fs::remove_all(folder_);
  }
  void write(const std::string& name, const std::string& script) {
    const std::string path = folder_ + "/docker-credential-" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script;
    fs::permissions(path, fs::perms::owner_all);
  }
  Result<std::optional<Credential>> ask(const std::string& name, std::uint64_t timeout_ms = 5000) {
    return ask_helper(name, "h.io", context_, timeout_ms);
  }

  const std::string folder_ = testing::TempDir() + "bulkhead-helper-" + std::to_string(getpid());
  std::string path_;
  RunContext context_ = quiet_context();
};

TEST_F(CredentialHelper, IsAskedByTheProtocol) {
  write("fine", R"(read -r server
echo "{\"ServerURL\":\"$server\",\"Username\":\"$1-$server\",\"Secret\":\"s\"}")");
  const auto got = ask("fine");
  ASSERT_TRUE(got && *got) << got.error().what;
  EXPECT_EQ((*got)->username, "get-h.io");
  EXPECT_EQ((*got)->password, "s");
  write("token", R"(echo '{"Username":"<token>","Secret":"refresh"}')");
  const auto token = ask("token");
  ASSERT_TRUE(token && *token);
  EXPECT_EQ((*token)->identity_token, "refresh");
  EXPECT_TRUE((*token)->password.empty());
}

TEST_F(CredentialHelper, EndsOnAClosedPipeAsUsual) {
  // A program that ignores SIGPIPE hands that on: then `yes` would complain and go on.
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  write("pipe", R"(read -r server
exec 3>&1
{ yes 2>/dev/null; echo "{\"Username\":\"code$?\",\"Secret\":\"s\"}" >&3; } | head -c 1 >/dev/null)");
  const auto got = ask("pipe");
  std::signal(SIGPIPE, before);
  ASSERT_TRUE(got && *got) << got.error().what;
  EXPECT_EQ((*got)->username, "code141");
}

TEST_F(CredentialHelper, MayHaveNone) {
  write("none", "echo 'credentials not found in native keychain'; exit 1");
  const auto got = ask("none");
  ASSERT_TRUE(got) << got.error().what;
  EXPECT_FALSE(*got);
}

TEST_F(CredentialHelper, FailuresAreErrors) {
  struct Case {
    std::string name;
    std::string script;
    Code code;
    std::string says;
  };
  const Case cases[] = {
      {"fails", "echo 'the key ring is locked'; exit 1", Code::io, "the key ring is locked"},
      {"silent", "exit 3", Code::io, "failed"},
      {"leaks", "echo '{\"Secret\":\"hunter2\"}'; exit 1", Code::io, "did not say why"},
      {"killed", "kill -9 $$", Code::io, "failed"},
      {"garbage", "echo hello", Code::malformed, "no JSON"},
      {"endless", "while :; do echo 0123456789012345678901234567890123456789; done",
       Code::limit_exceeded, "longer than"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.name);
    write(row.name, row.script);
    const auto got = ask(row.name);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, row.code) << got.error().what;
    EXPECT_TRUE(got.error().what.contains(row.says)) << got.error().what;
    EXPECT_FALSE(got.error().what.contains("hunter2"));
  }
  const auto missing = ask("there-is-none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
}

TEST_F(CredentialHelper, IsNotWaitedForForEver) {
  write("slow", "exec sleep 60");
  const auto start = std::chrono::steady_clock::now();
  const auto got = ask("slow", 300);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::limit_exceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(CredentialHelper, EndsWithACancelledRun) {
  write("slow", "exec sleep 60");
  std::atomic<bool> cancelled = false;
  context_.cancelled = &cancelled;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancelled = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const auto got = ask("slow");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, "cancelled");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST_F(CredentialHelper, MayLeaveAnAgentBehind) {
  write("agent", "sleep 3 &\necho '{\"Username\":\"u\",\"Secret\":\"s\"}'");
  const auto start = std::chrono::steady_clock::now();
  const auto got = ask("agent");
  ASSERT_TRUE(got && *got);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2))
      << "what it started keeps the channel open";
}

TEST_F(CredentialHelper, DoesNotReadWhatItIsTold) {
  write("deaf", "exec <&-\necho '{\"Username\":\"u\",\"Secret\":\"s\"}'");
  EXPECT_TRUE(ask("deaf")) << "and we live on";
}

TEST_F(CredentialHelper, NamesAreChecked) {
  for (const char* name : {"", "a/b", "../x", "a b", "a;b", "$(x)", "a\nb"}) {
    const auto got = ask(name);
    ASSERT_FALSE(got) << name;
    EXPECT_EQ(got.error().code, Code::malformed);
  }
  EXPECT_FALSE(ask(std::string(65, 'a')));
}

}  // namespace
}  // namespace bulkhead::remote
