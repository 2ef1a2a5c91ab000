// Credential files: a Docker config.json or a containers' auth.json.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/remote/credentials.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead::remote;
  const auto text = bulkhead::as_text(std::as_bytes(std::span(data, size)));
  for (const char* name : {"nginx", "host.example:5000/team/app"}) {
    const auto answer = find_in_auth_file(text, *parse_reference(name));
    if (!answer && answer.error().code != bulkhead::Code::malformed) std::abort();
    if (answer && answer->credential && answer->credential->is_empty()) std::abort();
  }
  return 0;
}
