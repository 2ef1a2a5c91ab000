#include "tests/support/image_description.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace bulkhead::test_support {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostFill = 1 << 30;  // a description is for demos, not for bombs

/// Reads an object's members by name, remembers the first mistake, and knows which were read.
class Fields {
 public:
  Fields(const Json& object, std::string where) : where_(std::move(where)) {
    if (!object.is_object()) {
      set_error("is not an object");
      return;
    }
    for (const auto& [key, value] : object.items()) unread_.emplace(key, &value);
  }

  const Json* find(const std::string& key) {
    const auto found = unread_.find(key);
    if (found == unread_.end()) return nullptr;
    const Json* value = found->second;
    unread_.erase(found);
    return value;
  }
  std::string text(const std::string& key, std::string otherwise = {}) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (value->is_string()) return value->get<std::string>();
    set_error("is not a text", key);
    return otherwise;
  }
  std::int64_t number(const std::string& key, std::int64_t otherwise) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (value->is_number_integer()) return value->get<std::int64_t>();
    set_error("is not a whole number", key);
    return otherwise;
  }
  bool flag(const std::string& key) {
    const Json* value = find(key);
    if (value == nullptr) return false;
    if (!value->is_boolean()) set_error("is not true or false", key);
    return value->is_boolean() && value->get<bool>();
  }
  std::vector<std::string> texts(const std::string& key) {
    std::vector<std::string> list;
    const Json* value = find(key);
    if (value == nullptr) return list;
    if (!value->is_array()) set_error("is not a list", key);
    for (const Json& item : *value) {
      if (item.is_string()) {
        list.push_back(item.get<std::string>());
      } else {
        set_error("holds something that is not a text", key);
      }
    }
    return list;
  }
  std::vector<std::pair<std::string, std::string>> text_map(const std::string& key) {
    std::vector<std::pair<std::string, std::string>> list;
    const Json* value = find(key);
    if (value == nullptr) return list;
    Fields inner(*value, where_ + "." + key);
    if (value->is_object()) {
      for (const auto& [name, unused] : value->items()) list.emplace_back(name, inner.text(name));
    }
    if (!inner.error_.empty() && error_.empty()) error_ = inner.error_;
    return list;
  }

  void set_error(std::string_view what, std::string_view key = {}) {
    if (!error_.empty()) return;
    error_ = fmt::format("description: {}{}{} {}", where_, key.empty() ? "" : ".", key, what);
  }
  /// The first mistake, or a key that nothing read.
  Result<void> finish() {
    if (error_.empty() && !unread_.empty()) set_error("is not known", unread_.begin()->first);
    if (!error_.empty()) return fail(Code::malformed, error_);
    return {};
  }

 private:
  std::string where_;
  std::string error_;
  std::map<std::string, const Json*> unread_;
};

Result<std::string> read_beside(const std::string& folder, const std::string& name) {
  const std::string path = (std::filesystem::path(folder) / name).string();
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(Error{Code::not_found, "description: no such file", path});
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::unexpected(Error{Code::io, "description: cannot be read", path});
  return bytes;
}

std::uint32_t octal_mode(Fields& fields, std::uint32_t otherwise) {
  const std::string text = fields.text("mode");
  if (text.empty()) return otherwise;
  const bool is_octal =
      text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
  if (!is_octal) {
    fields.set_error("is not octal", "mode");
    return otherwise;
  }
  return static_cast<std::uint32_t>(std::stoul(text, nullptr, 8));
}

std::string filled(const Json& fill, Fields& entry) {
  Fields fields(fill, "fill");
  const std::int64_t byte = fields.number("byte", 0);
  const std::int64_t size = fields.number("size", 0);
  if (!fields.finish() || byte < 0 || byte > 255 || size < 0 ||
      static_cast<std::uint64_t>(size) > kMostFill) {
    entry.set_error("wants a byte and a size up to 1 GiB", "fill");
    return {};
  }
  return std::string(static_cast<std::size_t>(size), static_cast<char>(byte));
}

Result<TarEntry> read_entry(const Json& json, const std::string& where, const std::string& folder,
                            std::int64_t layer_mtime) {
  Fields fields(json, where);
  const std::string path = fields.text("path");
  if (path.empty()) fields.set_error("has no path");
  TarEntry entry = file(path, "");
  if (const std::string target = fields.text("symlink"); !target.empty()) {
    entry = symlink(path, target);
  } else if (const std::string other = fields.text("hardlink"); !other.empty()) {
    entry = hardlink(path, other);
  } else if (fields.flag("directory")) {
    entry = directory(path.ends_with('/') ? path : path + "/");
  } else if (fields.flag("whiteout")) {
    entry = whiteout(path);
  } else if (fields.flag("opaque")) {
    entry = opaque_whiteout(path);
  } else if (const std::string name = fields.text("file"); !name.empty()) {
    BH_TRY(entry.data, read_beside(folder, name));
  } else if (const Json* fill = fields.find("fill")) {
    entry.data = filled(*fill, fields);
  } else {
    entry.data = fields.text("text");
    for (const std::string& line : fields.texts("lines")) entry.data += line + "\n";
  }
  entry.mode = octal_mode(fields, entry.mode);
  entry.uid = fields.number("uid", 0);
  entry.gid = fields.number("gid", 0);
  entry.mtime_unix_s = fields.number("mtime", layer_mtime);
  entry.xattrs = fields.text_map("xattrs");
  BH_CHECK(fields.finish());
  return entry;
}

template <class T>
T one_of(Fields& fields, const std::string& key, const std::vector<std::string>& names) {
  const auto found = std::ranges::find(names, fields.text(key, names.front()));
  if (found == names.end()) fields.set_error("is not known", key);
  return static_cast<T>(found == names.end() ? 0 : found - names.begin());
}

Result<void> read_layer(const Json& json, std::size_t number, const std::string& folder,
                        Image& image) {
  const std::string where = fmt::format("layers[{}]", number);
  Fields fields(json, where);
  History line{.created_by = fields.text("created_by"),
               .is_empty_layer = fields.flag("empty"),
               .created = fields.text("created"),
               .comment = fields.text("comment")};
  const bool is_empty = line.is_empty_layer;
  image.history.push_back(std::move(line));
  if (is_empty) return fields.finish();

  const auto compression =
      one_of<Compression>(fields, "compression", {"none", "gzip", "zstd", "xz", "bzip2"});
  const auto format = one_of<int>(fields, "format", {"ustar", "pax", "gnu", "v7"});
  static constexpr TarFormat kFormats[] = {TarFormat::ustar, TarFormat::pax, TarFormat::gnu,
                                           TarFormat::v7};
  const std::int64_t mtime = fields.number("mtime", 0);
  std::vector<TarEntry> entries;
  if (const Json* list = fields.find("entries"); list != nullptr && list->is_array()) {
    for (const Json& item : *list) {
      BH_TRY(TarEntry entry,
             read_entry(item, fmt::format("{}.entries[{}]", where, entries.size()), folder, mtime));
      entries.push_back(std::move(entry));
    }
  } else {
    fields.set_error("has no list of entries");
  }
  BH_CHECK(fields.finish());
  image.layers.push_back(make_layer(entries, compression, kFormats[format]));
  return {};
}

Result<RunConfig> read_run_config(const Json& json) {
  Fields fields(json, "config");
  RunConfig config{.user = fields.text("user"),
                   .working_dir = fields.text("working_dir"),
                   .env = fields.texts("env"),
                   .entrypoint = fields.texts("entrypoint"),
                   .cmd = fields.texts("cmd"),
                   .exposed_ports = fields.texts("exposed_ports"),
                   .volumes = fields.texts("volumes"),
                   .labels = fields.text_map("labels")};
  BH_CHECK(fields.finish());
  return config;
}

}  // namespace

Result<Image> read_description(std::string_view text, const std::string& folder) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return fail(Code::malformed, "description: not JSON");
  Fields fields(json, "image");
  Image image;
  image.tags = fields.texts("tags");
  image.architecture = fields.text("architecture", image.architecture);
  image.os = fields.text("os", image.os);
  image.variant = fields.text("variant");
  image.created = fields.text("created", image.created);
  if (const Json* config = fields.find("config")) {
    BH_TRY(image.config, read_run_config(*config));
  }
  const Json* layers = fields.find("layers");
  if (layers == nullptr || !layers->is_array()) {
    fields.set_error("has no list of layers");
  } else {
    for (std::size_t i = 0; i < layers->size(); ++i) {
      BH_CHECK(read_layer((*layers)[i], i, folder, image));
    }
  }
  BH_CHECK(fields.finish());
  return image;
}

}  // namespace bulkhead::test_support
