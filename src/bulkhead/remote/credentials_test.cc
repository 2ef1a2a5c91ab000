#include "bulkhead/remote/credentials.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::remote {
namespace {

std::string pair(std::string_view user_and_password) { return to_base64(user_and_password); }

std::string auths(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string text = "{\"auths\":{";
  for (const auto& [key, user] : rows) {
    if (!text.ends_with('{')) text += ",";
    text += "\"" + key + "\":{\"auth\":\"" + pair(user + ":pw") + "\"}";
  }
  return text + "}}";
}

TEST(AuthFile, FindsTheLongestKey) {
  struct Case {
    std::vector<std::pair<std::string, std::string>> rows;
    std::string reference;
    std::string want;  // the user; "" for none
    const char* why;
  };
  const Case cases[] = {
      {{{"h.io", "u"}}, "h.io/a", "u", "a host"},
      {{{"h.io", "u"}}, "h.io:80/a", "", "another port is another host"},
      {{{"h.io:80", "u"}}, "h.io:80/a", "u", "a port"},
      {{{"h.io", "u"}, {"h.io/a", "v"}}, "h.io/a/b", "v", "a path is closer"},
      {{{"h.io/a/b", "w"}, {"h.io/a", "v"}}, "h.io/a/b", "w", "the repository itself"},
      {{{"h.io/a/b", "w"}, {"h.io", "u"}}, "h.io/a/bc", "u", "only whole parts count"},
      {{{"https://h.io", "u"}}, "h.io/a", "u", "with its scheme"},
      {{{"http://h.io/", "u"}}, "h.io/a", "u", "and a slash"},
      {{{"https://h.io/v1/", "u"}}, "h.io/a", "u", "of the old registry"},
      {{{"https://h.io/v2/", "u"}}, "h.io/a", "u", "of the new one"},
      {{{"https://h.io/v1/", "old"}, {"h.io", "plain"}}, "h.io/a", "plain", "the plain key counts"},
      {{{"h.io", "plain"}, {"https://h.io/v1/", "old"}}, "h.io/a", "plain", "in any order"},
      {{{"https://index.docker.io/v1/", "u"}},
       "nginx",
       "u",
       "Docker Hub as docker login writes it"},
      {{{"docker.io", "u"}}, "nginx", "u", "and as podman login does"},
      {{{"docker.io/library", "l"}, {"docker.io", "u"}}, "nginx", "l", "with a path"},
      {{{"docker.io/team", "l"}, {"docker.io", "u"}}, "nginx", "u", "another path"},
      {{{"registry-1.docker.io", "u"}}, "nginx", "u", "by its host"},
      {{{"o.io", "u"}}, "h.io/a", "", "another host"},
      {{{"h.io.evil", "u"}}, "h.io/a", "", "a longer name"},
      {{{"", "u"}}, "h.io/a", "", "an empty key is no wildcard"},
      {{}, "h.io/a", "", "none"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const auto answer = find_in_auth_file(auths(row.rows), *parse_reference(row.reference));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->credential ? answer->credential->username : "", row.want);
    EXPECT_EQ(answer->credential ? answer->credential->password : "", row.want.empty() ? "" : "pw");
  }
}

TEST(AuthFile, ReadsEveryKindOfEntry) {
  const auto find = [](const std::string& entry) {
    return find_in_auth_file("{\"auths\":{\"h.io\":" + entry + "}}", *parse_reference("h.io/a"));
  };
  EXPECT_EQ(find("{\"auth\":\"" + pair("u:p:q") + "\"}")->credential->password, "p:q");
  EXPECT_EQ(find("{\"auth\":\"" + pair(std::string("u:p\0\0", 5)) + "\"}")->credential->password,
            "p");
  EXPECT_EQ(find("{\"auth\":\"dTpw\"}")->credential->password, "p") << "no padding needed";
  EXPECT_EQ(find("{\"username\":\"u\",\"password\":\"p\"}")->credential->username, "u");
  const auto token = find("{\"auth\":\"" + pair("u:") + "\",\"identitytoken\":\"T\"}");
  EXPECT_EQ(token->credential->identity_token, "T");
  EXPECT_EQ(find("{\"registrytoken\":\"R\"}")->credential->registry_token, "R");
  EXPECT_FALSE(find("{}")->credential) << "kept by a helper";
  EXPECT_FALSE(find("{\"auth\":\"\"}")->credential);
  EXPECT_FALSE(find("7")->credential);
  for (const std::string& bad : {std::string("!!!"), std::string("bm9jb2xvbg==")}) {
    const auto got = find("{\"auth\":\"" + bad + "\"}");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Code::malformed);
    EXPECT_FALSE(got.error().what.contains(bad)) << "no piece of a secret in a message";
  }
}

TEST(AuthFile, NamesHelpers) {
  const auto helper = [](const std::string& text, const std::string& reference) {
    return find_in_auth_file(text, *parse_reference(reference))->helper;
  };
  const std::string both = R"({"credsStore":"store","credHelpers":{"h.io":"own",)"
                           R"("https://index.docker.io/v1/":"hub"}})";
  EXPECT_EQ(helper(both, "h.io/a"), "own");
  EXPECT_EQ(helper(both, "nginx"), "hub");
  EXPECT_EQ(helper(both, "o.io/a"), "store");
  EXPECT_EQ(helper("{}", "o.io/a"), "");
  EXPECT_EQ(helper(R"({"credsStore":7,"credHelpers":[1]})", "o.io/a"), "");
}

TEST(AuthFile, RefusesWhatIsNone) {
  const Reference reference = *parse_reference("h.io/a");
  EXPECT_TRUE(find_in_auth_file("", reference)) << "an empty file says nothing";
  for (const char* text : {"x", "[]", "{", "\"secret-text\"", "{\"auths\":{\"h.io\":"}) {
    const auto got = find_in_auth_file(text, reference);
    ASSERT_FALSE(got) << text;
    EXPECT_FALSE(got.error().what.contains("secret"));
  }
}

TEST(AuthFile, CutAndFlippedNeverBreaksIt) {
  const std::string whole = auths({{"https://h.io/v1/", "u"}, {"h.io/a", "v"}});
  const Reference reference = *parse_reference("h.io/a/b");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(find_in_auth_file(whole.substr(0, i), reference) && i > 0) << i;
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x04);
    const auto got = find_in_auth_file(flipped, reference);
    EXPECT_TRUE(got || got.error().code == Code::malformed);
  }
}

class Log final : public bulkhead::Log {
 public:
  void write(LogLevel level, std::string_view text) override {
    if (level >= LogLevel::warning) said += std::string(text) + "\n";
  }
  std::string said;
};

/// A home with files in it, and what is asked of helpers.
class FindCredential : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(home_);
    variables_["HOME"] = home_;
    context_.log = &log_;
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path whole = std::filesystem::path(home_) / path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  std::string user(const std::string& reference, const RemoteOptions& options = {}) {
    const auto credential = find_credential(
        *parse_reference(reference), options,
        [this](const char* name) {
          const auto found = variables_.find(name);
          return found == variables_.end() ? std::string() : found->second;
        },
        [this](const std::string& name, const std::string& server) { return ask(name, server); },
        context_);
    source_ = credential ? credential->source : "";
    return credential ? credential->username : "";
  }
  Result<std::optional<Credential>> ask(const std::string& name, const std::string& server) {
    asked_ += name + " " + server + "\n";
    if (name == "broken") return fail(Code::io, "credential helper: it failed");
    if (name == "empty") return std::nullopt;
    return Credential{.username = "of-" + name, .password = "p"};
  }

  const std::string home_ = testing::TempDir() + "bulkhead-credentials-" + std::to_string(getpid());
  std::map<std::string, std::string> variables_;
  Log log_;
  RunContext context_ = quiet_context();
  std::string asked_;
  std::string source_;
};

TEST_F(FindCredential, AsksInOrder) {
  EXPECT_EQ(user("h.io/a"), "");
  write(".docker/config.json", auths({{"h.io", "docker"}}));
  EXPECT_EQ(user("h.io/a"), "docker");
  EXPECT_EQ(source_, home_ + "/.docker/config.json");
  write("docker/config.json", auths({{"h.io", "docker-config"}}));
  variables_["DOCKER_CONFIG"] = home_ + "/docker";
  EXPECT_EQ(user("h.io/a"), "docker-config");
  write(".config/containers/auth.json", auths({{"h.io", "containers"}}));
  EXPECT_EQ(user("h.io/a"), "containers");
  write("run/containers/auth.json", auths({{"h.io", "runtime"}}));
  variables_["XDG_RUNTIME_DIR"] = home_ + "/run";
  EXPECT_EQ(user("h.io/a"), "runtime");
  write("named.json", auths({{"h.io", "named"}}));
  variables_["REGISTRY_AUTH_FILE"] = home_ + "/named.json";
  EXPECT_EQ(user("h.io/a"), "named");
  EXPECT_EQ(user("h.io/a", {.username = "me", .password = "p"}), "me");
  write("named.json", auths({{"o.io", "other"}}));
  EXPECT_EQ(user("h.io/a"), "") << "the named file alone counts";
  EXPECT_EQ(log_.said, "");
}

TEST_F(FindCredential, LooksOnWhereAFileHasNothing) {
  write("run/containers/auth.json", auths({{"o.io", "other"}}));
  variables_["XDG_RUNTIME_DIR"] = home_ + "/run";
  write(".docker/config.json", auths({{"h.io", "docker"}}));
  EXPECT_EQ(user("h.io/a"), "docker");
}

TEST_F(FindCredential, AsksHelpers) {
  write(".docker/config.json", R"({"credsStore":"store","credHelpers":{"h.io":"own"}})");
  EXPECT_EQ(user("h.io/a"), "of-own");
  EXPECT_EQ(source_, "docker-credential-own");
  EXPECT_EQ(user("nginx"), "of-store");
  EXPECT_EQ(asked_, "own h.io\nstore https://index.docker.io/v1/\n");
}

TEST_F(FindCredential, GoesOnWithoutAHelperThatFails) {
  const std::string entry = "\"auths\":{\"h.io\":{\"auth\":\"" + pair("u:p") + "\"}}";
  write(".docker/config.json", "{\"credsStore\":\"broken\"," + entry + "}");
  EXPECT_EQ(user("h.io/a"), "u");
  EXPECT_TRUE(log_.said.contains("docker-credential-broken")) << log_.said;
  log_.said.clear();
  write(".docker/config.json", "{\"credsStore\":\"empty\"," + entry + "}");
  EXPECT_EQ(user("h.io/a"), "u");
  EXPECT_EQ(log_.said, "") << "having none is no failure";
}

TEST_F(FindCredential, SaysWhichFileIsBroken) {
  write(".docker/config.json", "{\"auths\": secret");
  EXPECT_EQ(user("h.io/a"), "");
  EXPECT_TRUE(log_.said.contains(".docker/config.json")) << log_.said;
  EXPECT_FALSE(log_.said.contains("secret")) << log_.said;
  log_.said.clear();
  variables_["REGISTRY_AUTH_FILE"] = home_ + "/none.json";
  EXPECT_EQ(user("h.io/a"), "");
  EXPECT_TRUE(log_.said.contains("none.json")) << "a file that was named should be there";
}

}  // namespace
}  // namespace bulkhead::remote
