#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/net/transfer.h"

namespace bulkhead::net {

/// The network thread of a client: it alone drives the transfers (a curl multi handle), which
/// share connections, names and certificates. Ends with its last owner.
class Loop {
 public:
  explicit Loop(const RunContext& context);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start(std::shared_ptr<Transfer> transfer);
  /// The reader of a held transfer has made room.
  void resume(std::shared_ptr<Transfer> transfer);
  /// Nobody waits for the rest of it: the connection is closed where there is a rest.
  void abandon(std::shared_ptr<Transfer> transfer);

 private:
  enum class Job { start, resume, abandon };
  struct Command {
    Job job;
    std::shared_ptr<Transfer> transfer;
  };
  struct FreeMulti {
    void operator()(void* multi) const;
  };

  void post(Job job, std::shared_ptr<Transfer> transfer);
  void run();
  bool take_commands();
  void take_command(Command command);
  void take_finished();
  void look_after();
  void end_all(const Failure& failure);
  std::vector<std::shared_ptr<Transfer>>::iterator find(const void* handle);
  std::shared_ptr<Transfer> remove(std::vector<std::shared_ptr<Transfer>>::iterator at);

  const RunContext& context_;
  std::unique_ptr<void, FreeMulti> multi_;
  std::vector<std::shared_ptr<Transfer>> active_ = {};  // of the thread alone
  std::mutex mutex_ = {};
  std::vector<Command> commands_ = {};
  bool is_stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace bulkhead::net
