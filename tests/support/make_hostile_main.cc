// bulkhead-make-hostile: writes the hostile corpus (tests/support/hostile.h) to a folder, with
// expected.json, which says of each target what must hold.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/hostile.h"
#include "tests/support/layout.h"

namespace {

using namespace bulkhead;
using namespace bulkhead::test_support;

constexpr const char* kUsage = "usage: bulkhead-make-hostile OUTDIR [--only NAME]... | --list\n";

int write_cases(const std::string& folder, const std::vector<std::string>& only) {
  std::vector<HostileCase> chosen;
  for (const HostileCase& row : hostile_cases()) {
    if (only.empty() || std::ranges::find(only, row.name) != only.end()) chosen.push_back(row);
  }
  if (!only.empty() && chosen.size() != only.size()) {
    fmt::print(stderr, "bulkhead-make-hostile: a name after --only is not known (see --list)\n");
    return 2;
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (const HostileCase& row : chosen) {
    const std::string path = (std::filesystem::path(folder) / row.file_name()).string();
    if (const Result<void> made = row.make(path); !made) {
      fmt::print(stderr, "bulkhead-make-hostile: {}: {}\n", row.name, describe(made.error()));
      return 1;
    }
  }
  const std::string path = (std::filesystem::path(folder) / "expected.json").string();
  if (const Result<void> written = write_file(path, hostile_expectations_json(chosen)); !written) {
    fmt::print(stderr, "bulkhead-make-hostile: {}\n", describe(written.error()));
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  std::vector<std::string> only;
  bool is_list = false;
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--list") {
      is_list = true;
    } else if (words[i] == "--only" && i + 1 < words.size()) {
      only.push_back(words[++i]);
    } else if (!words[i].starts_with("--") && folder.empty()) {
      folder = words[i];
    } else {
      fmt::print(stderr, "{}", kUsage);
      return 2;
    }
  }
  if (is_list) {
    for (const HostileCase& row : hostile_cases()) fmt::print("{:32} {}\n", row.name, row.why);
    return 0;
  }
  if (folder.empty()) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  return write_cases(folder, only);
}
