#include "policy_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace bulkhead::app {
namespace {

constexpr std::string_view kDefaultFiles[] = {".bulkheadignore", ".trivyignore",
                                              ".trivyignore.yaml"};

// Written by hand: a megabyte is some ten thousand entries.
constexpr std::size_t kMaxIgnoreBytes = 4 << 20;
// Vendors put all products of a vulnerability into one document.
constexpr std::size_t kMaxVexBytes = 64 << 20;
// A report of 100,000 packages and as many findings.
constexpr std::size_t kMaxBaselineBytes = 256 << 20;

/// The bytes of a file; of a pipe, too, so that `--vex <(command)` works.
Result<std::string> read_file(const std::string& path, std::size_t most) {
  struct stat info{};
  const auto refuse = [&](Code code, std::string what) {
    return std::unexpected(Error{code, std::move(what), path});
  };
  if (::stat(path.c_str(), &info) != 0) {
    return refuse(errno == ENOENT ? Code::not_found : Code::io, std::strerror(errno));
  }
  if (S_ISDIR(info.st_mode)) return refuse(Code::io, "it is a folder, and a file is wanted");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(Code::io, std::strerror(errno));
  std::string text;
  char buffer[64 << 10];
  while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > most) {
      return refuse(Code::limit_exceeded, fmt::format("it is larger than {} MiB", most >> 20));
    }
  }
  if (file.bad()) return refuse(Code::io, "it cannot be read");
  return text;
}

void take_notes(std::vector<Note>& notes, policy::Policy& policy) {
  policy.notes.insert(policy.notes.end(), std::make_move_iterator(notes.begin()),
                      std::make_move_iterator(notes.end()));
}

Result<void> read_ignore_file(const std::string& path, policy::Policy& policy) {
  BH_TRY(const std::string text, read_file(path, kMaxIgnoreBytes));
  BH_TRY(policy::IgnoreFile file, policy::parse_ignore_file(text, path));
  policy.ignores.insert(policy.ignores.end(), std::make_move_iterator(file.entries.begin()),
                        std::make_move_iterator(file.entries.end()));
  take_notes(file.notes, policy);
  return {};
}

}  // namespace

Result<void> read_policy_files(const Options& options, policy::Policy& policy) {
  for (const std::string& list : options.ignored_ids) {
    for (policy::IgnoreEntry& entry : policy::parse_ignore_option(list)) {
      policy.ignores.push_back(std::move(entry));
    }
  }
  for (const std::string& path : options.ignore_files) BH_CHECK(read_ignore_file(path, policy));
  for (const std::string_view name : kDefaultFiles) {
    struct stat info{};
    const std::string path(name);
    if (!options.ignore_files.empty() || ::stat(path.c_str(), &info) != 0) continue;
    BH_CHECK(read_ignore_file(path, policy));
  }
  for (const std::string& path : options.vex_files) {
    BH_TRY(const std::string text, read_file(path, kMaxVexBytes));
    BH_TRY(policy::VexDocument document, policy::parse_vex(text, path));
    take_notes(document.notes, policy);
    policy.vex.push_back(std::move(document));
  }
  if (!options.baseline.empty()) {
    BH_TRY(const std::string text, read_file(options.baseline, kMaxBaselineBytes));
    BH_TRY(policy.baseline, policy::parse_baseline(text, options.baseline));
    take_notes(policy.baseline->notes, policy);
  }
  return {};
}

}  // namespace bulkhead::app
