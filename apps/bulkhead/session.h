#pragma once

#include <memory>
#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/scan/read_target.h"
#include "options.h"

namespace bulkhead::app {

/// What a command runs with: the context made of options, terminal, clock and signals.
class Session {
 public:
  explicit Session(const Options& options);
  ~Session();

  const RunContext& context() const { return context_; }
  /// Wipes the progress line; to be called before results are written.
  void end_progress();

 private:
  class TerminalProgress;
  class TerminalLog;
  std::unique_ptr<TerminalProgress> progress_;
  std::unique_ptr<TerminalLog> log_;
  RunContext context_;
};

/// Says `text` on standard error, as "bulkhead: TEXT".
void complain(std::string_view text);
/// Says why a command failed and gives its exit code: 130 when the user cancelled it, else 3.
int give_up(const Error& error, const RunContext& context);

/// What is to be read, and how registries are reached: the password may come from standard input.
/// @error malformed  Options that do not go together; not_found: no target was named.
Result<scan::ReadRequest> read_request(const Options& options);
/// --network-timeout. @error malformed  Not from 1 to 86400.
Result<std::uint64_t> network_timeout_ms(const Options& options);
/// -o of a command that has a table and JSON.
bool wants_json(const Options& options);
/// The folder of the advisory store.
std::string advisory_folder(const Options& options);

}  // namespace bulkhead::app
