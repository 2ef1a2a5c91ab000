#include "bulkhead/catalog/rpm/manifest.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/rpm/records.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::size_t kFields = 10;
constexpr std::uint64_t kMaxLineBytes = 64 << 10;  // real ones have some 150
enum Field : std::size_t { kName, kVersion, kVendor = 4, kArchitecture = 7, kEpoch, kSourceRpm };

std::string set_value(std::string_view field) {
  return field == "(none)" ? std::string() : std::string(field);
}

class ManifestReader final : public FileReader {
 public:
  explicit ManifestReader(const ReadContext& context)
      : records_("rpm container-manifest-2", context.run.limits, context.notes) {}

  Result<void> data(ByteView chunk) override {
    for (std::string_view rest = as_text(chunk); !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string_view part = rest.substr(0, end);
      if (part.size() <= kMaxLineBytes - line_.size()) {
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

  Result<FactsPtr> end() override {
    if (line_bytes_ > 0) end_line();
    auto facts = std::make_unique<RecordFacts>();
    std::move(records_).finish(*facts);
    return facts;
  }

 private:
  void end_line() {
    if (is_too_long_) {
      records_.gap(Code::limit_exceeded, fmt::format("a line of {} bytes", line_bytes_), offset_);
    } else if (!trim(line_).empty()) {
      read_line(line_);
    }
    offset_ += line_bytes_;
    line_bytes_ = 0;
    line_.clear();
    is_too_long_ = false;
  }

  void read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() < kFields) {
      return records_.gap(Code::malformed,
                          fmt::format("a line of {} fields, not {}", fields.size(), kFields),
                          offset_);
    }
    Record record;
    record.name = fields[kName];
    const std::size_t dash = fields[kVersion].rfind('-');
    if (dash != std::string_view::npos) {
      record.version = fields[kVersion].substr(0, dash);
      record.release = fields[kVersion].substr(dash + 1);
    }
    if (!is_word(record.name) || !is_word(record.version) || !is_word(record.release)) {
      return records_.gap(Code::malformed, "a line without a valid name, version and release",
                          offset_);
    }
    const std::string epoch = set_value(fields[kEpoch]);
    const char* const end = epoch.data() + epoch.size();
    const auto read = std::from_chars(epoch.data(), end, record.epoch);
    if (!epoch.empty() && (read.ec != std::errc() || read.ptr != end)) {
      records_.gap(Code::malformed, fmt::format("{} has no valid epoch", record.name), offset_);
      record.epoch = 0;
    }
    record.vendor = set_value(fields[kVendor]);
    record.architecture = set_value(fields[kArchitecture]);
    record.source_rpm = set_value(fields[kSourceRpm]);
    if (!is_word(record.architecture)) record.architecture.clear();
    if (!is_word(record.source_rpm)) record.source_rpm.clear();
    records_.add(std::move(record), offset_);
  }

  RecordKeeper records_;
  std::string line_;
  std::uint64_t line_bytes_ = 0;
  std::uint64_t offset_ = 0;  // of the line
  bool is_too_long_ = false;
};

}  // namespace

std::unique_ptr<FileReader> open_manifest(const ReadContext& context) {
  return std::make_unique<ManifestReader>(context);
}

}  // namespace bulkhead::catalog::rpm
