#include "bulkhead/catalog/apk/installed.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"

namespace bulkhead::catalog::apk {
namespace {

/// A record's values as views into it, and where it is damaged.
struct Fields {
  std::string_view name, version, architecture, origin, licence;
  std::optional<std::uint64_t> bad_line, repeated;  // offsets of the first of each
};

void set_once(std::string_view& slot, std::string_view value, std::uint64_t offset,
              Fields& fields) {
  if (slot.empty()) {
    slot = value;
  } else if (!fields.repeated) {
    fields.repeated = offset;
  }
}

/// "ADB." plain, "ADBd" deflated, "ADBc" with its compression named (apk-tools 3, src/adb.h).
bool is_adb(std::string_view text) {
  return text.starts_with("ADB") && text.size() > 3 && std::string_view(".dc").contains(text[3]);
}

class InstalledReader final : public RecordReader {
 public:
  explicit InstalledReader(const ReadContext& context)
      : RecordReader("apk installed", context), facts_(std::make_unique<InstalledFacts>()) {
    facts_->owned_path_bytes = limits().owned_path_bytes;
  }

 private:
  FactsPtr take_facts() override { return std::move(facts_); }

  void add_file(std::string_view folder, std::string_view name, PathList& files) {
    if (is_without_paths_ || name.empty() || name.contains('\0') || folder.contains('\0')) return;
    const std::uint64_t bytes = folder.size() + (folder.empty() ? 0 : 1) + name.size() + 1;
    if (bytes > limits().owned_path_bytes - path_bytes_) {
      is_without_paths_ = true;
      files.packed = std::string();
      for (Record& record : facts_->records) record.files.packed = std::string();
      note(NoteLevel::info, Code::limit_exceeded,
           fmt::format("file lists hold more than {} bytes (--max-owned-path-bytes) and are left "
                       "out",
                       limits().owned_path_bytes),
           0);
      return;
    }
    path_bytes_ += bytes;
    if (!folder.empty()) files.packed.append(folder).push_back('/');
    files.add(name);
  }

  Fields read(std::string_view text, PathList& files) {
    Fields fields;
    std::string_view folder;
    for (std::string_view rest = text; !rest.empty();) {
      const auto offset = static_cast<std::uint64_t>(rest.data() - text.data());
      std::string_view line = take_line(rest);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.size() < 2 || line[1] != ':') {
        if (!fields.bad_line) fields.bad_line = offset;
        continue;
      }
      const std::string_view value = line.substr(2);
      switch (line[0]) {
        case 'P':
          set_once(fields.name, value, offset, fields);
          break;
        case 'V':
          set_once(fields.version, value, offset, fields);
          break;
        case 'A':
          set_once(fields.architecture, value, offset, fields);
          break;
        case 'o':
          set_once(fields.origin, value, offset, fields);
          break;
        case 'L':
          set_once(fields.licence, value, offset, fields);
          break;
        case 'F':
          folder = value;
          break;
        case 'R':
          add_file(folder, value, files);
          break;
        default:
          break;  // checksums, dependencies, modes: nothing that is wanted here
      }
    }
    return fields;
  }

  void add(std::string_view text, std::uint64_t offset) override {
    is_binary_ = is_binary_ || (offset == 0 && is_adb(text));
    if (is_binary_) {
      if (offset == 0) {
        note(NoteLevel::incomplete, Code::unsupported,
             "it is in apk 3's binary format (ADB), which is not read", offset);
      }
      return;
    }
    Record record;
    const std::uint64_t path_bytes_before = path_bytes_;
    const Fields fields = read(text, record.files);
    if (fields.bad_line) {
      note(NoteLevel::incomplete, Code::malformed, "a line is not a letter, a colon and a value",
           offset + *fields.bad_line);
    }
    if (fields.repeated) {
      // Two records without a blank line between them: the second one is lost.
      note(NoteLevel::incomplete, Code::malformed, "a field is repeated; the first one counts",
           offset + *fields.repeated);
    }
    const std::uint64_t text_bytes = fields.name.size() + fields.version.size() +
                                     fields.architecture.size() + fields.origin.size() +
                                     fields.licence.size();
    if (!is_word(fields.name) || !is_word(fields.version)) {
      note(NoteLevel::incomplete, Code::malformed,
           is_word(fields.name) ? fmt::format("{} has no valid version", fields.name)
                                : "a record has no valid name",
           offset);
    } else if (admit(text_bytes, offset)) {
      record.name = fields.name;
      record.version = fields.version;
      if (is_word(fields.architecture)) record.architecture = fields.architecture;
      if (is_word(fields.origin) && fields.origin != fields.name) record.origin = fields.origin;
      record.licence = fields.licence;
      record.files.packed.shrink_to_fit();
      facts_->records.push_back(std::move(record));
      return;
    }
    if (!is_without_paths_) path_bytes_ = path_bytes_before;
  }

  std::uint64_t path_bytes_ = 0;   // of all records
  bool is_without_paths_ = false;  // there were too many
  bool is_binary_ = false;
  std::unique_ptr<InstalledFacts> facts_;
};

}  // namespace

std::uint64_t InstalledFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + records.capacity() * sizeof(Record);
  for (const Record& record : records) {
    bytes += record.name.capacity() + record.version.capacity() + record.architecture.capacity() +
             record.origin.capacity() + record.licence.capacity() + record.files.packed.capacity();
  }
  return bytes;
}

std::unique_ptr<FileReader> open_installed(const ReadContext& context) {
  return std::make_unique<InstalledReader>(context);
}

}  // namespace bulkhead::catalog::apk
