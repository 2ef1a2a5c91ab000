#include "bulkhead/catalog/executable/rust.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "bulkhead/binary/executable.h"
#include "bulkhead/catalog/executable/overlap.h"
#include "bulkhead/catalog/executable/prefix_scan.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/inflater.h"

namespace bulkhead::catalog::executable {
namespace {

// zlib's header (RFC 1950): deflate with a window of 32 KiB, one of four levels.
using Fastest = Prefix<0x78, 0x01>;
using Fast = Prefix<0x78, 0x5E>;
using Usual = Prefix<0x78, 0x9C>;
using Best = Prefix<0x78, 0xDA>;
constexpr std::size_t kZlibHeaderBytes = 2;
// What a block's tables of codes and its first letters take at most.
constexpr std::size_t kLookahead = 512;
constexpr std::string_view kStart = "{\"";
constexpr std::string_view kListStart = "{\"packages\"";

constexpr std::size_t kMostListBytes = 8 << 20;  // unpacked; 1,000 crates take some 100 KiB
constexpr std::size_t kMostOpen = 8;             // of what is unpacked at a time
constexpr std::size_t kMostLists = 16;           // and unpacked bytes of all: kMostListBytes
constexpr std::size_t kStepBytes = 32 << 10;
// Places that are tried: it is one in 20,000 bytes of code.
constexpr std::uint64_t kFreeTrials = 1000;
constexpr std::uint64_t kBytesATrial = 256;

/// Does deflate data begin here? The first bits are a block's: the last one or not, and its kind,
/// of which 3 is none.
bool is_plausible(std::string_view text) {
  return text.size() > kZlibHeaderBytes && (text[kZlibHeaderBytes] & 6) != 6;
}

void read_list(const std::string& text, std::vector<Part>& found, Notes& notes) {
  thread_local format::JsonDocument document;
  const Result<format::JsonValue> root = document.parse(text);
  if (!root) {
    if (text.starts_with(kListStart)) {
      Error error = root.error();
      error.what = "cargo-auditable: " + error.what;
      notes.add(NoteLevel::info, error);
    }
    return;
  }
  (*root)["packages"].for_each_element([&](format::JsonValue crate) {
    if (crate["kind"].text_or("runtime") != "runtime") return;  // it ran when the program was built
    const std::string_view name = crate["name"].text_or("");
    const std::string_view version = crate["version"].text_or("");
    if (!is_library_word(name) || !is_library_word(version)) return;
    found.push_back(
        {.type = PackageType::cargo, .name = std::string(name), .version = std::string(version)});
  });
}

/// Does the note that Go's linker writes stand in the head?
bool is_of_go(std::string_view head) {
  const auto file = io::memory_source(std::string(head));
  const auto executable = binary::read_executable(*file);
  if (!executable) return false;
  const std::vector<binary::ElfNote> notes = binary::read_notes(*executable, *file);
  return std::ranges::find(notes, "Go", &binary::ElfNote::owner) != notes.end();
}

/// A list that is being unpacked.
struct OpenList {
  std::unique_ptr<io::Inflater> inflater;
  std::uint64_t next = 0;  // the place of the byte that is unpacked next
  std::string text = {};
};

class RustRecogniser final : public Recogniser {
 public:
  void data(ByteView chunk) override {
    const std::uint64_t offset = overlap_.offset();
    overlap_.data(chunk, [this](std::string_view text, std::uint64_t at, std::size_t places) {
      search(text, at, places);
    });
    std::erase_if(open_, [&](OpenList& list) { return unpack(list, offset, as_text(chunk)); });
  }

  void end(std::vector<Part>& found, Notes& notes) override {
    overlap_.end([this](std::string_view text, std::uint64_t at, std::size_t places) {
      search(text, at, places);
    });
    for (const std::string& list : lists_) read_list(list, found, notes);
    for (const OpenList& list : open_) {
      if (!list.text.starts_with(kListStart)) continue;
      notes.add(NoteLevel::info,
                Error{Code::truncated, "cargo-auditable: the file ends within its list of crates"});
    }
    if (is_cut_) {
      notes.add(NoteLevel::info,
                Error{Code::limit_exceeded,
                      "cargo-auditable: more that looks like a list of crates than is read"});
    }
  }

 private:
  void search(std::string_view text, std::uint64_t offset, std::size_t places) {
    const auto next = [&](std::size_t from) {
      return find_prefix<Fastest, Fast, Usual, Best>(text, from, places);
    };
    for (std::size_t at = next(0); at < places; at = next(at + 1)) {
      const std::string_view rest = text.substr(at);
      if (!is_plausible(rest) || !begins_list(offset + at, rest)) continue;
      if (open_.size() >= kMostOpen) {
        is_cut_ = true;
        return;
      }
      OpenList list{io::make_zlib_inflater(), offset + at + kZlibHeaderBytes};
      if (!unpack(list, offset, text)) open_.push_back(std::move(list));
    }
  }

  /// Does it unpack to the start of a JSON object? Damage and other data show in a microsecond.
  bool begins_list(std::uint64_t place, std::string_view text) {
    if (trials_ > kFreeTrials + place / kBytesATrial) {
      is_cut_ = true;
      return false;
    }
    ++trials_;
    if (!trial_) trial_ = io::make_zlib_inflater();
    trial_->reset();
    std::array<std::byte, kStart.size()> start;
    const auto step = trial_->inflate(
        as_bytes(text.substr(kZlibHeaderBytes, kLookahead - kZlibHeaderBytes)), start);
    return as_text(ByteView(start).first(step.produced)) == kStart;
  }

  /// Takes what there is of the list in `text`, which begins at `offset`. Is it at its end?
  bool unpack(OpenList& list, std::uint64_t offset, std::string_view text) {
    if (list.next < offset || list.next - offset >= text.size()) return false;
    std::string_view rest = text.substr(list.next - offset);
    while (true) {
      if (unpacked_ >= kMostListBytes) {
        is_cut_ = true;
        return true;
      }
      const std::size_t have = list.text.size();
      const std::size_t room = std::min(kStepBytes, kMostListBytes - unpacked_);
      list.text.resize(have + room);
      const auto step = list.inflater->inflate(
          as_bytes(rest), {reinterpret_cast<std::byte*>(list.text.data()) + have, room});
      list.text.resize(have + step.produced);
      unpacked_ += step.produced;
      list.next += step.consumed;
      rest.remove_prefix(step.consumed);
      if (step.state == io::Inflater::State::damaged) return true;
      if (step.state == io::Inflater::State::done) {
        if (lists_.size() < kMostLists) lists_.push_back(std::move(list.text));
        return true;
      }
      if (step.consumed == 0 && step.produced == 0) return false;
    }
  }

  Overlap overlap_{kLookahead};
  std::unique_ptr<io::Inflater> trial_;  // made when it is needed
  std::uint64_t trials_ = 0;
  std::vector<OpenList> open_;
  std::vector<std::string> lists_;
  std::size_t unpacked_ = 0;  // bytes of all lists
  bool is_cut_ = false;
};

}  // namespace

std::unique_ptr<Recogniser> make_rust_recogniser(std::string_view head) {
  return is_of_go(head) ? nullptr : std::make_unique<RustRecogniser>();
}

}  // namespace bulkhead::catalog::executable
