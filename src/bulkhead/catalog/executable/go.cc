#include "bulkhead/catalog/executable/go.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/binary/executable.h"
#include "bulkhead/binary/fields.h"
#include "bulkhead/catalog/executable/go_modules.h"
#include "bulkhead/catalog/executable/overlap.h"
#include "bulkhead/catalog/executable/prefix_scan.h"

// Source: src/debug/buildinfo/buildinfo.go and src/cmd/link/internal/ld/data.go (buildinfo) of Go,
// src/cmd/go/internal/modload/build.go for the framing of the text about modules.
namespace bulkhead::catalog::executable {
namespace {

constexpr std::string_view kHeader = "\xff Go buildinf:";
constexpr std::string_view kModulesBegin =
    "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
constexpr std::string_view kModulesEnd(  // it holds a NUL
    "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
constexpr std::string_view kReleasePrefix = "go1.";
// The first bytes of the three, for the scan.
using HeaderPrefix = Prefix<0xFF, ' ', 'G'>;
using ModulesPrefix = Prefix<0x30, 0x77, 0xAF>;
using GoPrefix = Prefix<'g', 'o', '1'>;

constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kHeaderAlignment = 16;
constexpr std::size_t kPointerSizeAt = 14;
constexpr std::size_t kFlagsAt = 15;
constexpr std::size_t kPointersAt = 16;
constexpr int kBigEndian = 1;
constexpr int kInline = 2;

constexpr std::size_t kLookahead = 64;         // a header and the start of the first string
constexpr std::size_t kMostReleaseBytes = 40;  // "go1.15.2b5 X:fieldtrack,..." is cut
// Text about modules of one file; Kubernetes' largest programs have some 60 KiB.
constexpr std::size_t kMostInfoBytes = 4 << 20;
constexpr std::size_t kMostOpen = 8;           // of what is collected at a time
constexpr std::size_t kMostReleases = 20'000;  // places of "go1.": gopls has some hundreds
constexpr std::size_t kMostHeaders = 16;       // of either format

/// Takes the bytes from one place of the file on as they stream by.
struct Collector {
  std::uint64_t next = 0;  // the place of the byte that is wanted next
  std::string bytes = {};
  std::size_t searched = 0;

  void take(std::uint64_t offset, std::string_view text, std::size_t most) {
    if (next < offset || next - offset >= text.size()) return;
    const std::string_view rest = text.substr(next - offset).substr(0, most);
    bytes.append(rest);
    next += rest.size();
  }
};

/// A number as Go's encoding/binary writes it, 7 bits a byte. Takes it off `rest`.
std::optional<std::uint64_t> take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 9 && i < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80) {
      rest.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

/// A string behind its length. Takes it off `rest`.
std::optional<std::string_view> take_string(std::string_view& rest) {
  std::string_view left = rest;
  const std::optional<std::uint64_t> size = take_varint(left);
  if (!size || *size > left.size()) return std::nullopt;
  rest = left.substr(*size);
  return left.substr(0, *size);
}

bool is_release(std::string_view text) {
  return text.starts_with(kReleasePrefix) || text.starts_with("devel");
}

/// The text about modules between its marks; empty where a program was built without modules.
std::string_view without_frame(std::string_view text) {
  const std::size_t frame = kModulesBegin.size() + kModulesEnd.size();
  if (text.size() <= frame || text[text.size() - kModulesEnd.size() - 1] != '\n') return {};
  return text.substr(kModulesBegin.size(), text.size() - frame);
}

class GoRecogniser final : public Recogniser {
 public:
  explicit GoRecogniser(std::string_view head) : head_(head) {}

  void data(ByteView chunk) override {
    const std::uint64_t offset = overlap_.offset();
    overlap_.data(chunk, [this](std::string_view text, std::uint64_t at, std::size_t places) {
      search(text, at, places);
    });
    feed(offset, as_text(chunk));
  }

  void end(std::vector<Part>& found, Notes& notes) override {
    overlap_.end([this](std::string_view text, std::uint64_t at, std::size_t places) {
      search(text, at, places);
    });
    for (const Info& info : infos_) {
      read_go_release(info.release, found);
      read_go_modules(info.modules, found);
    }
    if (!infos_.empty()) return;
    // Go 1.13 to 1.17: the header has pointers only, and its strings stood before it.
    for (const PointerHeader& header : pointer_headers_) read_go_release(release_of(header), found);
    for (const std::string& modules : modules_) read_go_modules(modules, found);
    if (is_cut_ || !inline_.empty()) {
      notes.add(NoteLevel::info,
                Error{Code::limit_exceeded, "Go build information: longer than what is read"});
    }
  }

 private:
  struct Info {
    std::string release, modules;
  };
  struct PointerHeader {
    std::size_t pointer_bytes;
    bool is_big_endian;
    Collector release;  // of the Go string's own header: address and length
  };
  struct Release {
    std::uint64_t offset;
    std::array<char, kMostReleaseBytes> text;
  };

  void search(std::string_view text, std::uint64_t offset, std::size_t places) {
    const auto next = [&](std::size_t from) {
      return find_prefix<HeaderPrefix, ModulesPrefix, GoPrefix>(text, from, places);
    };
    for (std::size_t at = next(0); at < places; at = next(at + 1)) {
      const std::string_view rest = text.substr(at);
      if (rest.starts_with(kReleasePrefix)) {
        keep_release(offset + at, rest);
      } else if (rest.starts_with(kModulesBegin)) {
        open(marked_, offset + at + kModulesBegin.size(), offset, text);
      } else if (rest.starts_with(kHeader) && (offset + at) % kHeaderAlignment == 0) {
        take_header(offset + at, rest, offset, text);
      }
    }
  }

  void keep_release(std::uint64_t offset, std::string_view text) {
    if (releases_.size() >= kMostReleases) return;
    Release& release = releases_.emplace_back();
    release.offset = offset;
    release.text.fill('\0');
    std::memcpy(release.text.data(), text.data(), std::min(text.size(), kMostReleaseBytes));
  }

  void open(std::vector<Collector>& into, std::uint64_t from, std::uint64_t offset,
            std::string_view text) {
    if (marked_.size() + inline_.size() >= kMostOpen) {
      is_cut_ = true;
      return;
    }
    Collector& collector = into.emplace_back();
    collector.next = from;
    collect(collector, offset, text);
  }

  /// Within what one file may hold in memory.
  void collect(Collector& collector, std::uint64_t offset, std::string_view text) {
    const std::size_t before = collector.bytes.size();
    collector.take(offset, text, kMostInfoBytes - collected_);
    collected_ += collector.bytes.size() - before;
  }

  void take_header(std::uint64_t place, std::string_view rest, std::uint64_t offset,
                   std::string_view text) {
    if (rest.size() < kHeaderBytes) return;
    const int flags = rest[kFlagsAt];
    if ((flags & kInline) != 0) {
      // Programs that read build information have its magic, too: a release must follow.
      std::string_view first = rest.substr(kHeaderBytes);
      const std::optional<std::uint64_t> size = take_varint(first);
      if (size && *size < kMostInfoBytes && is_release(first) && infos_.size() < kMostHeaders) {
        open(inline_, place + kHeaderBytes, offset, text);
      }
      return;
    }
    PointerHeader header{
        static_cast<unsigned char>(rest[kPointerSizeAt]), (flags & kBigEndian) != 0, {}};
    if (header.pointer_bytes != 4 && header.pointer_bytes != 8) return;
    if (pointer_headers_.size() >= kMostHeaders) return;
    const binary::Fields fields(rest.substr(0, kHeaderBytes), header.is_big_endian);
    const auto string_at = offset_of(fields.word(kPointersAt, header.pointer_bytes == 8));
    if (!string_at) return;
    header.release.next = *string_at;
    pointer_headers_.push_back(std::move(header));
    pointer_headers_.back().release.take(offset, text, 2 * header.pointer_bytes);
  }

  std::optional<std::uint64_t> offset_of(std::uint64_t address) {
    if (!executable_ && !is_headless_) {
      auto read = binary::read_executable(*io::memory_source(head_));
      if (read) {
        executable_ = *std::move(read);
      } else {
        is_headless_ = true;
      }
    }
    return executable_ ? executable_->offset_of(address) : std::nullopt;
  }

  void feed(std::uint64_t offset, std::string_view text) {
    for (PointerHeader& header : pointer_headers_) {
      const std::size_t wanted = 2 * header.pointer_bytes - header.release.bytes.size();
      if (wanted > 0) header.release.take(offset, text, wanted);
    }
    const auto is_done = [&](Collector& collector, bool is_whole) {
      if (is_whole || collected_ >= kMostInfoBytes) {
        is_cut_ = is_cut_ || !is_whole;
        collected_ -= collector.bytes.size();
        return true;
      }
      return false;
    };
    std::erase_if(inline_, [&](Collector& collector) {
      collect(collector, offset, text);
      return is_done(collector, take_info(collector.bytes));
    });
    std::erase_if(marked_, [&](Collector& collector) {
      collect(collector, offset, text);
      return is_done(collector, take_modules(collector));
    });
  }

  /// Are both strings there?
  bool take_info(std::string_view bytes) {
    const auto release = take_string(bytes);
    if (!release) return false;
    const auto modules = take_string(bytes);
    if (!modules) return false;
    keep({std::string(*release), std::string(without_frame(*modules))});
    return true;
  }

  void keep(Info info) {
    kept_ += info.release.size() + info.modules.size();
    if (kept_ <= kMostInfoBytes) infos_.push_back(std::move(info));
  }

  /// Is the mark at the end there?
  bool take_modules(Collector& collector) {
    const std::size_t end = collector.bytes.find(kModulesEnd, collector.searched);
    if (end == std::string::npos) {
      const std::size_t size = collector.bytes.size();
      collector.searched = size < kModulesEnd.size() ? 0 : size - kModulesEnd.size() + 1;
      return false;
    }
    kept_ += end;
    if (kept_ <= kMostInfoBytes && modules_.size() < kMostHeaders) {
      modules_.push_back(collector.bytes.substr(0, end));
    }
    return true;
  }

  std::string_view release_of(const PointerHeader& header) {
    const binary::Fields fields(header.release.bytes, header.is_big_endian);
    const bool is_64_bit = header.pointer_bytes == 8;
    const auto place = offset_of(fields.word(0, is_64_bit));
    if (fields.size() < 2 * header.pointer_bytes || !place) return {};
    const std::uint64_t size = fields.word(header.pointer_bytes, is_64_bit);
    const auto found = std::ranges::lower_bound(releases_, *place, {}, &Release::offset);
    if (found == releases_.end() || found->offset != *place) return {};
    return {found->text.data(), std::min<std::size_t>(size, kMostReleaseBytes)};
  }

  std::string head_;
  Overlap overlap_{kLookahead};
  std::optional<binary::Executable> executable_;  // read once it is needed
  bool is_headless_ = false;

  std::vector<Collector> inline_;
  std::vector<Collector> marked_;
  std::size_t collected_ = 0;  // bytes in the two
  bool is_cut_ = false;
  std::vector<PointerHeader> pointer_headers_;
  std::vector<Release> releases_;  // by offset

  std::vector<Info> infos_;
  std::vector<std::string> modules_;
  std::size_t kept_ = 0;  // bytes in the two
};

}  // namespace

std::unique_ptr<Recogniser> make_go_recogniser(std::string_view head) {
  return std::make_unique<GoRecogniser>(head);
}

}  // namespace bulkhead::catalog::executable
