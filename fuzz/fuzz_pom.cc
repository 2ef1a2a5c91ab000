#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/catalog/java/pom.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  using namespace bulkhead::catalog::java;
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  (void)parse_pom_properties(text);
  const Result<Pom> pom = parse_pom(text);
  if (!pom) return 0;
  // It is its own parent, too.
  const PomChain chain(*pom, [&](const Coordinates&) { return &*pom; });
  if (chain.own().name().contains("${") && !text.contains("${")) std::abort();
  if (chain.dependencies().size() != pom->dependencies.size()) std::abort();
  return 0;
}
