#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/net/body_buffer.h"
#include "bulkhead/net/certificates.h"
#include "bulkhead/net/head_reader.h"
#include "bulkhead/net/http.h"
#include "bulkhead/net/url.h"

namespace bulkhead::net {

/// Why there is no answer, and whether asking again may help.
struct Failure {
  Error error;
  bool is_passing = false;
};

/// What one request sends, to one server.
struct Outgoing {
  std::string method;
  Url url;
  std::vector<std::string> header_lines;
  std::string body;
  std::string unix_socket;
  bool is_first_origin = true;  // whom the request names, not one that it was redirected to
  bool is_public_only = false;  // refuse addresses that are not
};

using IsCancelled = std::function<bool()>;

/// One request and its answer (a curl easy handle). Two threads know it: the one that asked, and
/// the client's network thread, to which the handle belongs from Loop::start on.
class Transfer {
 public:
  Transfer(Outgoing outgoing, const ClientOptions& options,
           std::shared_ptr<const Certificates> certificates);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // For the thread that asked.

  /// Waits for the head, or for why there is none.
  std::optional<Failure> wait_head(const IsCancelled& is_cancelled);
  /// After wait_head only.
  const HttpHead& head() const { return reader_.head(); }
  Result<BodyBuffer::Read> read(MutableByteView out, const IsCancelled& is_cancelled) {
    return body_.read(out, is_cancelled);
  }
  /// Whether the body broke in a way that another try may not meet.
  bool is_passing_failure();
  /// What messages name: the URL without its secrets, or the socket.
  const std::string& place() const { return place_; }

  // For the network thread.

  void* handle() const { return handle_.get(); }
  /// The network has nothing more for now.
  void flush() { body_.flush(); }
  /// The reader has made room.
  void resume();
  /// The transfer has ended by itself, with a CURLcode.
  void finish(int curl_code);
  /// It is ended from outside.
  void end(Failure failure);
  /// Whether the server has let it wait for longer than the options allow.
  bool is_stalled(std::chrono::steady_clock::time_point now);

 private:
  using Clock = std::chrono::steady_clock;
  struct FreeHandle {
    void operator()(void* handle) const;
  };
  struct FreeList {
    void operator()(void* list) const;
  };

  void set_up(const ClientOptions& options);
  void set_up_tls(const ClientOptions& options);
  void set_up_proxy();
  void set_up_guard();
  Failure explain(int curl_code) const;
  bool take_head_line(std::string_view line);
  std::size_t take_body(ByteView bytes);
  void note_bytes(std::size_t count);

  const Outgoing outgoing_;
  const std::shared_ptr<const Certificates> certificates_;
  const std::string place_;
  const std::chrono::milliseconds stall_timeout_;
  std::unique_ptr<void, FreeHandle> handle_;
  std::unique_ptr<void, FreeList> headers_ = {};
  std::string curl_message_ = {};  // CURL_ERROR_SIZE bytes that curl writes to

  HeadReader reader_ = {};
  std::optional<Error> own_error_ = {};  // why a callback of ours ended the transfer
  bool is_refused_ = false;              // an address that is not public was
  bool is_connected_ = false;
  bool is_paused_ = false;
  Clock::time_point last_byte_ = {};
  Clock::time_point window_start_ = {};
  std::uint64_t window_bytes_ = 0;

  std::mutex mutex_ = {};
  std::condition_variable changed_ = {};
  bool has_head_ = false;
  std::optional<Failure> failure_ = {};
  BodyBuffer body_;
};

}  // namespace bulkhead::net
