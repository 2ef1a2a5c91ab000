#include "bulkhead/advisory/feeds.h"

#include <algorithm>

#include "bulkhead/advisory/readers.h"

namespace bulkhead::advisory {
namespace {

// name, description, is_whole_feed, recognise, read
constexpr FeedFormat kFormats[] = {
    {"alpine-secdb", "Alpine, Wolfi and Chainguard security databases, JSON and YAML", true,
     is_alpine_secdb, read_alpine_secdb},
    {"cisa-kev", "CISA's catalogue of known exploited vulnerabilities", true, is_cisa_kev,
     read_cisa_kev},
    {"debian-tracker", "The Debian security tracker's JSON export", true, is_debian_tracker,
     read_debian_tracker},
    {"osv", "OSV records of any ecosystem", false, is_osv, read_osv},
};

std::string_view skip_lead(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

const JsonMember* Document::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &JsonMember::key);
  return found == members.end() ? nullptr : &*found;
}

bool may_be_document(std::string_view head) {
  const std::string_view lead = skip_lead(head);
  if (lead.starts_with('{')) return true;
  return is_secdb_yaml(lead);
}

Result<Document> open_document(std::string_view text) {
  Document document{text, skip_lead(text).starts_with('{')};
  if (document.is_json) {
    BH_TRY(document.members, outline_json(text));
  }
  return document;
}

std::span<const FeedFormat> feed_formats() { return kFormats; }

const FeedFormat* find_format(const Document& document) {
  const auto* found =
      std::ranges::find_if(kFormats, [&](const FeedFormat& f) { return f.recognise(document); });
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace bulkhead::advisory
