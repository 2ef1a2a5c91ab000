#include "bulkhead/catalog/python/facts.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/library_sink.h"

namespace bulkhead::catalog::python {

std::uint64_t LibraryFacts::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + evidence.capacity();
  for (const Library& library : libraries) {
    bytes += sizeof(Library) + library.name.capacity() + library.version.capacity() +
             library.license.capacity();
  }
  return bytes;
}

void Libraries::add(std::string_view name, std::string_view version) {
  if (!is_library_word(name) || !is_library_word(version)) {
    ++refused_;
    return;
  }
  if (libraries_.size() >= most_) {
    is_over_ = true;
    return;
  }
  if (!seen_.insert(fmt::format("{} {}", name, version)).second) return;
  libraries_.push_back({std::string(name), std::string(version)});
}

FactsPtr facts_of(Libraries libraries, Origin origin, std::string_view format,
                  const ReadContext& context) {
  const auto note = [&](NoteLevel level, Code code, const std::string& what) {
    context.notes.add(level, {code, fmt::format("{}: {}", format, what), {}, {}});
  };
  if (libraries.unpinned() > 0) {
    note(NoteLevel::info, Code::unsupported,
         fmt::format("entries that are not pinned to a version and are left out: {}",
                     libraries.unpinned()));
  }
  if (libraries.local() > 0) {
    note(NoteLevel::info, Code::unsupported,
         fmt::format("entries that are folders of the project's own and are left out: {}",
                     libraries.local()));
  }
  if (libraries.refused() > 0) {
    note(NoteLevel::info, Code::malformed,
         fmt::format("entries without a valid name or version: {}", libraries.refused()));
  }
  if (libraries.is_over()) {
    note(NoteLevel::incomplete, Code::limit_exceeded,
         fmt::format("more than {} libraries (--max-packages); the rest is left out",
                     context.run.limits.packages));
  }
  auto facts = std::make_shared<LibraryFacts>();
  facts->origin = origin;
  facts->libraries = std::move(libraries).take();
  if (facts->libraries.empty()) return nullptr;
  return facts;
}

}  // namespace bulkhead::catalog::python
