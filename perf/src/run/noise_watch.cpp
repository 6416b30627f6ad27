#include "run/noise_watch.hpp"

#include <unistd.h>

#include <chrono>

#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

/// The next whole second, seen from `zero_ns`.
std::int64_t next_second(std::uint64_t zero_ns, std::uint64_t now_ns) {
  const auto since = static_cast<std::int64_t>(now_ns - zero_ns);
  const std::int64_t rest = since % second_ns;
  return static_cast<std::int64_t>(now_ns) - rest + (rest >= 0 ? second_ns : 0);
}

}  // namespace

noise_watch::noise_watch(std::uint64_t zero_ns) : zero_ns_(zero_ns), thread_([this] { watch(); }) {}

noise_watch::~noise_watch() {
  if (thread_.joinable()) (void)finish();
}

void noise_watch::add_row(const machine_sample& before, const machine_sample& after) {
  series_row row;
  row.at_s = static_cast<double>(static_cast<std::int64_t>(after.wall_ns - zero_ns_)) / 1e9;
  row.noise = difference(before, after);
  row.mhz = after.mhz_max;
  row.resident_bytes = resident_bytes(getpid()).value_or(0);
  rows_.push_back(row);
}

void noise_watch::watch() {
  constexpr double shortest_s = 0.2;
  machine_sample row_began = sample_machine(), last_row_began = row_began;
  std::int64_t due = next_second(zero_ns_, row_began.wall_ns);
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const std::chrono::nanoseconds wait(due - static_cast<std::int64_t>(monotonic_ns()));
    const bool ends = ended_changed_.wait_for(lock, wait, [this] { return ended_; });
    const machine_sample now = sample_machine();
    if (ends && !rows_.empty() && difference(row_began, now).seconds < shortest_s) {
      rows_.pop_back();
      row_began = last_row_began;
    }
    add_row(row_began, now);
    last_row_began = row_began;
    row_began = now;
    due += second_ns;
  }
}

std::vector<series_row> noise_watch::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
  return rows_;
}

}  // namespace millrace::perf
