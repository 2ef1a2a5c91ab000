#include <cstdio>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/scan/files.h"
#include "commands.h"
#include "session.h"

namespace bulkhead::app {
namespace {

using image::EntryType;

std::string_view type_word(EntryType type) {
  switch (type) {
    case EntryType::file:
    case EntryType::hardlink:
      return "file";
    case EntryType::directory:
      return "directory";
    case EntryType::symlink:
      return "symlink";
    case EntryType::char_device:
      return "char-device";
    case EntryType::block_device:
      return "block-device";
    case EntryType::fifo:
      return "fifo";
  }
  return "file";
}

char type_letter(EntryType type) {
  return type == EntryType::symlink ? 'l' : type == EntryType::fifo ? 'p' : type_word(type)[0];
}

std::string_view change_word(scan::Change change) {
  constexpr std::string_view kWords[] = {"", "added", "changed", "removed"};
  return kWords[static_cast<std::size_t>(change)];
}

std::string line_of(const scan::FileRow& row) {
  constexpr char kLetters[] = {' ', 'A', 'C', 'R'};
  std::string line;
  if (row.change != scan::Change::none) {
    line = fmt::format("{} ", kLetters[static_cast<std::size_t>(row.change)]);
  }
  line += fmt::format("{} {:04o} {:>5} {:>5} {:>11} {:>3} /{}", type_letter(row.info.type),
                      row.info.mode, row.info.uid, row.info.gid, row.info.size_bytes,
                      row.info.layer, to_terminal(row.path));
  if (row.info.type == EntryType::symlink) line += " -> " + to_terminal(row.info.link);
  line.push_back('\n');
  return line;
}

/// Bytes as JSON text, with their base64 beside it where they are not UTF-8.
void put_bytes(nlohmann::ordered_json& object, const std::string& key, std::string_view bytes) {
  Utf8 text = to_utf8(bytes);
  object[key] = std::move(text.text);
  if (!text.is_exact) object[key + "_b64"] = to_base64(bytes);
}

nlohmann::ordered_json json_of(const scan::FileRow& row) {
  nlohmann::ordered_json object;
  put_bytes(object, "path", "/" + std::string(row.path));
  object["type"] = type_word(row.info.type);
  object["mode"] = fmt::format("{:04o}", row.info.mode);
  object["uid"] = row.info.uid;
  object["gid"] = row.info.gid;
  object["size_bytes"] = row.info.size_bytes;
  object["layer"] = row.info.layer;
  if (row.info.type == EntryType::symlink) put_bytes(object, "link", row.info.link);
  if (row.change != scan::Change::none) object["change"] = change_word(row.change);
  return object;
}

void write_notes(const std::vector<Note>& notes) {
  for (const Note& note : notes) {
    complain(fmt::format("{}: {}: {}", note.level == NoteLevel::incomplete ? "incomplete" : "note",
                         note.where, note.what));
  }
}

void write_json_tail(const scan::FileListing& listing) {
  nlohmann::ordered_json notes = nlohmann::ordered_json::array();
  for (const Note& note : listing.notes) {
    nlohmann::ordered_json object;
    object["level"] = note.level == NoteLevel::incomplete ? "incomplete" : "info";
    object["code"] = note.code;
    object["what"] = to_utf8(note.what).text;
    put_bytes(object, "where", note.where);
    if (note.offset) object["offset"] = *note.offset;
    notes.push_back(std::move(object));
  }
  std::cout << "\n],\n\"complete\": " << (listing.is_complete ? "true" : "false")
            << ",\n\"notes\": " << notes.dump() << "\n}\n";
}

}  // namespace

int run_files(const Options& options) {
  Session session(options);
  const auto request = read_request(options);
  if (!request) {
    complain(request.error().what);
    return kExitUsage;
  }
  const bool is_json = wants_json(options);
  const auto layer =
      options.layer < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(options.layer));
  std::ios::sync_with_stdio(false);
  std::uint64_t count = 0;
  const auto listing =
      scan::list_files(*request, layer, session.context(), [&](const scan::FileRow& row) {
        if (!std::cout) return;  // whoever read has gone, or the disk is full
        if (count++ == 0) session.end_progress();
        if (!is_json) {
          std::cout << line_of(row);
        } else {
          std::cout << (count == 1 ? "{\n\"schema\": \"bulkhead.files/1\",\n\"entries\": [\n"
                                   : ",\n")
                    << json_of(row).dump();
        }
      });
  session.end_progress();
  if (!listing) return give_up(listing.error(), session.context());
  if (is_json) {
    if (count == 0) std::cout << "{\n\"schema\": \"bulkhead.files/1\",\n\"entries\": [";
    write_json_tail(*listing);
  }
  write_notes(listing->notes);
  std::cout.flush();
  if (!std::cout) {
    complain("standard output could not be written");
    return kExitGap;
  }
  return listing->is_complete ? kExitOk : kExitGap;
}

}  // namespace bulkhead::app
