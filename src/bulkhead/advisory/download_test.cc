#include "bulkhead/advisory/download.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/net/client_test.h"
#include "tests/support/http_server.h"

namespace bulkhead::advisory {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

class DownloadTest : public testing::Test {
 protected:
  DownloadRequest request_to(const HttpServer& server, std::uint64_t most = 1 << 20) const {
    return {.address = server.url("/feed"),
            .folder = scratch_.path(),
            .name = "feed",
            .most_bytes = most};
  }
  Result<Download> bring(const DownloadRequest& request) {
    return download(*run_.client(), request, run_.context());
  }
  bool has_part() const { return std::filesystem::exists(scratch_.path("feed.part")); }

  Scratch scratch_;
  net::TestRun run_;
  const std::string text_ = net::long_text(300'000);
};

TEST_F(DownloadTest, AWholeFile) {
  HttpServer server([&](const HttpCall&, HttpReply& reply) {
    reply.answer(200, {"ETag: \"1\"", "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"}, text_);
  });
  const auto got = bring(request_to(server));
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(slurp(got->path), text_);
  EXPECT_EQ(got->state.etag, "\"1\"");
  EXPECT_EQ(got->brought_bytes, text_.size());
  EXPECT_FALSE(got->is_resumed || got->is_unchanged);
  remove_download(request_to(server));
  EXPECT_FALSE(has_part());
}

TEST_F(DownloadTest, OnlyWhatIsNewer) {
  HttpServer server([&](const HttpCall& call, HttpReply& reply) {
    reply.answer(call.header("if-none-match") == "\"1\"" ? 304 : 200, {"ETag: \"1\""}, "");
  });
  DownloadRequest request = request_to(server);
  request.known = {.address = request.address, .etag = "\"1\""};
  const auto got = bring(request);
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->is_unchanged);
  EXPECT_FALSE(has_part());
  // Another server's validator says nothing to this one.
  request.known.address = "http://127.0.0.1:1/feed";
  ASSERT_TRUE(bring(request));
  EXPECT_EQ(server.calls().back().header("if-none-match"), "");
}

TEST_F(DownloadTest, GoesOnWhereItBroke) {
  HttpServer server([&](const HttpCall& call, HttpReply& reply) {
    if (call.header("range").empty()) {
      reply.send("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 300000\r\n\r\n");
      reply.send(text_.substr(0, 100'000));
      reply.close();
      return;
    }
    reply.answer(206, {"ETag: \"1\"", "Content-Range: bytes 100000-299999/300000"},
                 text_.substr(100'000));
  });
  const auto got = bring(request_to(server));
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(slurp(got->path), text_);
  EXPECT_TRUE(got->is_resumed);
  EXPECT_EQ(server.calls().back().header("range"), "bytes=100000-");
  EXPECT_EQ(server.calls().back().header("if-range"), "\"1\"");
}

TEST_F(DownloadTest, AServerThatDoesNotKeepToTheRange) {
  struct Row {
    std::string range;
    std::string_view why;
  };
  const Row rows[] = {
      {"Content-Range: bytes 0-299999/300000", "from the start"},
      {"Content-Range: bytes 100000-299999/400000", "of a file of another size"},
      {"Content-Range: bytes 100000-299999/*", "of an unknown size"},
      {"Content-Range: nonsense", "none at all"},
      {"X: y", "no such header"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    bool has_broken = false;
    HttpServer server([&](const HttpCall& call, HttpReply& reply) {
      if (!call.header("range").empty()) {
        reply.answer(206, {row.range}, text_.substr(100'000));
        return;
      }
      if (std::exchange(has_broken, true)) {
        reply.answer(200, {"ETag: \"1\""}, text_);
        return;
      }
      reply.send("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 300000\r\n\r\n");
      reply.send(text_.substr(0, 100'000));
      reply.close();
    });
    const auto got = bring(request_to(server));
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(slurp(got->path), text_) << "fetched whole";
    remove_download(request_to(server));
  }
}

TEST_F(DownloadTest, ARangeThatIsNotThereAnyMore) {
  HttpServer server([&](const HttpCall& call, HttpReply& reply) {
    if (call.header("range").empty()) {
      reply.answer(200, {"ETag: \"2\""}, "short");
    } else {
      reply.answer(416, {}, "");
    }
  });
  const DownloadRequest request = request_to(server);
  scratch_.put("feed.part", "ten bytes.");
  ASSERT_TRUE(write_fetch_state(scratch_.path(), "feed.part.json",
                                {.address = request.address, .etag = "\"1\"", .size_bytes = 20}));
  const auto got = bring(request);
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(slurp(got->path), "short");
}

TEST_F(DownloadTest, APartOfWhatNobodyKnowsIsNotUsed) {
  HttpServer server([&](const HttpCall& call, HttpReply& reply) {
    EXPECT_EQ(call.header("range"), "");
    reply.answer(200, {}, "whole");
  });
  const DownloadRequest request = request_to(server);
  struct Row {
    FetchState state;
    std::string_view why;
  };
  const Row rows[] = {
      {{.address = "http://127.0.0.1:1/", .etag = "\"1\"", .size_bytes = 20}, "another address"},
      {{.address = request.address, .size_bytes = 20}, "no validator"},
      {{.address = request.address, .etag = "W/\"1\"", .size_bytes = 20}, "a weak one"},
      {{.address = request.address, .etag = "\"1\""}, "no size"},
      {{.address = request.address, .etag = "\"1\"", .size_bytes = 10}, "all of it"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    scratch_.put("feed.part", "ten bytes.");
    ASSERT_TRUE(write_fetch_state(scratch_.path(), "feed.part.json", row.state));
    const auto got = bring(request);
    ASSERT_TRUE(got) << describe(got.error());
    EXPECT_EQ(slurp(got->path), "whole");
  }
}

TEST_F(DownloadTest, Refusals) {
  struct Row {
    std::string answer;
    Code code;
    bool keeps_part;
    std::string_view why;
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const Row rows[] = {
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Code::not_found, true, "missing"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Code::io, true, "forbidden"},
      {"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", Code::io, true, "nobody asked for news"},
      {"HTTP/1.1 204 No Content\r\n\r\n", Code::io, true, "no content"},
      {"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/2\r\nContent-Length: 2\r\n\r\nab",
       Code::io, true, "a part that nobody asked for"},
      {ok + "Content-Length: 1000001\r\n\r\n", Code::limit_exceeded, false, "announced too long"},
      {ok + "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n"
            "Content-Length: 2\r\n\r\nab",
       Code::malformed, false, "another digest"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    HttpServer server([&](const HttpCall&, HttpReply& reply) {
      reply.send(row.answer);
      reply.close();
    });
    const auto got = bring(request_to(server, 1'000'000));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, row.code) << describe(got.error());
    EXPECT_EQ(has_part(), row.keeps_part);
  }
}

TEST_F(DownloadTest, WithoutALengthTheBudgetHoldsAllTheSame) {
  HttpServer server([&](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    reply.send(text_);
    reply.close();
  });
  const auto got = bring(request_to(server, 200'000));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::limit_exceeded);
  EXPECT_FALSE(has_part());
  ASSERT_TRUE(bring(request_to(server, 300'000)));
}

TEST_F(DownloadTest, ATransferThatBreaksAgainAndAgain) {
  HttpServer server([&](const HttpCall& call, HttpReply& reply) {
    const std::size_t from =
        call.header("range").empty() ? 0 : std::stoul(call.header("range").substr(6));
    reply.send(from == 0 ? "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 300000\r\n\r\n"
                         : "HTTP/1.1 206 Partial\r\nETag: \"1\"\r\nContent-Range: bytes " +
                               std::to_string(from) + "-299999/300000\r\nContent-Length: " +
                               std::to_string(300'000 - from) + "\r\n\r\n");
    reply.send(text_.substr(from, 10'000));
    reply.close();
  });
  const auto got = bring(request_to(server));
  ASSERT_FALSE(got);
  EXPECT_TRUE(has_part()) << "the next run goes on";
  EXPECT_EQ(slurp(scratch_.path("feed.part")), text_.substr(0, 40'000));
}

}  // namespace
}  // namespace bulkhead::advisory
