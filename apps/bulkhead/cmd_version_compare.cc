#include <iostream>

#include <fmt/format.h>

#include "bulkhead/version/compare_lines.h"
#include "commands.h"
#include "session.h"

namespace bulkhead::app {

int run_version_compare(const Options& options) {
  if (options.is_stdin) {
    if (!options.words.empty()) {
      complain("with --stdin the versions come from standard input alone");
      return kExitUsage;
    }
    std::ios::sync_with_stdio(false);
    const bool is_good = version::compare_lines(std::cin, std::cout, std::cerr);
    std::cout.flush();
    return is_good && std::cout ? kExitOk : kExitUsage;
  }
  if (options.words.size() != 3) {
    complain("version-compare takes a scheme and two versions, or --stdin");
    return kExitUsage;
  }
  const auto sign = version::compare_pair(options.words[0], options.words[1], options.words[2]);
  if (!sign) {
    complain(sign.error().what);
    return kExitUsage;
  }
  fmt::print("{}\n", *sign);
  return kExitOk;
}

}  // namespace bulkhead::app
