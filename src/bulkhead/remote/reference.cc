#include "bulkhead/remote/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::remote {
namespace {

// Docker Hub is the registry of names that name none. It answers to several names.
constexpr std::string_view kDefaultRegistry = "docker.io";
constexpr std::string_view kDefaultHost = "registry-1.docker.io";
constexpr std::string_view kDefaultAliases[] = {"index.docker.io", "registry-1.docker.io"};

constexpr std::size_t kMostNameBytes = 255;  // NameTotalLengthMax
constexpr std::size_t kMostTagBytes = 128;
constexpr std::size_t kShownBytes = 80;  // of what a message repeats

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_lower_alnum(c) || is_upper(c); }

std::string shown(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  return std::string(text.substr(0, kShownBytes)) + "...";
}

/// alpha-numeric [separator alpha-numeric]*, the separators being ".", "_", "__" and any "-".
bool is_path_component(std::string_view text) {
  for (std::size_t i = 0;;) {
    const std::size_t start = i;
    while (i < text.size() && is_lower_alnum(text[i])) ++i;
    if (i == start) return false;
    if (i == text.size()) return true;
    const char separator = text[i];
    const std::size_t run = std::min(text.find_first_not_of(separator, i), text.size()) - i;
    const std::size_t most = separator == '-' ? run : separator == '_' ? 2 : separator == '.';
    if (run > most) return false;
    i += run;
  }
}

bool is_host_label(std::string_view text) {
  return !text.empty() && is_alnum(text.front()) && is_alnum(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// "host", "host:5000", "[::1]:5000".
bool is_domain(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    return std::ranges::all_of(address,
                               [](char c) {
                                 return is_digit(c) || c == ':' || (c >= 'a' && c <= 'f') ||
                                        (c >= 'A' && c <= 'F');
                               }) &&
           (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  return std::ranges::all_of(split(text.substr(0, colon), '.'), is_host_label);
}

/// Does a name's first component say where it is, as Docker decides that?
bool names_registry(std::string_view first) {
  return first.find_first_of(".:") != std::string_view::npos || first == "localhost" ||
         std::ranges::any_of(first, is_upper);
}

bool is_tag(std::string_view text) {
  const auto is_word = [](char c) { return is_alnum(c) || c == '_'; };
  return !text.empty() && text.size() <= kMostTagBytes && is_word(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

Result<void> check_repository(std::string_view repository) {
  if (repository.size() > kMostNameBytes) {
    return fail(Code::malformed, fmt::format("image name: the repository has {} bytes, more than "
                                             "the {} that a name may have",
                                             repository.size(), kMostNameBytes));
  }
  if (std::ranges::any_of(repository, is_upper)) {
    return fail(Code::malformed,
                fmt::format("image name: '{}' has upper-case letters, which a repository may not "
                            "have; did you mean '{}'?",
                            shown(repository), shown(to_lower(repository))));
  }
  for (const std::string_view component : split(repository, '/')) {
    if (is_path_component(component)) continue;
    return fail(Code::malformed,
                fmt::format("image name: '{}' is no part of a repository's name (lower-case "
                            "letters and digits, between them '.', '_', '__' or '-')",
                            shown(component)));
  }
  return {};
}

}  // namespace

std::string Reference::host() const {
  return registry == kDefaultRegistry ? std::string(kDefaultHost) : registry;
}

std::string Reference::str() const {
  std::string text = name();
  if (!tag.empty()) text += ":" + tag;
  if (digest) text += "@" + digest->str();
  return text;
}

Result<Reference> parse_reference(std::string_view text) {
  if (text.contains("://")) {
    return fail(Code::malformed, fmt::format("image name: leave '{}' out; a name is "
                                             "HOST/REPOSITORY:TAG",
                                             shown(text.substr(0, text.find("://") + 3))));
  }
  Reference reference;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    BH_TRY(reference.digest, parse_digest(rest.substr(at + 1)));
    rest = rest.substr(0, at);
  }
  const std::size_t slash = rest.rfind('/');
  const std::size_t last = slash == std::string_view::npos ? 0 : slash;
  if (const std::size_t colon = rest.find(':', last); colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(reference.tag)) {
      return fail(Code::malformed,
                  fmt::format("image name: '{}' is no tag (letters, digits, '_', '.' and '-', at "
                              "most {})",
                              shown(reference.tag), kMostTagBytes));
    }
  }
  if (rest.empty()) return fail(Code::malformed, "image name: it names no repository");
  if (reference.tag.empty() && !reference.digest) reference.tag = "latest";

  const std::size_t first_slash = rest.find('/');
  const std::string_view first = rest.substr(0, first_slash);
  const bool is_default = first_slash == std::string_view::npos || !names_registry(first);
  if (!is_default && !is_domain(first)) {
    return fail(Code::malformed, fmt::format("image name: '{}' is no host", shown(first)));
  }
  reference.registry = is_default ? kDefaultRegistry : first;
  if (std::ranges::find(kDefaultAliases, reference.registry) != std::end(kDefaultAliases)) {
    reference.registry = kDefaultRegistry;
  }
  reference.repository = is_default ? rest : rest.substr(first_slash + 1);
  BH_CHECK(check_repository(reference.repository));
  if (reference.registry == kDefaultRegistry && !reference.repository.contains('/')) {
    const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    if (reference.repository.size() == 64 && std::ranges::all_of(reference.repository, is_hex)) {
      return fail(Code::malformed,
                  "image name: this is an image's id; a registry knows images by name");
    }
    reference.repository.insert(0, "library/");
    BH_CHECK(check_repository(reference.repository));  // the whole of it has a length
  }
  return reference;
}

bool is_loopback(std::string_view host_and_port) {
  if (host_and_port.starts_with("[::1]")) {
    return host_and_port.size() == 5 || host_and_port[5] == ':';
  }
  const std::string host = to_lower(host_and_port.substr(0, host_and_port.find(':')));
  if (host == "localhost") return true;
  const auto parts = split(host, '.');
  return parts.size() == 4 && parts.front() == "127" &&
         std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, is_digit);
         });
}

std::string_view host_of_url(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  std::string_view host = url.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#\\"));
  return host.substr(host.rfind('@') + 1);  // rfind's npos + 1 is 0
}

}  // namespace bulkhead::remote
