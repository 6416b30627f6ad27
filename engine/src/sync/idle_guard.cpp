#include "sync/idle_guard.hpp"

#include <sched.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "sync/backoff.hpp"

namespace millrace::sync {
namespace {

bool run_only_when_idle() noexcept {
  const sched_param none{};
  return ::sched_setscheduler(0, SCHED_IDLE, &none) == 0;
}

/// Needs a privilege or room in RLIMIT_NICE.
void run_like_others(pid_t thread) noexcept {
  const sched_param none{};
  static_cast<void>(::sched_setscheduler(thread, SCHED_OTHER, &none));
}

}  // namespace

result<void> idle_guard::start(const options& wanted) {
  options_ = wanted;
  result<thread> started = thread::start({.name = wanted.name}, [this] { run(); });
  if (!started) return started.error();
  thread_ = std::move(started).value();
  running_ = true;
  return {};
}

void idle_guard::stop() noexcept {
  if (!running_) return;
  stop_.request();
  // On busy processors its end may come half a second late else.
  if (const int id = id_.get(); id != 0) run_like_others(id);
  bell_.ring();
  thread_.join();
  running_ = false;
}

void idle_guard::begin(std::int64_t expected_ns) noexcept {
  if (!running_ || expected_ns > options_.watch_ns_max) return;
  cpu_.set(static_cast<std::uint64_t>(this_processor()));
  wait_.set(wait_.get() | 1);
  bell_.ring();
}

void idle_guard::end() noexcept {
  if ((wait_.get() & 1) != 0) wait_.set(wait_.get() + 1);
}

bool idle_guard::is_news(std::uint64_t wait) const noexcept {
  return (wait & 1) != 0 && wait != watched_;
}

void idle_guard::run() noexcept {
  if (!run_only_when_idle()) return;
  id_.set(::gettid());
  while (!stop_.requested()) {
    if (const std::uint64_t wait = wait_.get(); is_news(wait)) {
      watch(wait);
      continue;
    }
    // Where the one that waited runs again, this thread must not take turns with it.
    bell_.prepare_to_sleep();
    if (stop_.requested() || is_news(wait_.get())) {
      bell_.cancel();
    } else {
      bell_.wait(no_deadline);
    }
  }
}

void idle_guard::watch(std::uint64_t wait) noexcept {
  watched_ = wait;
  const auto cpu = static_cast<int>(cpu_.value());
  if (cpu != bound_to_ && !bind_this_thread(cpu)) return;
  bound_to_ = cpu;
  constexpr int pauses = 4;
  const std::int64_t end = base::monotonic_ns() + options_.watch_ns_max;
  while (wait_.get() == wait && base::monotonic_ns() < end && !stop_.requested()) {
    looks_.set(looks_.value() + 1);
    for (int i = 0; i < pauses; ++i) cpu_pause();
  }
}

}  // namespace millrace::sync
