#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/catalog/java/file_name.h"
#include "bulkhead/catalog/java/identity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  using namespace bulkhead::catalog::java;
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  // The first line is the file's name.
  const std::size_t end = std::min(text.find('\n'), text.size());
  Traces traces;
  traces.name = text.substr(0, end);
  traces.manifest = parse_manifest(text.substr(end));
  traces.has_classes = true;
  traces.class_folder = "com/acme";
  const NamedVersion named = split_file_name(stem_of(traces.name));
  if (named.artifact.size() + named.version.size() > traces.name.size()) std::abort();
  std::vector<std::string> incomplete;
  for (const JarPackage& package : identify(traces, incomplete)) {
    if (package.what.version.empty() || package.what.artifact.empty()) std::abort();
  }
  return 0;
}
