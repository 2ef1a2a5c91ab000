#include "bulkhead/catalog/kernel/image.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/io/decoded_stream.h"

namespace bulkhead::catalog::kernel {
namespace {

constexpr std::uint64_t kMaxImageBytes = 512
                                         << 20;  // decompressed; a distribution's takes 20 - 60 MB
constexpr std::uint64_t kLeastImageBytes = 64 << 10;
constexpr std::size_t kDecodeChunkBytes = 64 << 10;
constexpr std::size_t kMaxVersionBytes = 128;  // the kernel's own bound is 64

// x86's boot protocol: offsets of the setup header.
constexpr std::size_t kMagicAt = 0x202, kVersionPointerAt = 0x20E, kLoadFlagsAt = 0x236;
constexpr std::size_t kSetupStart = 0x200;  // what the pointer counts from
constexpr std::size_t kSetupHeadBytes = 0x238;
constexpr std::string_view kSetupMagic = "HdrS";
constexpr unsigned kIs64Bit = 1;

// EFI's zboot: offsets of its header.
constexpr std::string_view kZbootMagic = "zimg";
constexpr std::size_t kZbootMagicAt = 4, kPayloadAt = 8, kPayloadBytesAt = 12;

constexpr std::size_t kArchMagicAt = 56;
constexpr std::string_view kArm64Magic = "ARM\x64", kRiscvMagic = "RSC\x05";

template <std::size_t kBytes>
std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = kBytes; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

/// The word at the start of `text`, where it is a version.
std::string version_at(std::string_view text) {
  constexpr std::string_view kEnds(" \t\n\0", 4);
  const std::string_view word = text.substr(0, text.find_first_of(kEnds));
  const bool is_version = word.size() <= kMaxVersionBytes && is_word(word) && word[0] >= '0' &&
                          word[0] <= '9' && word.contains('.');
  return is_version ? std::string(word) : std::string();
}

/// Finds "Linux version 6.1.0 ..." in bytes that come in chunks.
class BannerFinder {
 public:
  void feed(std::string_view chunk) {
    if (head_.size() < kArchMagicAt + kArm64Magic.size()) {
      head_.append(chunk.substr(0, kArchMagicAt + kArm64Magic.size() - head_.size()));
    }
    if (!version_.empty()) return;
    // What the border between chunks may have cut.
    const std::size_t kept = held_.size();
    held_.append(chunk.substr(0, kReach));
    search(held_, chunk.size() <= kReach ? held_.size() : kept);
    if (chunk.size() <= kReach) {
      if (held_.size() > kReach) held_.erase(0, held_.size() - kReach);
      return;
    }
    search(chunk, chunk.size());
    held_ = chunk.substr(chunk.size() - kReach);
  }
  /// The bytes have ended: a version that stands at their end is whole.
  void finish() {
    held_.push_back('\0');
    search(held_, held_.size());
  }

  const std::string& version() const { return version_; }
  std::string_view architecture() const {
    if (head_.size() < kArchMagicAt + kArm64Magic.size()) return {};
    const std::string_view magic = std::string_view(head_).substr(kArchMagicAt);
    if (magic == kArm64Magic) return "aarch64";
    return magic == kRiscvMagic ? std::string_view("riscv64") : std::string_view();
  }

 private:
  static constexpr std::string_view kBanner = "Linux version ";
  static constexpr std::size_t kReach = kBanner.size() + kMaxVersionBytes + 1;

  /// Looks at banners that begin before `end`.
  void search(std::string_view bytes, std::size_t end) {
    for (std::size_t at = bytes.find(kBanner); version_.empty() && at < end;
         at = bytes.find(kBanner, at + 1)) {
      const std::string_view rest = bytes.substr(at + kBanner.size());
      // Cut by the end of what is here: it comes again with more behind it.
      if (rest.substr(0, kMaxVersionBytes + 1).find_first_of(std::string_view(" \t\n\0", 4)) !=
          std::string_view::npos) {
        version_ = version_at(rest);
      }
    }
  }

  std::string head_;
  std::string held_;
  std::string version_;
};

class ImageReader final : public FileReader {
 public:
  explicit ImageReader(const ReadContext& context)
      : bounded_(image_limits(context.run.limits)), decoder_(bounded_, kDecodeChunkBytes) {}

  Result<void> data(ByteView chunk) override {
    bytes_ += chunk.size();
    if (kind_ == Kind::unknown) {
      head_.append(as_text(chunk));
      if (head_.size() < kSetupHeadBytes) return {};
      tell_kind();
      read_start();
    } else if (kind_ == Kind::setup_header) {
      const std::size_t wanted = setup_bytes_ - std::min(setup_bytes_, head_.size());
      head_.append(as_text(chunk.first(std::min(wanted, chunk.size()))));
    } else {
      scan(chunk);
    }
    return {};
  }

  Result<FactsPtr> end() override {
    if (kind_ == Kind::unknown) {
      kind_ = Kind::searched;
      scan(as_bytes(head_));
    }
    auto facts = std::make_unique<ImageFacts>();
    if (kind_ == Kind::setup_header) {
      const std::size_t at = setup_bytes_ - kMaxVersionBytes - 1;
      if (at < head_.size()) facts->version = version_at(std::string_view(head_).substr(at));
      facts->architecture = is_64_bit_ ? "x86_64" : "i686";
    } else {
      // Damage at the end of a file whose version is known matters to nobody; else its name tells.
      if (!is_done_ && decoder_.finish(take_)) banner_.finish();
      facts->version = banner_.version();
      facts->architecture = banner_.architecture();
    }
    if (facts->version.empty() && bytes_ < kLeastImageBytes) return nullptr;
    return facts;
  }

 private:
  enum class Kind { unknown, setup_header, searched };

  static Limits image_limits(const Limits& limits) {
    Limits bounded = limits;
    bounded.decoded_bytes = std::min(limits.decoded_bytes, kMaxImageBytes);
    return bounded;
  }

  void tell_kind() {
    const std::string_view head = head_;
    kind_ = Kind::searched;
    if (head.substr(kMagicAt).starts_with(kSetupMagic)) {
      kind_ = Kind::setup_header;
      is_64_bit_ = (number_at<2>(head, kLoadFlagsAt) & kIs64Bit) != 0;
      setup_bytes_ = kSetupStart + number_at<2>(head, kVersionPointerAt) + kMaxVersionBytes + 1;
    } else if (head.starts_with("MZ") && head.substr(kZbootMagicAt).starts_with(kZbootMagic)) {
      to_skip_ = number_at<4>(head, kPayloadAt);
      payload_bytes_ = number_at<4>(head, kPayloadBytesAt);
    }
  }

  /// What came before the kind was known.
  void read_start() {
    if (kind_ == Kind::setup_header) {
      head_.resize(std::min(head_.size(), setup_bytes_));
      return;
    }
    scan(as_bytes(std::exchange(head_, {})));
  }

  void scan(ByteView chunk) {
    const auto skipped = std::min<std::uint64_t>(to_skip_, chunk.size());
    to_skip_ -= skipped;
    chunk = chunk.subspan(skipped);
    chunk = chunk.first(std::min<std::uint64_t>(payload_bytes_, chunk.size()));
    payload_bytes_ -= chunk.size();
    if (is_done_ || chunk.empty()) return;
    if (!decoder_.feed(chunk, take_) || !banner_.version().empty()) is_done_ = true;
  }

  const Limits bounded_;
  io::BlobDecoder decoder_;
  BannerFinder banner_;
  const io::BlobDecoder::Consume take_ = [this](ByteView plain) -> Result<void> {
    banner_.feed(as_text(plain));
    return {};
  };
  std::string head_;
  Kind kind_ = Kind::unknown;
  std::uint64_t bytes_ = 0;
  std::size_t setup_bytes_ = 0;  // of the head that are wanted: up to behind the version
  bool is_64_bit_ = false;
  std::uint64_t to_skip_ = 0;
  std::uint64_t payload_bytes_ = ~std::uint64_t{0};
  bool is_done_ = false;  // nothing more is to be learnt
};

}  // namespace

std::unique_ptr<FileReader> open_image(const ReadContext& context) {
  return std::make_unique<ImageReader>(context);
}

}  // namespace bulkhead::catalog::kernel
