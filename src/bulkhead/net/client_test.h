#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/base/run_context.h"
#include "bulkhead/net/http.h"

namespace bulkhead::net {

/// `length` bytes in which each stretch is another.
inline std::string long_text(std::size_t length) {
  std::string text(length, ' ');
  for (std::size_t i = 0; i < length; ++i) {
    text[i] = static_cast<char>('a' + (i * 31 + i / 997) % 26);
  }
  return text;
}

/// A context whose log can be read and which can be cancelled.
class TestRun final : public Log {
 public:
  TestRun() : context_(quiet_context()) {
    context_.cancelled = &cancelled_;
    context_.log = this;
  }
  void write(LogLevel, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(text);
  }

  const RunContext& context() const { return context_; }
  void cancel() { cancelled_ = true; }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  /// A client that gives up soon: no test waits for long.
  std::shared_ptr<Client> client(ClientOptions options = quick_options()) {
    auto made = Client::create(options, context_);
    EXPECT_TRUE(made) << (made ? "" : describe(made.error()));
    return made ? *made : nullptr;
  }
  static ClientOptions quick_options() {
    return {.connect_timeout_ms = 5000,
            .stall_timeout_ms = 1500,
            .retries = 2,
            .most_wait_ms = 300,
            .first_wait_ms = 10};
  }

 private:
  RunContext context_;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// The whole of a body, or why not.
inline Result<std::string> read_body(io::Stream& body, std::size_t chunk_bytes = 100'000) {
  std::string text;
  std::vector<std::byte> chunk(chunk_bytes);
  for (;;) {
    BH_TRY(const std::size_t count, body.read(chunk));
    if (count == 0) return text;
    text += as_text(ByteView(chunk).first(count));
  }
}

inline std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace bulkhead::net
