#include "bulkhead/catalog/rpm/header.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::size_t kIntroBytes = 8;  // the two counts
constexpr std::size_t kEntryBytes = 16;
constexpr std::uint32_t kMaxEntries = 0xFFFF;    // rpm 4.18, lib/header.c, HEADER_TAGS_MAX
constexpr std::uint32_t kMaxCount = 0x0FFFFFFF;  // HEADER_DATA_MAX: no entry holds more values
constexpr std::size_t kMaxFaults = 4;
// A string takes one byte of a header and sixteen of memory; the largest packages have 200,000.
constexpr std::uint32_t kMaxStrings = 1'000'000;

// rpm 4.18, include/rpm/rpmtag.h.
enum Tag : std::uint32_t {
  kName = 1000,
  kVersion = 1001,
  kRelease = 1002,
  kEpoch = 1003,
  kVendor = 1011,
  kLicence = 1014,
  kArchitecture = 1022,
  kOldFileNames = 1027,
  kFileStates = 1029,
  kFileFlags = 1037,
  kSourceRpm = 1044,
  kDirIndexes = 1116,
  kBaseNames = 1117,
  kDirNames = 1118,
  kModularityLabel = 5096,
};
constexpr std::array kWanted = {kName,       kVersion,   kRelease,        kEpoch,
                                kVendor,     kLicence,   kArchitecture,   kOldFileNames,
                                kFileStates, kFileFlags, kSourceRpm,      kDirIndexes,
                                kBaseNames,  kDirNames,  kModularityLabel};

enum Type : std::uint32_t {
  kChar = 1,
  kInt8 = 2,
  kInt32 = 4,
  kString = 6,
  kStringArray = 8,
  kI18nString = 9,
};
/// Bytes of one value by type; the null type has none, a string has at least its NUL.
constexpr std::uint32_t kValueBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 1, 1};
constexpr std::uint32_t kAlignment[] = {1, 1, 1, 2, 4, 8, 1, 1, 1, 1};

// rpm 4.18, include/rpm/rpmfiles.h.
constexpr std::uint32_t kGhostFlag = 1U << 6;
constexpr std::uint32_t kStateNotInstalled = 2;
constexpr std::uint32_t kStateWrongColour = 4;

struct Entry {
  std::uint32_t type = 0;
  std::uint32_t offset = 0;
  std::uint32_t count = 0;  // 0: the tag is not there
};

class HeaderReader {
 public:
  HeaderReader(ByteView header, Faults& faults) : header_(header), faults_(faults) {}

  Result<Record> read(std::uint64_t most_path_bytes) {
    BH_CHECK(read_index());
    Record record;
    record.name = text(kName);
    record.version = text(kVersion);
    record.release = text(kRelease);
    if (!is_word(record.name)) return fail(Code::malformed, "a header has no valid name");
    if (!is_word(record.version) || !is_word(record.release)) {
      return fail(Code::malformed, fmt::format("{} has no valid version and release", record.name));
    }
    record.epoch = number(kEpoch, 0).value_or(0);
    const std::string_view architecture = text(kArchitecture);
    if (is_word(architecture)) record.architecture = architecture;
    const std::string_view source = text(kSourceRpm);
    if (is_word(source) && source != "(none)") record.source_rpm = source;
    record.vendor = text(kVendor);
    record.licence = text(kLicence);
    record.module = module_of(text(kModularityLabel));
    read_files(record.files, most_path_bytes);
    return record;
  }

 private:
  void fault(Code code, std::string what, std::uint64_t offset) {
    if (faults_.size() < kMaxFaults) faults_.push_back({code, std::move(what), {}, offset});
  }

  Entry& entry(Tag tag) {
    return entries_[static_cast<std::size_t>(std::ranges::find(kWanted, tag) - kWanted.begin())];
  }

  Result<void> read_index() {
    if (header_.size() < kIntroBytes + kEntryBytes) {
      return fail(Code::truncated, "a header is too short");
    }
    const std::uint32_t count = load_be<4>(header_, 0);
    const std::uint64_t data_bytes = load_be<4>(header_, 4);
    if (count == 0 || count > kMaxEntries) {
      return fail(Code::malformed, fmt::format("a header has {} index entries", count));
    }
    const std::uint64_t data_at = kIntroBytes + std::uint64_t{kEntryBytes} * count;
    if (data_at >= header_.size()) return fail(Code::truncated, "a header ends inside its index");
    data_ = header_.subspan(data_at);
    if (data_.size() < data_bytes) {
      fault(Code::truncated, "a header's data end too early", header_.size());
    } else if (data_.size() > data_bytes) {
      fault(Code::malformed, "a header has bytes behind its data", data_at + data_bytes);
      data_ = data_.first(data_bytes);
    }
    for (std::uint32_t i = 0; i < count; ++i)
      read_entry(kIntroBytes + std::size_t{kEntryBytes} * i);
    return {};
  }

  void read_entry(std::size_t at) {
    const std::uint32_t tag = load_be<4>(header_, at);
    const Entry read{load_be<4>(header_, at + 4), load_be<4>(header_, at + 8),
                     load_be<4>(header_, at + 12)};
    const auto is_wrong = [&](std::string_view why) {
      fault(Code::malformed, fmt::format("index entry of tag {}: {}", tag, why), at);
    };
    if (read.type >= std::size(kValueBytes)) return is_wrong("unknown type");
    if (read.count == 0 || read.count > kMaxCount) return is_wrong("impossible count");
    if (read.offset % kAlignment[read.type] != 0) return is_wrong("wrong alignment");
    if (read.offset > data_.size() ||
        std::uint64_t{read.count} * kValueBytes[read.type] > data_.size() - read.offset) {
      return is_wrong("its values leave the data");
    }
    const auto wanted = std::ranges::find(kWanted, tag);
    if (wanted == kWanted.end()) return;
    entries_[static_cast<std::size_t>(wanted - kWanted.begin())] = read;
  }

  /// The string at `offset` of the data; nothing where no NUL ends it.
  std::optional<std::string_view> string_at(std::uint64_t offset) const {
    const std::string_view rest = as_text(data_.subspan(offset));
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return rest.substr(0, end);
  }

  std::string_view text(Tag tag) {
    const Entry& at = entry(tag);
    if (at.count == 0) return {};
    // Of an I18N string the first value is the one in the C locale.
    if (at.type != kString && at.type != kI18nString) {
      fault(Code::malformed, fmt::format("tag {} is no string", std::to_underlying(tag)), 0);
      return {};
    }
    const std::optional<std::string_view> found = string_at(at.offset);
    if (found) return *found;
    fault(Code::truncated, fmt::format("tag {}: its string has no end", std::to_underlying(tag)),
          0);
    return {};
  }

  /// Value `i` of a tag of 8 or 32 bit numbers, if it has so many.
  std::optional<std::uint32_t> number(Tag tag, std::uint32_t i) {
    const Entry& at = entry(tag);
    if (i >= at.count) return std::nullopt;
    if (at.type == kInt32) return load_be<4>(data_, at.offset + std::size_t{4} * i);
    if (at.type == kChar || at.type == kInt8) return load_be<1>(data_, at.offset + i);
    return std::nullopt;
  }

  /// The strings of an array, in order; fewer where the data end, none where there are too many.
  std::vector<std::string_view> strings(Tag tag) {
    const Entry& at = entry(tag);
    std::vector<std::string_view> all;
    if (at.type != kStringArray) return all;
    if (at.count > kMaxStrings) {
      fault(Code::malformed,
            fmt::format("tag {}: {} strings are more than a package has files",
                        std::to_underlying(tag), at.count),
            0);
      return all;
    }
    std::uint64_t offset = at.offset;
    all.reserve(at.count);
    for (std::uint32_t i = 0; i < at.count; ++i) {
      const auto next = offset < data_.size() ? string_at(offset) : std::nullopt;
      if (!next) {
        fault(Code::truncated,
              fmt::format("tag {}: its strings have no end", std::to_underlying(tag)), 0);
        break;
      }
      all.push_back(*next);
      offset += next->size() + 1;
    }
    return all;
  }

  /// "nodejs:18:8060020220523160029:ad008a3a:x86_64" -> "nodejs:18".
  static std::string_view module_of(std::string_view label) {
    const std::size_t name_end = label.find(':');
    if (name_end == std::string_view::npos) return {};
    return label.substr(0, label.find(':', name_end + 1));
  }

  bool is_on_disk(std::uint32_t i) {
    const std::uint32_t state = number(kFileStates, i).value_or(0);
    return state != kStateNotInstalled && state != kStateWrongColour &&
           (number(kFileFlags, i).value_or(0) & kGhostFlag) == 0;
  }

  /// Adds one path; false where there are too many bytes.
  static bool add_path(PathList& files, std::string_view folder, std::string_view name,
                       std::uint64_t most) {
    if (folder.empty() ? name.starts_with('/') : folder.starts_with('/')) {
      (folder.empty() ? name : folder).remove_prefix(1);
    }
    if (folder.empty() && name.empty()) return true;  // the root itself
    if (folder.size() + name.size() + 1 > most - files.packed.size()) return false;
    files.packed.append(folder);
    files.add(name);
    return true;
  }

  void read_files(PathList& files, std::uint64_t most) {
    const std::vector<std::string_view> names = strings(kBaseNames);
    const std::vector<std::string_view> folders = strings(kDirNames);
    bool is_complete = true;
    for (std::uint32_t i = 0; is_complete && i < names.size(); ++i) {
      const std::optional<std::uint32_t> folder = number(kDirIndexes, i);
      if (!folder || *folder >= folders.size()) {
        fault(Code::malformed, fmt::format("file {} has no folder", i), 0);
        break;
      }
      if (is_on_disk(i)) is_complete = add_path(files, folders[*folder], names[i], most);
    }
    if (names.empty()) {  // rpm before 4.0 wrote whole paths
      const std::vector<std::string_view> paths = strings(kOldFileNames);
      for (std::uint32_t i = 0; is_complete && i < paths.size(); ++i) {
        if (is_on_disk(i)) is_complete = add_path(files, {}, paths[i], most);
      }
    }
    if (!is_complete) {
      files.packed = std::string();
      fault(Code::limit_exceeded, "more paths than --max-owned-path-bytes allows", 0);
    }
    files.packed.shrink_to_fit();
  }

  ByteView header_;
  ByteView data_;
  Faults& faults_;
  std::array<Entry, kWanted.size()> entries_{};
};

}  // namespace

std::uint64_t Record::text_bytes() const {
  return name.size() + version.size() + release.size() + architecture.size() + source_rpm.size() +
         vendor.size() + licence.size() + module.size();
}

std::string version_release(const Record& record) { return record.version + "-" + record.release; }

std::string full_version(const Record& record) {
  return record.epoch == 0 ? version_release(record)
                           : fmt::format("{}:{}", record.epoch, version_release(record));
}

Result<Record> read_header(ByteView header, std::uint64_t most_path_bytes, Faults& faults) {
  return HeaderReader(header, faults).read(most_path_bytes);
}

}  // namespace bulkhead::catalog::rpm
