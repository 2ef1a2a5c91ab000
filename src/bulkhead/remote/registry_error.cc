#include "bulkhead/remote/registry_error.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

namespace bulkhead::remote {
namespace {

constexpr std::size_t kMostWords = 250;

std::string shortened(std::string_view text) {
  text = trim(text);
  if (text.size() <= kMostWords) return std::string(text);
  return to_utf8(text.substr(0, kMostWords)).text + "...";
}

}  // namespace

std::string registry_words(int status, std::string_view body) {
  format::JsonDocument document;
  const auto root = document.parse(body);
  std::string words;
  if (root && root->is_object()) {
    (*root)["errors"].for_each_element([&](format::JsonValue error) {
      if (!words.empty()) return;
      const std::string_view code = error["code"].text_or("");
      const std::string_view message = error["message"].text_or("");
      words = fmt::format("{}{}{}", code, code.empty() || message.empty() ? "" : ": ", message);
    });
    // Token servers have a form of their own.
    for (const std::string_view key : {"message", "details", "error_description", "error"}) {
      if (words.empty()) words = (*root)[key].text_or("");
    }
  }
  return words.empty() ? fmt::format("status {}", status)
                       : fmt::format("{} {}", status, shortened(words));
}

}  // namespace bulkhead::remote
