#include "bulkhead/remote/blob_source.h"

#include <atomic>
#include <charconv>
#include <thread>

#include <gtest/gtest.h>

#include "bulkhead/remote/fake_client_test.h"

namespace bulkhead::remote {
namespace {

const Digest kDigest{"sha256", std::string(64, 'a')};

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

/// Where a request wants to begin.
std::size_t from_of(const net::HttpRequest& request) {
  const std::string range = header_of(request, "Range");
  std::size_t from = 0;
  if (range.starts_with("bytes="))
    std::from_chars(range.data() + 6, range.data() + range.size(), from);
  return from;
}

/// What an honest server with ranges gives from `from` on.
FakeAnswer part_of(const std::string& blob, std::size_t from) {
  FakeAnswer answer;
  answer.body = blob.substr(from);
  answer.headers = {{"Content-Length", std::to_string(answer.body.size())}};
  if (from > 0) {
    answer.status = 206;
    answer.headers.push_back({"Content-Range", "bytes " + std::to_string(from) + "-" +
                                                   std::to_string(blob.size() - 1) + "/" +
                                                   std::to_string(blob.size())});
  }
  return answer;
}

class BlobSourceTest : public testing::Test {
 protected:
  BlobSource make(FakeClient::Server server, std::uint64_t size) {
    client_ = std::make_shared<FakeClient>(std::move(server));
    auto authorizer =
        std::make_unique<Authorizer>(client_, Authorizer::Setup{.scope = "repository:team/a:pull"},
                                     [] { return std::optional<Credential>(); });
    auto repository = std::make_shared<Repository>(
        client_, "https://h.io", *parse_reference("h.io/team/a:1"), std::move(authorizer));
    return BlobSource(std::move(repository), kDigest, size, context_,
                      {.most_failures = 3, .progress_bytes = 1000, .first_wait_ms = 1});
  }
  /// Reads all of it in steps; an error as its code and text.
  static std::string read(const BlobSource& source, std::size_t step = 5000) {
    std::string bytes;
    std::vector<std::byte> part(step);
    while (bytes.size() < source.size()) {
      const auto got = source.read_at(bytes.size(), part);
      if (!got) {
        EXPECT_EQ(got.error().where, "");
        return std::string(code_name(got.error().code)) + " " + got.error().what;
      }
      if (*got == 0) break;
      bytes += as_text(ByteView(part).first(*got));
    }
    return bytes;
  }
  std::size_t asked() const { return client_->asked().size(); }

  RunContext context_ = quiet_context();
  std::shared_ptr<FakeClient> client_;
  const std::string blob_ = pattern(100'000);
};

TEST_F(BlobSourceTest, ReadsByOneTransfer) {
  for (const std::size_t step : {1UL, 333UL, 5000UL, 1UL << 20}) {
    const std::string blob = step == 1 ? blob_.substr(0, 2000) : blob_;
    const BlobSource source =
        make([&](const auto& request) { return part_of(blob, from_of(request)); }, blob.size());
    EXPECT_EQ(asked(), 0U) << "nothing before the first read";
    EXPECT_EQ(read(source, step), blob);
    ASSERT_EQ(asked(), 1U);
    EXPECT_EQ(client_->asked()[0].url, "https://h.io/v2/team/a/blobs/" + kDigest.str());
    EXPECT_EQ(header_of(client_->asked()[0], "Range"), "");
    std::array<std::byte, 10> more{};
    EXPECT_EQ(*source.read_at(blob.size(), more), 0U);
    EXPECT_EQ(read(source, step), blob) << "and a second time";
    EXPECT_EQ(asked(), 2U);
  }
}

TEST_F(BlobSourceTest, AnEmptyBlobIsNotAskedFor) {
  const BlobSource source = make([](const auto&) { return FakeAnswer{}; }, 0);
  EXPECT_EQ(read(source), "");
  EXPECT_EQ(asked(), 0U);
}

TEST_F(BlobSourceTest, ReadsElsewhereByARange) {
  const std::string blob = pattern(3 << 20);
  const BlobSource source =
      make([&](const auto& request) { return part_of(blob, from_of(request)); }, blob.size());
  std::array<std::byte, 100> part{};
  const auto at = [&](std::size_t offset) {
    const auto got = source.read_at(offset, part);
    return got ? std::string(as_text(ByteView(part).first(*got))) : got.error().what;
  };
  EXPECT_EQ(at(10), blob.substr(10, 100));
  EXPECT_EQ(header_of(client_->asked().back(), "Range"), "bytes=10-");
  EXPECT_EQ(at(500'000), blob.substr(500'000, 100));
  EXPECT_EQ(asked(), 1U) << "a small gap is passed over";
  EXPECT_EQ(at(2'000'000), blob.substr(2'000'000, 100));
  EXPECT_EQ(asked(), 2U) << "a large one is not";
  EXPECT_EQ(at(5), blob.substr(5, 100));
  EXPECT_EQ(asked(), 3U) << "nor is there a way back";
}

TEST_F(BlobSourceTest, ResumesWhereItBroke) {
  for (const Code code : {Code::truncated, Code::io}) {
    std::size_t opened = 0;
    const BlobSource source = make(
        [&](const auto& request) {
          FakeAnswer answer = part_of(blob_, from_of(request));
          if (++opened < 12 && answer.body.size() > 8000) {
            answer.body.resize(8000);
            answer.broken = Error{code, "http: the connection was lost"};
          }
          return answer;
        },
        blob_.size());
    EXPECT_EQ(read(source), blob_) << "each brings more than next to nothing";
    EXPECT_EQ(opened, 12U);
    EXPECT_EQ(header_of(client_->asked()[1], "Range"), "bytes=8000-");
    EXPECT_EQ(header_of(client_->asked()[2], "Range"), "bytes=16000-");
  }
}

TEST_F(BlobSourceTest, ResumesFromAServerWithoutRanges) {
  std::size_t opened = 0;
  const BlobSource source = make(
      [&](const auto&) {
        FakeAnswer answer = part_of(blob_, 0);
        if (++opened < 5) {
          answer.body.resize(15'000 * opened);
          answer.broken = Error{Code::truncated, "http: ended early"};
        }
        return answer;
      },
      blob_.size());
  EXPECT_EQ(read(source), blob_);
  EXPECT_EQ(opened, 5U);
}

TEST_F(BlobSourceTest, GivesUpWhereNothingComes) {
  struct Case {
    std::string why;
    FakeClient::Server server;
    std::string says;
    std::size_t asked;
  };
  const auto broken_at = [&](std::size_t size, bool has_ranges) {
    return [this, size, has_ranges](const net::HttpRequest& request) {
      FakeAnswer answer = part_of(blob_, has_ranges ? from_of(request) : 0);
      answer.body.resize(std::min(size, answer.body.size()));
      answer.broken = Error{Code::truncated, "http: ended early"};
      return answer;
    };
  };
  const Case cases[] = {
      {"nothing at all", broken_at(0, true), "truncated registry: the transfer broke 4 times", 4},
      {"next to nothing", broken_at(10, true), "broke 4 times at byte 40 of 100000", 4},
      {"always the same start", broken_at(30'000, false), "broke 4 times at byte 30000", 4},
      {"an end without an error",
       [&](const auto&) {
         FakeAnswer answer;
         answer.body = blob_.substr(0, 10);
         return answer;
       },
       "truncated registry: the transfer broke", 4},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const BlobSource source = make(row.server, blob_.size());
    const std::string got = read(source);
    EXPECT_TRUE(got.contains(row.says)) << got.substr(0, 200);
    EXPECT_EQ(asked(), row.asked);
  }
}

TEST_F(BlobSourceTest, RefusesWhatIsAnotherBlob) {
  struct Case {
    std::string why;
    FakeClient::Server server;
    std::string says;
  };
  const auto answered = [](FakeAnswer answer) {
    return [answer](const net::HttpRequest&) { return answer; };
  };
  const auto resumed = [&](FakeAnswer second) {
    return [this, second](const net::HttpRequest& request) {
      if (from_of(request) > 0) return second;
      FakeAnswer first = part_of(blob_, 0);
      first.body.resize(5000);
      first.broken = Error{Code::truncated, "http: ended early"};
      return first;
    };
  };
  const Case cases[] = {
      {"too short a length", answered({.headers = {{"Content-Length", "10"}}}),
       "malformed registry: the blob has 10 bytes, and its descriptor says 100000"},
      {"too great a length", answered({.headers = {{"Content-Length", "100001"}}, .body = blob_}),
       "malformed registry: the blob has 100001 bytes"},
      {"a body without end", answered({.body = blob_, .is_endless = true}),
       "malformed registry: the blob goes on after the 100000 bytes"},
      {"not there", answered({.status = 404, .body = R"({"errors":[{"code":"BLOB_UNKNOWN"}]})"}),
       "not-found registry: h.io has no blob sha256:"},
      {"no access", answered({.status = 403}), "io registry: h.io does not give blob"},
      {"too often", answered({.status = 429}), "io registry: h.io wants fewer requests"},
      {"broken", answered({.status = 500, .body = "stack trace"}), "(status 500)"},
      {"not modified", answered({.status = 304}), "(status 304)"},
      {"no content", answered({.status = 204}), "status 204"},
      {"another part", resumed({.status = 206, .headers = {{"Content-Range", "bytes 0-1/2"}}}),
       "it sends another part"},
      {"no part", resumed({.status = 206}), "it sends another part"},
      {"a part of another size",
       resumed({.status = 206, .headers = {{"Content-Range", "bytes 5000-99999/100001"}}}),
       "the blob has 100001 bytes"},
      {"a part that goes backwards",
       resumed({.status = 206, .headers = {{"Content-Range", "bytes 5000-4999/100000"}}}),
       "it sends another part"},
      {"a part of two lengths",
       resumed(
           {.status = 206,
            .headers = {{"Content-Range", "bytes 5000-99999/100000"}, {"Content-Length", "7"}}}),
       "is not its Content-Range's"},
      {"a range that it does not have", resumed({.status = 416}), "(status 416)"},
      {"no server", answered({.refused = Error{Code::io, "http: connection refused", "https://x"}}),
       "io http: connection refused"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const BlobSource source = make(row.server, blob_.size());
    const std::string got = read(source);
    EXPECT_TRUE(got.contains(row.says)) << got.substr(0, 300);
    EXPECT_LE(asked(), 2U) << "asking again would not help";
  }
}

TEST_F(BlobSourceTest, GetsANewTokenInTheMiddle) {
  int sold = 0;
  std::string valid;
  const BlobSource source = make(
      [&](const net::HttpRequest& request) -> FakeAnswer {
        if (request.url.starts_with("https://auth.io/")) {
          valid = "T" + std::to_string(++sold);
          return {.body = "{\"token\":\"" + valid + "\"}"};
        }
        if (request.authorization != "Bearer " + valid) {
          return {.status = 401,
                  .headers = {{"WWW-Authenticate", R"(Bearer realm="https://auth.io/token")"}}};
        }
        FakeAnswer answer = part_of(blob_, from_of(request));
        if (from_of(request) < 50'000) {
          answer.body.resize(30'000);
          answer.broken = Error{Code::io, "http: reset"};
          valid = "expired";
        }
        return answer;
      },
      blob_.size());
  EXPECT_EQ(read(source), blob_);
  EXPECT_EQ(sold, 3);
}

TEST_F(BlobSourceTest, EndsWithACancelledRun) {
  std::atomic<bool> cancelled = false;
  context_.cancelled = &cancelled;
  const BlobSource source = make(
      [&](const auto&) {
        cancelled = true;
        return FakeAnswer{.broken = Error{Code::io, "http: reset"}};
      },
      blob_.size());
  EXPECT_EQ(read(source), "io cancelled");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(BlobSourceTest, ThreadsMayReadAtOnce) {
  const BlobSource source =
      make([&](const auto& request) { return part_of(blob_, from_of(request)); }, blob_.size());
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(read(source, 40'000), blob_); });
  }
}

}  // namespace
}  // namespace bulkhead::remote
