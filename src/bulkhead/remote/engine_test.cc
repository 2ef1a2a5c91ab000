#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/remote/remote.h"
#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace bulkhead::remote {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

constexpr const char* kId = "4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";

/// A fake engine with one image, tagged team/app:latest and team/app:1.
void answer(const HttpCall& call, HttpReply& reply) {
  const std::string inspected =
      std::string(R"({"Id":"sha256:)") + kId + R"(","RepoTags":["team/app:latest","team/app:1"]})";
  for (const std::string& name :
       {std::string("team/app"), std::string("team/app:1"), std::string("4bcff6"),
        std::string("sha256:") + kId, "team/app@sha256:" + std::string(64, 'a')}) {
    if (call.target == "/images/" + name + "/json") return reply.answer(200, {}, inspected);
  }
  if (call.target == "/images/busy/json") {
    return reply.answer(500, {}, R"({"message":"storage \u001b[31mis broken"})");
  }
  if (call.target == "/images/gone/json") return reply.answer(200, {}, "{}");
  if (call.target == "/images/odd/json") return reply.answer(200, {}, "<html>");
  if (call.target == "/images/cut/json") return reply.answer(200, {}, "{}");
  if (call.target == "/images/cut:latest/get") {
    reply.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    return reply.close();
  }
  if (call.target.ends_with("/get") && !call.target.starts_with("/images/gone")) {
    return reply.answer(200, {"Content-Type: application/x-tar"}, "tar of " + call.target);
  }
  reply.answer(404, {}, R"({"message":"No such image"})");
}

class EngineTest : public testing::Test {
 protected:
  EngineTest()
      : socket_(folder_.path("engine.sock")),
        server_(std::make_unique<HttpServer>(
            answer, test_support::HttpServerOptions{.unix_socket = socket_})) {
    ::setenv("DOCKER_HOST", ("unix://" + socket_).c_str(), 1);
    ::setenv("CONTAINER_HOST", ("unix://" + socket_).c_str(), 1);
  }
  ~EngineTest() override {
    ::unsetenv("DOCKER_HOST");
    ::unsetenv("CONTAINER_HOST");
  }

  Result<std::string> save(const std::string& reference, Engine engine = Engine::docker) {
    BH_TRY(const auto stream, save_image(engine, reference, context_));
    std::string text;
    std::vector<std::byte> chunk(100);
    for (;;) {
      BH_TRY(const std::size_t count, stream->read(chunk));
      if (count == 0) return text;
      text += as_text(ByteView(chunk).first(count));
    }
  }

  test_support::TemporaryFolder folder_;
  const std::string socket_;
  std::unique_ptr<HttpServer> server_;
  RunContext context_ = quiet_context();
};

TEST_F(EngineTest, SavesExactlyOneImage) {
  struct Case {
    const char* why;
    std::string reference;
    std::string saved;
  };
  const Case cases[] = {
      {"without a tag all tags would come", "team/app", "team/app:latest"},
      {"a tag", "team/app:1", "team/app:1"},
      {"the start of an id", "4bcff6", kId},
      {"an id", std::string("sha256:") + kId, std::string("sha256:") + kId},
      {"a digest", "team/app@sha256:" + std::string(64, 'a'),
       "team/app@sha256:" + std::string(64, 'a')},
  };
  for (const Engine engine : {Engine::docker, Engine::podman}) {
    for (const Case& c : cases) {
      const auto saved = save(c.reference, engine);
      ASSERT_TRUE(saved) << c.why << ": " << describe(saved.error());
      EXPECT_EQ(*saved, "tar of /images/" + c.saved + "/get") << c.why;
    }
  }
}

TEST_F(EngineTest, SaysWhatTheEngineSaid) {
  struct Case {
    const char* why;
    const char* reference;
    Code code;
    const char* text;
  };
  const Case cases[] = {
      {"no such image", "nginx:1.25", Code::not_found,
       "docker: there is no image nginx:1.25 (No such image)"},
      {"it went between both questions", "gone", Code::not_found, "No such image"},
      {"its own trouble, fit for a terminal", "busy", Code::io,
       "docker: the engine answered 500: storage \\x1b[31mis broken"},
      {"no JSON", "odd", Code::malformed, "not JSON"},
      {"the stream is cut", "cut", Code::truncated, "http: "},
  };
  for (const Case& c : cases) {
    const auto saved = save(c.reference);
    ASSERT_FALSE(saved) << c.why;
    EXPECT_EQ(saved.error().code, c.code) << c.why << ": " << describe(saved.error());
    EXPECT_NE(saved.error().what.find(c.text), std::string::npos) << describe(saved.error());
    EXPECT_EQ(saved.error().where, socket_) << c.why;
  }
}

TEST_F(EngineTest, AsksForNothingButImages) {
  for (const char* evil : {"", "/", "../containers", "a/../../info", "a//b", "./a", "a/."}) {
    const auto saved = save(evil);
    ASSERT_FALSE(saved) << evil;
    EXPECT_EQ(saved.error().code, Code::malformed) << evil;
  }
  EXPECT_TRUE(server_->calls().empty());
  EXPECT_EQ(save("a?b#c d%2e\n").error().code, Code::not_found);
  EXPECT_EQ(server_->calls().at(0).target, "/images/a%3Fb%23c%20d%252e%0A/json");
  EXPECT_EQ(save(std::string(5000, 'a')).error().code, Code::malformed);
}

TEST_F(EngineTest, FindsTheSocket) {
  EXPECT_EQ(find_engine(Engine::docker), socket_);
  EXPECT_EQ(find_engine(Engine::podman), socket_);
  server_.reset();
  EXPECT_EQ(find_engine(Engine::docker), "");
  const auto saved = save("team/app");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, Code::not_found);
}

TEST_F(EngineTest, SaysWhoMayUseTheSocket) {
  const bool is_root = ::geteuid() == 0;
  ASSERT_EQ(::chmod(socket_.c_str(), 0), 0);
  std::filesystem::permissions(std::filesystem::path(socket_).parent_path(),
                               std::filesystem::perms(0755));
  ASSERT_EQ(::seteuid(is_root ? 65534 : ::geteuid()), 0);
  const auto saved = save("team/app");
  ASSERT_EQ(::seteuid(is_root ? 0 : ::geteuid()), 0);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, Code::io);
  EXPECT_NE(saved.error().what.find("no permission"), std::string::npos) << describe(saved.error());
  EXPECT_EQ(saved.error().where, socket_);
}

TEST_F(EngineTest, StopsWhenCancelled) {
  std::atomic<bool> cancelled = true;
  context_.cancelled = &cancelled;
  const auto saved = save("team/app");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().what, "cancelled");
}

}  // namespace
}  // namespace bulkhead::remote
