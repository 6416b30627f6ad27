#include "run/noise_watch.hpp"

#include <chrono>

namespace millrace::perf {

noise_watch::noise_watch() : thread_([this] { watch(); }) {}

noise_watch::~noise_watch() {
  if (thread_.joinable()) (void)finish();
}

void noise_watch::watch() {
  machine_sample before = sample_machine();
  auto due = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!ended_) {
    due += std::chrono::seconds(1);
    ended_changed_.wait_until(lock, due, [this] { return ended_; });
    const machine_sample after = sample_machine();
    const disturbance seen = difference(before, after);
    constexpr double shortest_s = 0.2;  // a shorter rest of a second says nothing
    if (seen.seconds >= shortest_s) rows_.push_back(seen);
    before = after;
  }
}

std::vector<disturbance> noise_watch::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
  return rows_;
}

}  // namespace millrace::perf
