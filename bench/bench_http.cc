// The body of an answer from a server on loopback in the same process: bare libcurl, which drops
// the bytes in its callback, and our client, which hands them to another thread.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <curl/curl.h>

#include "bulkhead/net/http.h"
#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace {

using namespace bulkhead;
using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

constexpr std::size_t kBodySize = 1 << 30;
constexpr std::size_t kChunk = 256 << 10;

/// A server of one long body, plain or with TLS, for as long as the program runs.
struct Site {
  explicit Site(bool is_tls) {
    test_support::HttpServerOptions options;
    if (is_tls) {
      if (!test_support::make_certificates(folder.path(""))) std::abort();
      options.certificate = folder.path("server.pem");
      options.key = folder.path("server.key");
      authority = folder.path("ca.pem");
    }
    const auto send = [](const HttpCall&, HttpReply& reply) {
      static const std::string block(1 << 20, 'x');
      reply.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBodySize) + "\r\n\r\n");
      for (std::size_t sent = 0; sent < kBodySize && reply.send(block);) sent += block.size();
    };
    server = std::make_unique<HttpServer>(send, options);
  }

  test_support::TemporaryFolder folder;
  std::string authority;
  std::unique_ptr<HttpServer> server;
};

Site& site(bool is_tls) {
  static Site plain(false);
  static Site safe(true);
  return is_tls ? safe : plain;
}

std::size_t count_bytes(char*, std::size_t size, std::size_t count, void* seen) {
  *static_cast<std::size_t*>(seen) += size * count;
  return size * count;
}

void bare_curl(benchmark::State& state) {
  Site& from = site(state.range(0) != 0);
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  std::size_t seen = 0;
  curl_easy_setopt(curl.get(), CURLOPT_URL, from.server->url("/").c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CAINFO, from.authority.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_BUFFERSIZE, static_cast<long>(kChunk));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, count_bytes);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &seen);
  for (auto _ : state) {
    seen = 0;
    if (curl_easy_perform(curl.get()) != CURLE_OK || seen != kBodySize) std::abort();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBodySize));
}

void client(benchmark::State& state) {
  Site& from = site(state.range(0) != 0);
  const RunContext context = quiet_context();
  const auto made = net::Client::create({.ca_file = from.authority}, context);
  if (!made) std::abort();
  std::vector<std::byte> chunk(kChunk);
  for (auto _ : state) {
    const auto body = (*made)->open({.url = from.server->url("/")});
    if (!body) std::abort();
    std::size_t seen = 0;
    for (;;) {
      const auto count = (*body)->read(chunk);
      if (!count) std::abort();
      if (*count == 0) break;
      seen += *count;
    }
    if (seen != kBodySize) std::abort();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBodySize));
}

BENCHMARK(bare_curl)->ArgName("tls")->Arg(0)->Arg(1)->UseRealTime()->MeasureProcessCPUTime();
BENCHMARK(client)->ArgName("tls")->Arg(0)->Arg(1)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
