#pragma once

#include <string>

namespace bulkhead::test_support {

/// A private folder that goes with its owner: where tests hand files to independent readers.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// What a shell command wrote to standard output, and its exit code.
struct CommandResult {
  int exit_code = -1;
  std::string output;
};

/// Runs `command` by /bin/sh; standard error is left alone.
CommandResult run_command(const std::string& command);

/// Whether a program of this name is on the PATH.
bool has_program(const std::string& name);

}  // namespace bulkhead::test_support
