#include "bulkhead/remote/blob_source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace bulkhead::remote {
namespace {

/// A gap up to which reading on is quicker than asking anew.
constexpr std::uint64_t kMostPassedOver = 1 << 20;
constexpr std::size_t kPassBytes = 64 << 10;

/// "bytes 100-199/200"; nothing where it is none.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> total = {};
};

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  if (!text.starts_with("bytes ")) return std::nullopt;
  text.remove_prefix(6);
  ContentRange range;
  const auto first = take_number(text);
  if (!first || !take(text, '-')) return std::nullopt;
  const auto last = take_number(text);
  if (!last || !take(text, '/')) return std::nullopt;
  range.first = *first;
  range.last = *last;
  if (text != "*") {
    range.total = take_number(text);
    if (!range.total || !text.empty()) return std::nullopt;
  }
  return range;
}

/// What another attempt may mend. That a blob is not there, or is another, stays so.
bool may_pass(const Error& error) {
  return error.code == Code::io || error.code == Code::truncated;
}

}  // namespace

BlobSource::BlobSource(std::shared_ptr<Repository> repository, Digest digest,
                       std::uint64_t size_bytes, const RunContext& context, ResumeOptions options)
    : repository_(std::move(repository)),
      digest_(std::move(digest)),
      size_bytes_(size_bytes),
      context_(context),
      options_(options) {}

Result<std::size_t> BlobSource::read_at(std::uint64_t offset, MutableByteView out) const {
  const std::lock_guard lock(mutex_);
  if (offset >= size_bytes_ || out.empty()) return 0;
  out = out.first(std::min<std::uint64_t>(out.size(), size_bytes_ - offset));
  for (;;) {
    auto got = read_once(offset, out);
    if (got) return got;
    got.error().where.clear();  // an address says less than the layer, which its reader adds
    const std::uint64_t brought =
        transfer_.position > transfer_.opened_at ? transfer_.position - transfer_.opened_at : 0;
    const bool was_open = transfer_.body != nullptr;
    transfer_.body.reset();
    if (context_.is_cancelled()) return fail(Code::io, "cancelled");
    // Getting to the head is retried by the client already; only broken bodies are resumed here.
    if (!may_pass(got.error()) || !was_open) return got;
    if (brought >= options_.progress_bytes) transfer_.failures = 0;
    if (++transfer_.failures > options_.most_failures) {
      Error error = std::move(got).error();
      error.what = fmt::format("registry: the transfer broke {} times at byte {} of {}: {}",
                               transfer_.failures, offset, size_bytes_, error.what);
      return std::unexpected(std::move(error));
    }
    context_.log->write(LogLevel::info, fmt::format("resuming {} at byte {}: {}", digest_.str(),
                                                    offset, got.error().what));
    BH_CHECK(wait_before_retry());
  }
}

/// @pre mutex_ is held
Result<std::size_t> BlobSource::read_once(std::uint64_t offset, MutableByteView out) const {
  const bool is_near = transfer_.body && offset >= transfer_.position &&
                       offset - transfer_.position <= kMostPassedOver;
  if (!is_near) {
    BH_CHECK(open_at(offset));
  } else {
    BH_CHECK(pass_over(offset - transfer_.position));
  }
  BH_TRY(const std::size_t got, transfer_.body->read(out));
  if (got == 0) {
    return fail(Code::truncated,
                fmt::format("the registry ended the blob at byte {} of {}", offset, size_bytes_));
  }
  transfer_.position += got;
  if (transfer_.position == size_bytes_) {
    BH_CHECK(check_end());
    transfer_ = {};  // the connection is free for the next layer
  }
  return got;
}

/// @pre mutex_ is held
Result<void> BlobSource::open_at(std::uint64_t offset) const {
  transfer_.body.reset();
  BH_TRY(transfer_.body, repository_->open_blob(digest_, offset));
  const net::HttpHead& head = transfer_.body->head();
  transfer_.has_length = head.content_length().has_value();
  transfer_.opened_at = offset;
  transfer_.position = head.status == 206 ? offset : 0;
  if (auto checked = check_head(head, offset); !checked) {
    transfer_.body.reset();
    return checked;
  }
  return pass_over(offset - transfer_.position);
}

Result<void> BlobSource::check_head(const net::HttpHead& head, std::uint64_t offset) const {
  const auto length = head.content_length();
  std::optional<std::uint64_t> total = length;
  if (head.status == 206) {
    const auto range = parse_content_range(head.header("Content-Range").value_or(""));
    if (!range || range->first != offset || range->last < range->first) {
      return fail(Code::malformed,
                  fmt::format("registry: asked for the blob from byte {} on, it sends another part",
                              offset));
    }
    total = range->total;
    if (length && *length != range->last - range->first + 1) {
      return fail(Code::malformed,
                  "registry: the blob's Content-Length is not its Content-Range's");
    }
  }
  if (total && *total != size_bytes_) {
    return fail(Code::malformed,
                fmt::format("registry: the blob has {} bytes, and its descriptor says {}", *total,
                            size_bytes_));
  }
  return {};
}

/// @pre mutex_ is held
Result<void> BlobSource::pass_over(std::uint64_t bytes) const {
  if (bytes == 0) return {};
  std::vector<std::byte> scrap(std::min<std::uint64_t>(bytes, kPassBytes));
  while (bytes > 0) {
    const auto part = std::span(scrap).first(std::min<std::uint64_t>(bytes, scrap.size()));
    BH_TRY(const std::size_t got, transfer_.body->read(part));
    if (got == 0) {
      return fail(Code::truncated, fmt::format("the registry ended the blob at byte {} of {}",
                                               transfer_.position, size_bytes_));
    }
    transfer_.position += got;
    bytes -= got;
  }
  return {};
}

/// A body that said no length may go on for ever: it is to end where the descriptor says.
/// @pre mutex_ is held
Result<void> BlobSource::check_end() const {
  if (transfer_.has_length) return {};
  std::array<std::byte, 1> more{};
  const auto got = transfer_.body->read(more);
  if (!got || *got == 0) return {};  // all that is needed is there, whatever came then
  return fail(Code::malformed,
              fmt::format("registry: the blob goes on after the {} bytes that its descriptor says",
                          size_bytes_));
}

/// @pre mutex_ is held
Result<void> BlobSource::wait_before_retry() const {
  constexpr unsigned kMostDoublings = 6;
  const auto wait = std::chrono::milliseconds(options_.first_wait_ms
                                              << std::min(transfer_.failures - 1, kMostDoublings));
  const auto end = std::chrono::steady_clock::now() + wait;
  while (std::chrono::steady_clock::now() < end) {
    if (context_.is_cancelled()) return fail(Code::io, "cancelled");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

}  // namespace bulkhead::remote
