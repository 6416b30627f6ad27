// An engine of one lane with one queue, as the benchmarks open it, and the threads that take part.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <millrace/engine.hpp>

namespace millrace::perf {

/// Of caller and lane in a realtime burst; who watches them stands above.
inline constexpr int realtime_priority = 10;

class bench_engine {
 public:
  /// Throws std::runtime_error with the engine's error.
  /// With `realtime` the lane's thread enters SCHED_FIFO if the system permits.
  explicit bench_engine(thread_mode threading, bool realtime = false);

  [[nodiscard]] client connect();
  /// Creates the queue on first use, with a visibility timeout that no run outlasts.
  [[nodiscard]] queue_handle queue(client& caller, bool fifo = false);
  /// With thread_mode::none, runs the lane a turn; else nothing.
  void poll_lane() noexcept {
    if (threading_ == thread_mode::none) engine_.poll(0);
  }
  /// Kernel id of the lane's thread; 0 with thread_mode::none.
  [[nodiscard]] pid_t lane_thread() const noexcept { return lane_thread_; }
  /// Moves the calling thread to a processor the lane's thread is not bound to, if there is one.
  void keep_off_the_lane() const noexcept;

 private:
  static void note_thread(std::uint32_t lane, void* self);

  thread_mode threading_;
  bool realtime_;
  std::atomic<pid_t> lane_thread_{0};
  engine engine_;
};

}  // namespace millrace::perf
