#include "bulkhead/base/run_context.h"

namespace bulkhead {
namespace {

class NoProgress final : public Progress {
 public:
  void add_total(std::uint64_t) override {}
  void advance(std::uint64_t) override {}
};

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

}  // namespace

RunContext quiet_context() {
  static NoProgress progress;
  static NoLog log;
  static const std::atomic<bool> cancelled = false;
  RunContext context;
  context.cancelled = &cancelled;
  context.log = &log;
  context.progress = &progress;
  return context;
}

}  // namespace bulkhead
