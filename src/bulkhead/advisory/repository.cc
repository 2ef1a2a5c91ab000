#include "bulkhead/advisory/repository.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/digest_headers.h"
#include "bulkhead/advisory/sources.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/repomd.h"
#include "bulkhead/io/source.h"
#include "bulkhead/net/url.h"

namespace bulkhead::advisory {
namespace {

constexpr std::size_t kMostRepositories = 3;  // of a list, that are tried
constexpr std::uint64_t kMostListBytes = 64 << 10;
constexpr std::string_view kIndex = "repodata/repomd.xml";

std::unexpected<Error> failure(Code code, std::string_view what, std::string_view where) {
  return std::unexpected(
      Error{code, fmt::format("advisory data: {}", what), net::display_url(where)});
}

/// What an index says of its updateinfo.
struct Lead {
  std::string href;
  std::string content;  // "sha256:HEX"
  std::optional<std::uint64_t> size_bytes;
};

Result<Lead> read_index(const std::string& path, const std::string& where,
                        std::uint64_t most_bytes) {
  BH_TRY(const auto source, io::open_file(path));
  BH_TRY(const std::string text, io::read_all(*source, format::kMostRepomdBytes));
  const auto index = format::parse_repomd(text);
  if (!index) return std::unexpected(located(index.error(), net::display_url(where)));
  const format::RepomdEntry* entry = index->find("updateinfo");
  if (entry == nullptr) {
    const auto note = std::ranges::find_if(
        index->notes, [](const Error& one) { return one.what.contains("(updateinfo)"); });
    if (note != index->notes.end()) return failure(note->code, note->what, where);
    return failure(Code::not_found, "the repository has no updateinfo", where);
  }
  if (!entry->checksum ||
      (entry->checksum->type != "sha256" && entry->checksum->type != "sha512")) {
    return failure(Code::unsupported, "the repository's index states no SHA-256 or SHA-512", where);
  }
  if (entry->size.value_or(0) > most_bytes) {
    return failure(Code::limit_exceeded,
                   fmt::format("it has {} bytes, more than the {} that are its budget",
                               *entry->size, most_bytes),
                   where);
  }
  return Lead{entry->href, entry->checksum->type + ":" + entry->checksum->hex, entry->size};
}

/// Is the file at `path` the one that the index means?
Result<void> check_file(const std::string& path, const Lead& lead, const std::string& where) {
  const std::string algorithm = lead.content.substr(0, lead.content.find(':'));
  BH_TRY(const std::string hex, digest_of_file(path, algorithm));
  if (algorithm + ":" + hex == lead.content) return {};
  return failure(Code::malformed,
                 fmt::format("its {} is {}, not {} as the repository's index says", algorithm, hex,
                             lead.content.substr(algorithm.size() + 1)),
                 where);
}

/// `address` without the index's own path.
std::string base_of(const std::string& address) {
  return address.ends_with(kIndex) ? address.substr(0, address.size() - kIndex.size())
                                   : address.substr(0, address.rfind('/') + 1);
}

}  // namespace

std::vector<std::string> parse_mirror_list(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty() && found.size() < kMostRepositories) {
    std::string line(trim(take_line(text)));
    if (!net::is_url(line) || line.contains('$') || !net::parse_url(line)) continue;
    if (!line.ends_with('/')) line.push_back('/');
    found.push_back(std::move(line));
  }
  return found;
}

Result<Download> download_from_repository(net::Client& client, const DownloadRequest& request,
                                          const RunContext& context) {
  DownloadRequest ask = request;
  ask.name += ".index";
  ask.most_bytes = format::kMostRepomdBytes;
  BH_TRY(const Download index, download(client, ask, context));
  if (index.is_unchanged) {
    Download unchanged = index;
    unchanged.state = request.known;
    return unchanged;
  }
  const Result<Lead> lead = read_index(index.path, request.address, request.most_bytes);
  remove_download(ask);
  if (!lead) return std::unexpected(lead.error());
  Download found;
  if (lead->content == request.known.content) {
    found.is_unchanged = true;
  } else {
    DownloadRequest file = request;
    file.address = base_of(request.address) + encode_path(lead->href);
    file.known = {};
    BH_TRY(found, download(client, file, context));
    if (const auto checked = check_file(found.path, *lead, file.address); !checked) {
      remove_download(file);
      return std::unexpected(checked.error());
    }
  }
  found.state = index.state;
  found.state.content = lead->content;
  found.brought_bytes += index.brought_bytes;
  return found;
}

Result<Download> download_by_mirror_list(net::Client& client, const DownloadRequest& request,
                                         const RunContext& context) {
  BH_TRY(const net::HttpAnswer answer, client.fetch({.url = request.address}, kMostListBytes));
  if (answer.head.status != 200) {
    const bool is_gone = answer.head.status == 404 || answer.head.status == 410;
    return failure(
        is_gone ? Code::not_found : Code::io,
        fmt::format("the server says HTTP {} of the list of mirrors", answer.head.status),
        request.address);
  }
  const bool has_tls = request.address.starts_with("https:");
  std::optional<Error> first;
  for (const std::string& repository : parse_mirror_list(answer.body)) {
    if (has_tls && !repository.starts_with("https:")) continue;
    DownloadRequest one = request;
    one.address = repository + std::string(kIndex);
    Result<Download> found = download_from_repository(client, one, context);
    if (found) {
      found->brought_bytes += answer.body.size();
      return found;
    }
    if (!first) first = std::move(found).error();
    if (context.is_cancelled()) break;
  }
  if (first) return std::unexpected(*std::move(first));
  return failure(Code::malformed, "the list of mirrors names no repository", request.address);
}

Result<Download> look_into_repository(const Download& index, const DownloadRequest& request) {
  BH_TRY(const Lead lead, read_index(index.path, index.path, request.most_bytes));
  Download found = index;
  found.state.content = lead.content;
  found.path = base_of(index.path) + lead.href;
  if (request.known.address == index.state.address && request.known.content == lead.content) {
    found.is_unchanged = true;
    return found;
  }
  BH_TRY(const auto source, io::open_file(found.path));
  if (source->size() > request.most_bytes) {
    return failure(Code::limit_exceeded,
                   fmt::format("it has {} bytes, more than the {} that are its budget",
                               source->size(), request.most_bytes),
                   found.path);
  }
  BH_CHECK(check_file(found.path, lead, found.path));
  return found;
}

}  // namespace bulkhead::advisory
