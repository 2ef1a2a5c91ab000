#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "commands.h"
#include "completion.h"
#include "session.h"

namespace bulkhead::app {

int run_completion(const Options& options) {
  constexpr std::array<std::pair<std::string_view, std::string (*)()>, 3> kShells = {{
      {"bash", bash_completion},
      {"zsh", zsh_completion},
      {"fish", fish_completion},
  }};
  for (const auto& [name, script] : kShells) {
    if (options.words.size() != 1 || options.words.front() != name) continue;
    fmt::print("{}", script());
    return std::fflush(stdout) == 0 ? kExitOk : kExitGap;
  }
  complain("completion takes one shell: bash, zsh or fish");
  return kExitUsage;
}

}  // namespace bulkhead::app
