#include "bulkhead/image/layout.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/io/hash.h"

namespace bulkhead::image {
namespace {

/// "docker.io/library/alpine:latest" of "alpine", as Docker completes names.
std::string full_name(std::string_view name) {
  std::string full(name);
  const std::string_view last = name.substr(name.rfind('/') + 1);
  if (!last.contains(':') && !name.contains('@')) full += ":latest";
  const std::string_view first = std::string_view(full).substr(0, full.find('/'));
  const bool has_host =
      full.contains('/') && (first.contains('.') || first.contains(':') || first == "localhost");
  if (has_host) return full;
  return (full.contains('/') ? "docker.io/" : "docker.io/library/") + full;
}

}  // namespace

bool is_same_name(std::string_view typed, std::string_view name) {
  if (typed == name || full_name(typed) == full_name(name)) return true;
  // A tag alone, as OCI layouts have it.
  return name.ends_with(typed) && name.size() > typed.size() &&
         name[name.size() - typed.size() - 1] == ':';
}

Result<std::string> read_document(const Members& members, std::string_view path,
                                  const std::optional<Digest>& digest, const Limits& limits) {
  auto source = members.open(path);
  if (!source) return std::unexpected(located(std::move(source).error(), path));
  auto text = io::read_all(**source, limits.document_bytes);
  if (!text) return std::unexpected(located(std::move(text).error(), path));
  if (digest) {
    BH_TRY(io::Hasher hasher, io::Hasher::create(digest->algorithm));
    hasher.update(as_bytes(*text));
    if (const std::string hex = hasher.finish_hex(); hex != digest->hex) {
      return std::unexpected(Error{Code::malformed,
                                   fmt::format("digest mismatch: it should be {} and is {}:{}",
                                               digest->str(), digest->algorithm, hex),
                                   std::string(path), 0});
    }
  }
  return text;
}

void apply_config(const ImageConfig& config, OpenTarget& target, Notes& notes) {
  target.target.platform = config.platform.str();
  if (config.diff_ids.size() != target.layers.size()) {
    // What the image consists of cannot be told where its two documents contradict each other.
    notes.add({NoteLevel::incomplete, "malformed",
               fmt::format("image configuration: {} diff IDs for {} layers", config.diff_ids.size(),
                           target.layers.size()),
               "config"});
  }
  if (config.created_by.size() != target.layers.size() && !config.created_by.empty()) {
    notes.add({NoteLevel::info, "malformed",
               fmt::format("image configuration: its history has {} steps for {} layers",
                           config.created_by.size(), target.layers.size()),
               "config"});
  }
  for (std::size_t i = 0; i < target.layers.size(); ++i) {
    if (i < config.diff_ids.size()) {
      auto diff_id = parse_digest(config.diff_ids[i]);
      if (diff_id) {
        target.layers[i].diff_id = diff_id->str();
        target.sources[i].diff_id = *std::move(diff_id);
      } else {
        notes.add(NoteLevel::info, located(std::move(diff_id).error(), "config"));
      }
    }
    // With a step too many or too few nobody knows which belongs to which layer.
    if (config.created_by.size() == target.layers.size()) {
      target.layers[i].created_by = config.created_by[i];
    }
  }
}

}  // namespace bulkhead::image
