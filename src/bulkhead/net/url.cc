#include "bulkhead/net/url.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::net {
namespace {

// Longer than any server takes (they end at 8 to 64 KiB), so that messages and memory stay small.
constexpr std::size_t kMostUrlBytes = 128 << 10;
// What of a URL a message shows.
constexpr std::size_t kMostShownBytes = 300;

struct CloseHandle {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, CloseHandle>;

std::string part_of(const Handle& handle, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(handle.get(), part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

Result<Url> set_url(const Handle& handle, const std::string& text, unsigned flags) {
  if (text.size() > kMostUrlBytes) {
    return std::unexpected(Error{Code::limit_exceeded,
                                 fmt::format("http: a URL of {} bytes", text.size()),
                                 display_url(text)});
  }
  // curl reads up to the first NUL.
  const CURLUcode code = text.contains('\0')
                             ? CURLUE_MALFORMED_INPUT
                             : curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), flags);
  if (code != CURLUE_OK) {
    return std::unexpected(Error{Code::malformed,
                                 fmt::format("http: not a URL: {}", curl_url_strerror(code)),
                                 display_url(text)});
  }
  Url url;
  url.scheme = to_lower(part_of(handle, CURLUPART_SCHEME, 0));
  if (url.scheme != "http" && url.scheme != "https") {
    return std::unexpected(
        Error{Code::unsupported,
              fmt::format("http: the scheme {} is not http or https", to_terminal(url.scheme)),
              display_url(text)});
  }
  url.text = part_of(handle, CURLUPART_URL, 0);
  url.host = to_lower(part_of(handle, CURLUPART_HOST, 0));
  url.port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.path = part_of(handle, CURLUPART_PATH, 0);
  return url;
}

}  // namespace

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool Url::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
         host == "[::1]";
}

Result<Url> parse_url(const std::string& text) {
  const Handle handle(curl_url());
  BH_TRY(Url url, set_url(handle, text, CURLU_NON_SUPPORT_SCHEME));
  url.text = text;
  return url;
}

Result<Url> resolve_url(const Url& base, const std::string& location) {
  const Handle handle(curl_url());
  BH_CHECK(set_url(handle, base.text, 0));
  return set_url(handle, location, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
}

std::string display_url(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const std::size_t query = text.find('?');
  const bool has_query = query != std::string_view::npos;
  text = text.substr(0, query);
  std::string shown;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end != std::string_view::npos) {
    shown = text.substr(0, scheme_end + 3);
    text.remove_prefix(scheme_end + 3);
  }
  const std::size_t user_end = text.substr(0, text.find('/')).rfind('@');
  if (user_end != std::string_view::npos) text.remove_prefix(user_end + 1);
  shown += text;
  const bool is_cut = shown.size() > kMostShownBytes;
  shown = to_terminal(std::string_view(shown).substr(0, kMostShownBytes));
  return shown + (is_cut ? "..." : "") + (has_query ? "?..." : "");
}

}  // namespace bulkhead::net
