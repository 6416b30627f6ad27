// An engine of one lane with one queue, as the benchmarks open it, and the threads that take part.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <millrace/engine.hpp>

namespace millrace::perf {

class bench_engine {
 public:
  /// Throws std::runtime_error with the engine's error.
  explicit bench_engine(thread_mode threading);

  [[nodiscard]] client connect();
  /// Creates the queue on first use, with a visibility timeout that no run outlasts.
  [[nodiscard]] queue_handle queue(client& caller);
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
  std::atomic<pid_t> lane_thread_{0};
  engine engine_;
};

}  // namespace millrace::perf
