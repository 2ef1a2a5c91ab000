#include "bulkhead/remote/engine_address.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "bulkhead/io/hash.h"
#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace bulkhead::remote {
namespace {

using test_support::HttpServer;

/// A home with a Docker configuration, and sockets that exist.
class EngineAddressTest : public testing::Test {
 protected:
  EngineAddressTest() {
    variables_ = {{"HOME", folder_.path("home")}, {"XDG_RUNTIME_DIR", folder_.path("run")}};
    std::filesystem::create_directories(folder_.path("home/.docker/run"));
    std::filesystem::create_directories(folder_.path("run/podman"));
  }

  std::string make_socket(const std::string& name) {
    const std::string path = folder_.path(name);
    servers_.push_back(
        std::make_unique<HttpServer>([](const test_support::HttpCall&, test_support::HttpReply&) {},
                                     test_support::HttpServerOptions{.unix_socket = path}));
    return path;
  }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_.path(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void write_context(const std::string& name, const std::string& host) {
    write(fmt_id(name, "meta") + "/meta.json",
          R"({"Name":")" + name + R"(","Endpoints":{"docker":{"Host":")" + host + R"("}}})");
  }
  static std::string fmt_id(const std::string& name, const std::string& kind) {
    auto hasher = io::Hasher::create("sha256");
    hasher->update(as_bytes(name));
    return "home/.docker/contexts/" + kind + "/" + hasher->finish_hex();
  }
  Result<EngineAddress> find(Engine engine = Engine::docker) {
    const EngineSurroundings surroundings{[this](const char* name) { return variables_[name]; },
                                          1234};
    return find_address(engine, surroundings);
  }
  /// The address, or the error's code.
  std::string found(Engine engine = Engine::docker) {
    const auto address = find(engine);
    return address ? address->name : std::string(code_name(address.error().code));
  }

  test_support::TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
};

TEST_F(EngineAddressTest, KnowsTheUsualPlaces) {
  EngineSurroundings surroundings{[this](const char* name) { return variables_[name]; }, 1234};
  EXPECT_EQ(usual_sockets(Engine::docker, surroundings),
            (std::vector<std::string>{folder_.path("run/docker.sock"),
                                      folder_.path("home/.docker/run/docker.sock"),
                                      "/var/run/docker.sock"}));
  EXPECT_EQ(usual_sockets(Engine::podman, surroundings),
            (std::vector<std::string>{folder_.path("run/podman/podman.sock"),
                                      "/run/podman/podman.sock"}));
  variables_.clear();
  EXPECT_EQ(usual_sockets(Engine::docker, surroundings),
            (std::vector<std::string>{"/run/user/1234/docker.sock", "/var/run/docker.sock"}));
}

TEST_F(EngineAddressTest, TakesTheFirstSocketThatIsThere) {
  const std::string desktop = make_socket("home/.docker/run/docker.sock");
  EXPECT_EQ(found(), desktop);
  write("run/docker.sock", "no socket");
  EXPECT_EQ(found(), desktop);
  std::filesystem::remove(folder_.path("run/docker.sock"));
  const std::string rootless = make_socket("run/docker.sock");
  EXPECT_EQ(found(), rootless);
  const std::string podman = make_socket("run/podman/podman.sock");
  EXPECT_EQ(found(Engine::podman), podman);
}

TEST_F(EngineAddressTest, HasTheOrderOfTheEnginesTools) {
  const std::string usual = make_socket("run/docker.sock");
  const std::string chosen = make_socket("chosen.sock");
  const std::string named = make_socket("named.sock");
  const std::string host = make_socket("host.sock");
  write_context("chosen", "unix://" + chosen);
  write_context("named", "unix://" + named);
  EXPECT_EQ(found(), usual);
  write("home/.docker/config.json", R"({"auths":{},"currentContext":"chosen"})");
  EXPECT_EQ(found(), chosen);
  variables_["DOCKER_CONTEXT"] = "named";
  EXPECT_EQ(found(), named);
  variables_["DOCKER_CONTEXT"] = "default";
  EXPECT_EQ(found(), usual);
  variables_["DOCKER_CONTEXT"] = "named";
  variables_["DOCKER_HOST"] = "unix://" + host;
  EXPECT_EQ(found(), host) << "as docker's own tool: the host wins over a context";
  variables_["CONTAINER_HOST"] = "unix://" + named;
  EXPECT_EQ(found(Engine::podman), named);
}

TEST_F(EngineAddressTest, ReadsTheConfigurationFromWhereTheEnvironmentSays) {
  const std::string chosen = make_socket("chosen.sock");
  write_context("chosen", "unix://" + chosen);
  write("home/.docker/config.json", R"({"currentContext":"chosen"})");
  std::filesystem::rename(folder_.path("home/.docker"), folder_.path("elsewhere"));
  variables_["DOCKER_CONFIG"] = folder_.path("elsewhere");
  EXPECT_EQ(found(), chosen);
}

TEST_F(EngineAddressTest, ReachesEnginesOverTheNetwork) {
  variables_["DOCKER_HOST"] = "tcp://dind:2375";
  const auto plain = find();
  ASSERT_TRUE(plain) << describe(plain.error());
  EXPECT_EQ(plain->url, "http://dind:2375");
  EXPECT_EQ(plain->unix_socket, "");

  write("certs/ca.pem", "x");
  write("certs/cert.pem", "x");
  write("certs/key.pem", "x");
  variables_["DOCKER_TLS_VERIFY"] = "1";
  variables_["DOCKER_CERT_PATH"] = folder_.path("certs");
  const auto safe = find();
  ASSERT_TRUE(safe) << describe(safe.error());
  EXPECT_EQ(safe->url, "https://dind:2375");
  EXPECT_EQ(safe->ca_file, folder_.path("certs/ca.pem"));
  EXPECT_EQ(safe->client_certificate, folder_.path("certs/cert.pem"));
  EXPECT_EQ(safe->client_key, folder_.path("certs/key.pem"));

  variables_.erase("DOCKER_HOST");
  variables_["DOCKER_CONTEXT"] = "far";
  write_context("far", "tcp://far.example:2376");
  write(fmt_id("far", "tls") + "/docker/ca.pem", "x");
  const auto context = find();
  ASSERT_TRUE(context) << describe(context.error());
  EXPECT_EQ(context->url, "https://far.example:2376");
  EXPECT_EQ(context->ca_file, folder_.path(fmt_id("far", "tls") + "/docker/ca.pem"));
  EXPECT_EQ(context->client_certificate, "");
}

TEST_F(EngineAddressTest, SaysWhyThereIsNone) {
  struct Case {
    const char* why;
    const char* host;
    Code code;
    const char* text;
  };
  const Case cases[] = {
      {"ssh", "ssh://root@far", Code::unsupported, "docker save IMAGE | bulkhead scan -"},
      {"a pipe of another system", "npipe:////./pipe/docker_engine", Code::unsupported, "unix://"},
      {"no scheme", "/var/run/docker.sock", Code::unsupported, "unix://"},
      {"control characters", "ssh://\x1b[2J", Code::unsupported, "\\x1b"},
      {"a socket that is not there", "unix:///nowhere/docker.sock", Code::not_found, "DOCKER_HOST"},
      {"no host", "tcp://", Code::malformed, "no host"},
      {"a path", "tcp://host:1/path", Code::malformed, "no host"},
      {"a user", "tcp://user@host:1", Code::malformed, "no host"},
  };
  for (const Case& c : cases) {
    variables_["DOCKER_HOST"] = c.host;
    const auto address = find();
    ASSERT_FALSE(address) << c.why;
    EXPECT_EQ(address.error().code, c.code) << c.why;
    EXPECT_NE(address.error().what.find(c.text), std::string::npos) << describe(address.error());
  }
  variables_.erase("DOCKER_HOST");
  variables_["CONTAINER_HOST"] = "ssh://core@localhost:5/run/podman/podman.sock";
  EXPECT_EQ(found(Engine::podman), "unsupported");
}

TEST_F(EngineAddressTest, SurvivesDamagedConfigurations) {
  const std::string usual = make_socket("run/docker.sock");
  for (const char* text : {"", "{", "[]", R"({"currentContext":7})", R"({"currentContext":""})"}) {
    write("home/.docker/config.json", text);
    EXPECT_EQ(found(), usual) << text;
  }
  write("home/.docker/config.json", R"({"currentContext":"../../gone"})");
  EXPECT_EQ(found(), "not-found") << "a context that was chosen is not passed over in silence";
  for (const char* text : {"", "{}", R"({"Endpoints":[]})", R"({"Endpoints":{"docker":{}}})"}) {
    write(fmt_id("../../gone", "meta") + "/meta.json", text);
    EXPECT_EQ(found(), "malformed") << text;
  }
}

}  // namespace
}  // namespace bulkhead::remote
