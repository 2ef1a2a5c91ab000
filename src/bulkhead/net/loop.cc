#include "bulkhead/net/loop.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include <curl/curl.h>

namespace bulkhead::net {
namespace {

// Between two looks at stalled transfers and at whether the run was cancelled.
constexpr std::chrono::milliseconds kLook(100);
constexpr int kIdleMs = 60'000;

void* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_multi_init();
}

}  // namespace

void Loop::FreeMulti::operator()(void* multi) const { curl_multi_cleanup(multi); }

Loop::Loop(const RunContext& context)
    : context_(context), multi_(make_multi()), thread_([this] { run(); }) {}

Loop::~Loop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
  thread_.join();
}

void Loop::start(std::shared_ptr<Transfer> transfer) { post(Job::start, std::move(transfer)); }
void Loop::resume(std::shared_ptr<Transfer> transfer) { post(Job::resume, std::move(transfer)); }
void Loop::abandon(std::shared_ptr<Transfer> transfer) { post(Job::abandon, std::move(transfer)); }

void Loop::post(Job job, std::shared_ptr<Transfer> transfer) {
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back({job, std::move(transfer)});
  }
  curl_multi_wakeup(multi_.get());
}

void Loop::run() {
  // Signals are the main thread's; a SIGPIPE of a closed connection stays here, blocked.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  auto next_look = std::chrono::steady_clock::now();
  while (take_commands()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    take_finished();
    for (const auto& transfer : active_) transfer->flush();
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_look) {
      look_after();
      next_look = now + kLook;
    }
    const int wait_ms = active_.empty() ? kIdleMs : static_cast<int>(kLook.count());
    curl_multi_poll(multi_.get(), nullptr, 0, wait_ms, nullptr);
  }
  end_all({Error{Code::io, "cancelled"}});
}

bool Loop::take_commands() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return false;
    commands.swap(commands_);
  }
  for (Command& command : commands) take_command(std::move(command));
  return true;
}

void Loop::take_command(Command command) {
  if (command.job == Job::start) {
    const CURLMcode code = curl_multi_add_handle(multi_.get(), command.transfer->handle());
    if (code == CURLM_OK) {
      active_.push_back(std::move(command.transfer));
    } else {
      command.transfer->finish(CURLE_FAILED_INIT);
    }
    return;
  }
  const auto at = find(command.transfer->handle());
  if (at == active_.end()) return;  // it has ended meanwhile
  if (command.job == Job::resume) {
    command.transfer->resume();
  } else {
    remove(at)->end({Error{Code::io, "cancelled", command.transfer->place()}});
  }
}

void Loop::take_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto at = find(message->easy_handle);
    const CURLcode code = message->data.result;  // the message dies with the handle
    if (at != active_.end()) remove(at)->finish(code);
  }
}

void Loop::look_after() {
  if (context_.is_cancelled()) {
    end_all({Error{Code::io, "cancelled"}});
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = active_.size(); i-- > 0;) {
    if (!active_[i]->is_stalled(now)) continue;
    const auto at = active_.begin() + static_cast<std::ptrdiff_t>(i);
    const std::shared_ptr<Transfer> stalled = remove(at);
    stalled->end({Error{Code::io, "http: the server has stopped sending", stalled->place()}, true});
  }
}

void Loop::end_all(const Failure& failure) {
  while (!active_.empty()) {
    const std::shared_ptr<Transfer> ended = remove(active_.end() - 1);
    ended->end({located(failure.error, ended->place()), failure.is_passing});
  }
}

std::vector<std::shared_ptr<Transfer>>::iterator Loop::find(const void* handle) {
  return std::find_if(active_.begin(), active_.end(),
                      [handle](const auto& one) { return one->handle() == handle; });
}

std::shared_ptr<Transfer> Loop::remove(std::vector<std::shared_ptr<Transfer>>::iterator at) {
  std::shared_ptr<Transfer> transfer = std::move(*at);
  active_.erase(at);
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  return transfer;
}

}  // namespace bulkhead::net
