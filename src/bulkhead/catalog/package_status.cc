#include "bulkhead/catalog/package_status.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::catalog {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// dpkg's rule (lib/dpkg/parsehelp.c, pkg_name_is_illegal).
bool is_package_name(std::string_view text) {
  const auto is_alnum = [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
  };
  return !text.empty() && is_alnum(text[0]) && std::ranges::all_of(text, [&](char c) {
    return is_alnum(c) || std::string_view("-+._").contains(c);
  });
}

struct State {
  std::string_view name;  // the third word of Status
  bool is_on_disk;
  bool is_settled;  // nothing was left half-done
};

constexpr State kStates[] = {
    // name            on disk  settled
    {"not-installed", false, true},
    {"config-files", false, true},
    {"half-installed", true, false},
    {"unpacked", true, false},
    {"half-configured", true, false},
    {"triggers-awaited", true, true},
    {"triggers-pending", true, true},
    {"installed", true, true},
    // opkg's own: a script of the package failed
    {"post-inst-failed", true, false},
    {"removal-failed", true, false},
};

/// "want flag state"; a state that dpkg does not know may well be on disk.
State state_of(std::string_view status) {
  const std::size_t space = status.find_last_of(" \t");
  const std::string_view word = space == std::string_view::npos ? status : status.substr(space + 1);
  const auto* const state = std::ranges::find_if(
      kStates, [&](const State& row) { return equals_in_any_case(row.name, word); });
  return state == std::end(kStates) ? State{"in an unknown state", true, false} : *state;
}

/// The fields that matter, each as it first came.
struct Fields {
  std::optional<format::StanzaField> package, status, version, architecture, source;
  std::optional<std::uint64_t> bad_line, repeated;  // offsets of the first of each
};

Fields fields_of(std::string_view stanza) {
  Fields fields;
  const std::pair<std::string_view, std::optional<format::StanzaField>*> kWanted[] = {
      {"Package", &fields.package}, {"Status", &fields.status},
      {"Version", &fields.version}, {"Architecture", &fields.architecture},
      {"Source", &fields.source},
  };
  format::StanzaFields reader(stanza);
  while (const std::optional<format::StanzaField> field = reader.next()) {
    if (field->name.empty()) {
      if (!fields.bad_line) fields.bad_line = field->offset;
      continue;
    }
    for (const auto& [name, slot] : kWanted) {
      if (!equals_in_any_case(name, field->name)) continue;
      if (!*slot) {
        *slot = field;
      } else if (!fields.repeated) {
        fields.repeated = field->offset;
      }
      break;
    }
  }
  return fields;
}

/// "name" or "name (version)"; false where it is neither.
bool read_source(std::string_view value, StatusRecord& record) {
  const std::size_t open = value.find('(');
  const std::string_view name = trim(value.substr(0, open));
  std::string_view version;
  if (open != std::string_view::npos) {
    if (!value.ends_with(')')) return false;
    version = trim(value.substr(open + 1, value.size() - open - 2));
    if (!is_word(version)) return false;
  }
  if (!is_package_name(name)) return false;
  if (name != record.name) record.source_name = name;
  if (version != record.version) record.source_version = version;
  return true;
}

class StatusReader final : public RecordReader {
 public:
  StatusReader(const StatusDialect& dialect, const ReadContext& context)
      : RecordReader(dialect.format, context),
        dialect_(dialect),
        facts_(std::make_unique<StatusFacts>()) {
    facts_->owned_path_bytes = limits().owned_path_bytes;
  }

 private:
  FactsPtr take_facts() override { return std::move(facts_); }

  void bad(NoteLevel level, std::string_view what, std::uint64_t offset) {
    note(level, Code::malformed, what, offset);
  }

  void add(std::string_view stanza, std::uint64_t offset) override {
    const Fields fields = fields_of(stanza);
    const State state = fields.status ? state_of(fields.status->value) : State{"", true, true};
    if (!state.is_on_disk) return;
    if (fields.bad_line) {
      bad(NoteLevel::incomplete, "a line is no field", offset + *fields.bad_line);
    }
    if (fields.repeated) {
      bad(NoteLevel::info, "a field is repeated; the first one counts", offset + *fields.repeated);
    }
    if (!fields.package || !is_package_name(fields.package->value)) {
      bad(NoteLevel::incomplete, "a record has no valid Package",
          offset + (fields.package ? fields.package->offset : 0));
      return;
    }
    StatusRecord record;
    record.name = fields.package->value;
    if (!fields.version || !is_word(fields.version->value)) {
      bad(NoteLevel::incomplete, fmt::format("{} has no valid Version", record.name),
          offset + (fields.version ? fields.version->offset : 0));
      return;
    }
    record.version = fields.version->value;
    if (!state.is_settled) {
      bad(NoteLevel::info, fmt::format("{} is {}", record.name, state.name),
          offset + fields.status->offset);
    }
    if (fields.architecture) {
      if (is_word(fields.architecture->value)) {
        record.architecture = fields.architecture->value;
      } else {
        bad(NoteLevel::info, fmt::format("{} has no valid Architecture", record.name),
            offset + fields.architecture->offset);
      }
    }
    if (dialect_.has_source && fields.source && !read_source(fields.source->value, record)) {
      // Advisories are about sources: without it some may be missed.
      bad(NoteLevel::incomplete, fmt::format("the Source of {} is malformed", record.name),
          offset + fields.source->offset);
    }
    const std::uint64_t text_bytes = record.name.size() + record.version.size() +
                                     record.architecture.size() + record.source_name.size() +
                                     record.source_version.size();
    if (admit(text_bytes, offset)) facts_->records.push_back(std::move(record));
  }

  const StatusDialect& dialect_;
  std::unique_ptr<StatusFacts> facts_;
};

}  // namespace

std::uint64_t StatusFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + records.capacity() * sizeof(StatusRecord);
  for (const StatusRecord& record : records) {
    bytes += record.name.capacity() + record.version.capacity() + record.architecture.capacity() +
             record.source_name.capacity() + record.source_version.capacity();
  }
  return bytes;
}

std::unique_ptr<FileReader> open_status(const StatusDialect& dialect, const ReadContext& context) {
  return std::make_unique<StatusReader>(dialect, context);
}

}  // namespace bulkhead::catalog
