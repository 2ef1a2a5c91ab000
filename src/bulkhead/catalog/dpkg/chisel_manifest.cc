#include "bulkhead/catalog/dpkg/chisel_manifest.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/decoded_stream.h"

namespace bulkhead::catalog::dpkg {
namespace {

// Real manifests have up to some 5 MB; a small frame may claim to be endless.
constexpr std::uint64_t kMaxManifestBytes = 256 << 20;
constexpr std::size_t kDecodeChunkBytes = 64 << 10;
constexpr std::size_t kMaxNotesOfLines = 20;  // a file that is none would fill the report

Limits manifest_limits(const Limits& limits) {
  Limits bounded = limits;
  bounded.decoded_bytes = std::min(limits.decoded_bytes, kMaxManifestBytes);
  return bounded;
}

class ManifestReader final : public FileReader {
 public:
  explicit ManifestReader(const ReadContext& context)
      : context_(context),
        bounded_(manifest_limits(context.run.limits)),
        decoder_(bounded_, kDecodeChunkBytes),
        facts_(std::make_unique<ManifestFacts>()) {
    facts_->owned_path_bytes = limits().owned_path_bytes;
  }

  Result<void> data(ByteView chunk) override {
    if (!is_ended_) settle(decoder_.feed(chunk, take_));
    return {};
  }

  Result<FactsPtr> end() override {
    if (!is_ended_) settle(decoder_.finish(take_));
    end_line();
    if (!is_header_seen_) {
      note(NoteLevel::incomplete, Code::malformed, "it has no header", 0);
    } else if (lines_ < declared_lines_.value_or(0)) {
      note(NoteLevel::incomplete, Code::truncated,
           fmt::format("it has {} lines of {}; packages may be missing", lines_, *declared_lines_),
           offset_);
    }
    if (bad_lines_ > kMaxNotesOfLines) {
      note(NoteLevel::incomplete, Code::malformed,
           fmt::format("{} more lines that are not as they should be",
                       bad_lines_ - kMaxNotesOfLines),
           offset_);
    }
    if (strays_ > 0) {
      note(NoteLevel::info, Code::malformed,
           fmt::format("{} paths are of no package that it names before them", strays_), 0);
    }
    for (SlicedPackage& package : facts_->packages) package.files.packed.shrink_to_fit();
    return std::move(facts_);
  }

 private:
  const Limits& limits() const { return context_.run.limits; }

  void note(NoteLevel level, Code code, std::string_view what, std::uint64_t offset) {
    context_.notes.add(level, {code, fmt::format("chisel manifest: {}", what), {}, offset});
  }

  /// Damage ends the reading, but what came before it counts.
  void settle(const Result<void>& decoded) {
    if (decoded) return;
    is_ended_ = true;
    line_bytes_ = 0;  // the line that it cut
    line_.clear();
    note(NoteLevel::incomplete, decoded.error().code,
         decoded.error().what + "; packages may be missing", decoded.error().offset);
  }

  Result<void> take(ByteView plain) {
    for (std::string_view rest = as_text(plain); !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string_view part = rest.substr(0, end);
      if (part.size() <= limits().stanza_bytes - line_.size()) {
        line_.append(part);
      } else {
        is_too_long_ = true;
      }
      line_bytes_ += part.size();
      if (end == std::string_view::npos) break;
      end_line();
      ++offset_;
      rest.remove_prefix(end + 1);
    }
    return {};
  }

  void bad_line(Code code, std::string_view what) {
    if (++bad_lines_ <= kMaxNotesOfLines) note(NoteLevel::incomplete, code, what, offset_);
  }

  void end_line() {
    if (line_bytes_ > 0) ++lines_;
    if (is_too_long_) {
      bad_line(Code::limit_exceeded,
               fmt::format("a line is longer than {} bytes (--max-stanza-bytes)",
                           limits().stanza_bytes));
    } else if (!trim(line_).empty()) {
      read_line();
    }
    offset_ += line_bytes_;
    line_bytes_ = 0;
    line_.clear();
    is_too_long_ = false;
  }

  void read_line() {
    const Result<format::JsonValue> parsed = document_.parse(line_);
    if (!parsed || !parsed->is_object()) return bad_line(Code::malformed, "a line is no object");
    const format::JsonValue object = *parsed;
    const std::string_view kind = object["kind"].text_or({});
    if (!is_header_seen_ && object["jsonwall"].is_string()) {
      is_header_seen_ = true;
      const std::int64_t count = object["count"].integer().value_or(0);
      declared_lines_ = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
    } else if (kind == "package") {
      add_package(object);
    } else if (kind == "path") {
      add_path(object);
    }
  }

  void add_package(format::JsonValue object) {
    if (is_full_) return;
    StatusRecord record;
    record.name = object["name"].text_or({});
    record.version = object["version"].text_or({});
    record.architecture = object["arch"].text_or({});
    if (!is_word(record.name) || !is_word(record.version)) {
      return bad_line(Code::malformed, "a package has no valid name and version");
    }
    if (!is_word(record.architecture)) record.architecture.clear();
    text_bytes_ += record.name.size() + record.version.size() + record.architecture.size();
    if (facts_->packages.size() >= limits().packages || text_bytes_ > kMaxRecordTextBytes) {
      is_full_ = true;
      note(NoteLevel::incomplete, Code::limit_exceeded,
           fmt::format("more than {} packages (--max-packages), or their names are too long; the "
                       "rest is left out",
                       limits().packages),
           offset_);
      return;
    }
    by_name_.try_emplace(record.name, facts_->packages.size());
    facts_->packages.push_back({std::move(record), {}});
  }

  void add_path(format::JsonValue object) {
    std::string_view path = object["path"].text_or({});
    if (!path.starts_with('/') || path.contains('\0')) {
      return bad_line(Code::malformed, "a path is not absolute");
    }
    if (path.ends_with('/')) return;  // a directory
    path.remove_prefix(1);
    object["slices"].for_each_element([&](format::JsonValue slice) {
      const std::string_view name = slice.text_or({});
      add_file(std::string(name.substr(0, name.find('_'))), path);
    });
  }

  /// Several slices of a package may have one path: they follow each other.
  void add_file(const std::string& name, std::string_view path) {
    const auto package = by_name_.find(name);
    if (package == by_name_.end()) {
      ++strays_;
      return;
    }
    PathList& files = facts_->packages[package->second].files;
    if (package->second == last_owner_ && path == last_path_) return;
    last_owner_ = package->second;
    last_path_ = path;
    const std::uint64_t bytes = path.size() + 1;
    if (bytes <= limits().owned_path_bytes - path_bytes_) {
      path_bytes_ += bytes;
      files.add(path);
    } else if (!std::exchange(is_without_paths_, true)) {
      note(NoteLevel::info, Code::limit_exceeded,
           fmt::format("paths take more than {} bytes (--max-owned-path-bytes); some are left out",
                       limits().owned_path_bytes),
           offset_);
    }
  }

  const ReadContext& context_;
  const Limits bounded_;
  io::BlobDecoder decoder_;
  const io::BlobDecoder::Consume take_ = [this](ByteView plain) { return take(plain); };
  std::unique_ptr<ManifestFacts> facts_;
  // Lines are sorted, so a package comes before its paths. Views would dangle: records move.
  std::unordered_map<std::string, std::size_t> by_name_;
  std::size_t last_owner_ = 0;
  std::string last_path_;
  std::uint64_t strays_ = 0;
  format::JsonDocument document_;
  std::string line_;
  std::uint64_t line_bytes_ = 0;
  std::uint64_t offset_ = 0;  // of the line, in the decoded text
  std::uint64_t lines_ = 0;
  std::optional<std::uint64_t> declared_lines_;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t path_bytes_ = 0;
  std::size_t bad_lines_ = 0;
  bool is_too_long_ = false;
  bool is_header_seen_ = false;
  bool is_full_ = false;
  bool is_without_paths_ = false;
  bool is_ended_ = false;
};

}  // namespace

std::uint64_t ManifestFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + packages.capacity() * sizeof(SlicedPackage);
  for (const SlicedPackage& package : packages) {
    bytes += package.record.name.capacity() + package.record.version.capacity() +
             package.record.architecture.capacity() + package.files.packed.capacity();
  }
  return bytes;
}

std::unique_ptr<FileReader> open_manifest(const ReadContext& context) {
  return std::make_unique<ManifestReader>(context);
}

}  // namespace bulkhead::catalog::dpkg
