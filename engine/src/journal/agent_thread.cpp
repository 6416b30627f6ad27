#include "journal/agent_thread.hpp"

#include "base/clock.hpp"

namespace millrace::journal {

result<void> agent_thread::start(const options& wanted) {
  options_ = wanted;
  result<sync::thread> started = sync::thread::start({.name = wanted.name}, [this] { run(); });
  if (!started) return started.error();
  thread_ = std::move(started).value();
  return {};
}

void agent_thread::stop() noexcept {
  stop_.request();
  if (options_.bell != nullptr) options_.bell->ring();
  thread_.join();
}

void agent_thread::run() noexcept {
  sync::wait_strategy wait(options_.idle);
  sync::doorbell& bell = *options_.bell;
  while (!stop_.requested()) {
    if (options_.work()) {
      wait.reset();
    } else if (wait.idle(base::monotonic_ns())) {
      bell.prepare_to_sleep();
      // Once more: a ring before the announcement woke nobody.
      if (stop_.requested() || options_.work()) {
        bell.cancel();
      } else {
        bell.wait(options_.due_ns());
      }
    }
  }
}

}  // namespace millrace::journal
