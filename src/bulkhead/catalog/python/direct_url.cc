#include "bulkhead/catalog/python/direct_url.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/text_reader.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::python {
namespace {

/// "https://user:password@host/a" is "https://host/a": what was a secret stays one.
std::string without_user(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", host), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(url);
  return std::string(url.substr(0, host)).append(url.substr(at + 1));
}

class DirectUrlReader final : public TextReader {
 public:
  DirectUrlReader(const FileInfo& file, const ReadContext& context)
      : TextReader("direct_url.json",
                   {context.run.limits.memory_file_bytes, "max-memory-file-bytes"}, file, context) {
  }

 private:
  Result<FactsPtr> read(std::string text) override {
    Result<DirectUrl> url = parse_direct_url(text);
    if (!url) {
      note(NoteLevel::info, url.error().code, url.error().what);
      return nullptr;
    }
    auto facts = std::make_shared<DirectUrlFacts>();
    facts->url = *std::move(url);
    return facts;
  }
};

}  // namespace

Result<DirectUrl> parse_direct_url(std::string_view text) {
  format::JsonDocument document;
  BH_TRY(const format::JsonValue root, document.parse(text));
  const std::string url = without_user(root["url"].text_or({}));
  if (!is_library_word(url)) return fail(Code::malformed, "no valid url");
  DirectUrl direct;
  if (const format::JsonValue vcs = root["vcs_info"]; vcs.exists()) {
    const std::string_view kind = vcs["vcs"].text_or({});
    const std::string_view commit = vcs["commit_id"].text_or({});
    if (!is_library_word(kind)) return fail(Code::malformed, "vcs_info names no valid vcs");
    direct.vcs_url = fmt::format("{}+{}", kind, url);
    if (is_library_word(commit)) direct.vcs_url.append("@").append(commit);
  } else if (url.starts_with("file:")) {
    direct.folder_url = url;
    direct.is_editable = root["dir_info"]["editable"].boolean().value_or(false);
  } else {
    direct.download_url = url;
  }
  return direct;
}

std::unique_ptr<FileReader> open_direct_url(const FileInfo& file, const ReadContext& context) {
  return std::make_unique<DirectUrlReader>(file, context);
}

}  // namespace bulkhead::catalog::python
