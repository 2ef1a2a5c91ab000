// Manifests, indexes and configurations of both layouts. Members of the input: texts between lines
// "--- PATH"; digests in paths are right or wrong as the input has them. Whatever is opened has as
// many sources as layers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>
#include <string>

#include "bulkhead/base/text.h"
#include "bulkhead/image/layout.h"
#include "bulkhead/io/hash.h"

namespace {

using namespace bulkhead;

/// Members in memory. Each is also there under its true digest,
/// and "$N" in every text stands for the digest of the N-th member, so that the parsers behind the
/// digests' check are reached.
class TextMembers final : public image::Members {
 public:
  explicit TextMembers(std::string_view text) {
    while (!text.empty()) {
      const std::size_t next = text.find("\n--- ");
      add(text.substr(0, next));
      if (next == std::string_view::npos) return;
      text.remove_prefix(next + 5);
    }
  }
  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override {
    const auto found = members_.find(path);
    if (found == members_.end()) return fail(Code::not_found, "no such member");
    return io::memory_source(found->second);
  }

 private:
  void add(std::string_view member) {
    const std::size_t line = member.find('\n');
    if (line == std::string_view::npos) return;
    std::string text(member.substr(line + 1));
    for (std::size_t i = 0; i < digests_.size() && i < 10; ++i) {
      const std::string name = "$" + std::to_string(i);
      for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;) {
        text.replace(at, name.size(), digests_[i]);
      }
    }
    auto hasher = io::Hasher::create("sha256");
    hasher->update(as_bytes(text));
    digests_.push_back(hasher->finish_hex());
    members_["blobs/sha256/" + digests_.back()] = text;
    members_[std::string(member.substr(0, line))] = std::move(text);
  }

  std::map<std::string, std::string, std::less<>> members_;
  std::vector<std::string> digests_;
};

void check(const Result<image::OpenTarget>& open) {
  if (open && open->layers.size() != open->sources.size()) abort();
  if (!open && open.error().what.empty()) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const RunContext context = quiet_context();
  const TextMembers members(as_text(std::as_bytes(std::span(data, size))));
  image::TargetRequest request;
  request.reference = "fuzz";
  Notes notes(context.limits.notes);
  for (const char* pick : {"", "latest", "@0"}) {
    check(image::open_oci_layout(members, pick, request, context, notes));
    check(image::open_docker_archive(members, pick, request, context, notes));
  }
  return 0;
}
